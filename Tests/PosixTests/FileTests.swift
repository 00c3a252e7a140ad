import Glibc
import TestSupport
import Testing

@testable import Posix

/// Paths, files and folders.
struct FileTests {
  private let temporary = TemporaryFolder()
  private var folder: Path { temporary.path }

  private func names() throws -> [String] { try folder.names().map(\.string) }

  @Test(arguments: [
    ("/a/b", "/a", "b"), ("/a", "/", "a"), ("a", ".", "a"), ("/", "/", ""), ("a/b", "a", "b"),
  ])
  func `a path is a folder and a name`(path: String, folder: String, name: String) {
    #expect(Path(path).folder == Path(folder))
    #expect(Path(path).name == Path(name))
  }

  @Test func `bytes that are not UTF-8 stay as they are`() throws {
    let odd = folder / Path(bytes: [0xff, 0x0a, 0x27])
    try odd.makeFile([1, 2, 3], mode: 0o600)
    #expect(try folder.names() == [Path(bytes: [0xff, 0x0a, 0x27])])
    #expect(try odd.content(atMost: 10) == [1, 2, 3])
    #expect(odd.shellQuoted.suffix(7) == [0xff, 0x0a] + Array(#"'\'''"#.utf8))
  }

  @Test func `a file's content is cut at the limit, and only a regular file has content`() throws {
    let path = folder / "x"
    try path.makeFile(Array(repeating: 7, count: 100_000), mode: 0o644)
    #expect(try path.content(atMost: 10).count == 10)
    #expect(try path.content(atMost: 200_000).count == 100_000)
    #expect(try Path("/proc/self/status").content(atMost: 1 << 20).count > 100)
    #expect(throws: SystemError.self) { try folder.content(atMost: 1) }
    #expect(throws: SystemError.self) { try Path("/dev/zero").content(atMost: 1) }
  }

  @Test func `a copy has the content and the mode it is given`() throws {
    try (folder / "x").makeFile(Array(repeating: 7, count: 300_000), mode: 0o600)
    try (folder / "y").makeFile(copying: folder / "x", mode: 0o777)
    #expect(try (folder / "y").content(atMost: 1 << 20).count == 300_000)
    #expect(try (folder / "y").status()?.mode == 0o777)
    #expect(throws: SystemError.self) {
      try (folder / "y").makeFile(copying: folder / "x", mode: 0o777)
    }
  }

  @Test func `a path in a folder is followed as long as it stays there`() throws {
    try (folder / "app/bin").makeFolders()
    try (folder / "app/bin/x").makeFile([], mode: 0o644)
    try (folder / "application").makeFile([], mode: 0o644)
    let links = ["in": "bin/../bin/x", "self": "self", "out": "../application", "gone": "none"]
    for (name, target) in links { try (folder / "app" / name).makeLink(to: target) }
    let app = folder / "app"
    #expect(try app.resolvedBeneath(Path("in")) == Path("bin/x"))
    #expect(try app.resolvedBeneath(Path("bin/..")) == Path(""))
    for (path, code) in [("out", EXDEV), ("..", EXDEV), ("gone", ENOENT), ("self", ELOOP)] {
      let error = #expect(throws: SystemError.self) { try app.resolvedBeneath(Path(path)) }
      #expect(error?.code == code, "\(path)")
    }
  }

  @Test func `folders are made if they are missing`() throws {
    try (folder / "a/b/c").makeFolders()
    try (folder / "a/b/c").makeFolders()
    #expect(try (folder / "a/b").names() == [Path("c")])
    try (folder / "file").makeFile([], mode: 0o644)
    #expect(throws: SystemError.self) { try (folder / "file/x").makeFolders() }
  }

  @Test func `a tree is removed whole, whatever its modes, and links in it are not followed`()
    throws
  {
    try (folder / "other/kept").makeFolders()
    try (folder / "other/kept/file").makeFile([1], mode: 0o644)
    try (folder / "tree/a/b").makeFolders()
    try (folder / "tree/a/b/file").makeFile([1], mode: 0)
    try (folder / "tree/a/up").makeLink(to: "../../other")
    try (folder / "top").makeLink(to: "other")
    for name in ["tree/a/b", "tree/a", "tree"] { try (folder / name).setMode(0) }
    for name in ["tree", "top", "missing"] { try (folder / name).removeTree() }
    #expect(try names() == ["other"])
    #expect(try (folder / "other/kept/file").content(atMost: 9) == [1])
  }

  @Test func `a replacement takes the place of nothing, a file or a folder`() throws {
    for kind in ["nothing", "file", "folder"] {
      let (staged, place) = (folder / "staged", folder / "place")
      try place.removeTree()
      if kind == "file" { try place.makeFile([1], mode: 0o644) }
      if kind == "folder" { try (place / "old/deep").makeFolders() }
      try (staged / "new").makeFolders()
      try place.replace(with: staged)
      #expect(try place.names() == [Path("new")], "\(kind)")
      #expect(try names() == ["place"])
    }
    #expect(throws: SystemError.self) { try (folder / "place").replace(with: folder / "missing") }
    #expect(try names() == ["place"])
  }

  @Test(.enabled(if: Mount.isPossible, "mounting needs root"))
  func `a replacement takes the place of a folder in a lower layer of an overlay`() throws {
    let layers = try Mount("tmpfs", at: folder)
    for name in ["lower/app/.hoop/bin", "upper", "work", "merged"] {
      try (folder / name).makeFolders()
    }
    let options = ["lower", "upper", "work"].map { "\($0)dir=\(folder / $0)" }
    let overlay = try Mount(
      "overlay", at: folder / "merged", options: options.joined(separator: ","))
    let app = folder / "merged/app"
    #expect(throws: SystemError.self) { try (app / ".hoop").rename(to: app / "moved") }
    do {
      let staging = try Staging(in: app)
      try (staging.path / "hoop/new").makeFolders()
      try (app / ".hoop").replace(with: staging.path / "hoop")
    }
    #expect(try app.names() == [Path(".hoop")])
    #expect(try (app / ".hoop").names() == [Path("new")])
    withExtendedLifetime((layers, overlay)) {}
  }

  @Test(.enabled(if: Mount.isPossible, "mounting needs root"))
  func `a file system that is mounted noexec is recognised`() throws {
    #expect(!folder.isOnNoExecMount && !(folder / "missing").isOnNoExecMount)
    let mount = try Mount("tmpfs", at: folder, flags: 8)  // MS_NOEXEC
    #expect(folder.isOnNoExecMount)
    withExtendedLifetime(mount) {}
  }
}

/// The private folder in which a build makes things.
struct StagingTests {
  private let temporary = TemporaryFolder()
  private var folder: Path { temporary.path }
  private let leftover = ".hoop.tmp.0123456789abcdef"

  private func names() throws -> [String] { try folder.names().map(\.string) }

  @Test func `it goes with everything that was not renamed`() throws {
    do {
      let staging = try Staging(in: folder / "a")
      #expect(try staging.path.status()?.mode == 0o700)
      let moved = try staging.file("moved", [1])
      _ = try staging.file("left", [2])
      try moved.rename(to: folder / "a/moved")
    }
    #expect(try (folder / "a").names() == [Path("moved")])
  }

  @Test func `what a killed build has left goes, what a running one has stays`() throws {
    let running = try Staging(in: folder)
    let left = folder / leftover
    try (left / "deep").makeFolders()
    try (left / "deep/file").makeFile([1], mode: 0o400)
    try (left / "deep").setMode(0o500)
    let other = try Staging(in: folder)
    #expect(try names() == [running.path, other.path].map(\.name.string).sorted())
  }

  @Test(arguments: [".hoop.tmp.x", ".hoop.tmp.", ".hoop.tmp.0123456789abcdeg"])
  func `what only looks like one that was left stays`(name: String) throws {
    try (folder / name).makeFolder()
    do { _ = try Staging(in: folder) }
    #expect(try names() == [name])
  }

  @Test(.enabled(if: geteuid() == 0, "giving a folder away needs root"))
  func `what another user has planted stays, and so does what a link leads to`() throws {
    let planted = folder / leftover
    try (planted / "deep").makeFolders()
    #expect(planted.withCString { chown($0, 65534, 65534) } == 0)
    try (folder / ".hoop.tmp.fedcba9876543210").makeLink(to: "/etc")
    do { _ = try Staging(in: folder) }
    #expect(try names().count == 2)
    #expect(try planted.names() == [Path("deep")])
  }

  @Test func `if it cannot be made, the error names the folder that the user knows`() throws {
    try (folder / "file").makeFile([], mode: 0o644)
    let error = #expect(throws: SystemError.self) { _ = try Staging(in: folder / "file") }
    #expect(error?.path == folder / "file")
  }
}
