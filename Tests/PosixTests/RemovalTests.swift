import Glibc
import TestSupport
import Testing

@testable import Posix

/// What is removed, and what is not.
struct RemovalTests {
  private let temporary = TemporaryFolder()
  private var folder: Path { temporary.path }

  @Test(arguments: [3, 70, 3000]) func `a tree goes however deep it is`(depth: Int) throws {
    // Deeper than a path can name (PATH_MAX), so it is made folder by folder.
    var place = try Folder(opening: folder)
    for number in 0..<depth {
      let name = Path(number == 0 ? "tree" : "d")
      try place.makeFolder(name)
      let inner = try place.folder(name)
      _ = try inner.makeFile(Path("file"), mode: 0o400)
      place = inner
    }
    try (folder / "tree").removeTree()
    #expect(try folder.names() == [])
  }

  @Test func `nothing behind a link goes, and the link does`() throws {
    _ = try (folder / "other/kept").makeFolders()
    try (folder / "other/kept/file").makeFile([1], mode: 0o644)
    _ = try (folder / "tree/inner").makeFolders()
    try (folder / "tree/inner/up").makeLink(to: "../../other")
    try (folder / "tree/link").makeLink(to: "../other/kept")
    try (folder / "top").makeLink(to: "other")
    for name in ["tree", "top"] { try (folder / name).removeTree() }
    #expect(try folder.names() == [Path("other")])
    #expect(try (folder / "other/kept/file").content(atMost: 9) == [1])
  }

  @Test func `folders without rights go, files that nobody may read too`() throws {
    _ = try (folder / "tree/a/b").makeFolders()
    try (folder / "tree/a/b/file").makeFile([1], mode: 0)
    for name in ["tree/a/b", "tree/a", "tree"] { try (folder / name).setMode(0) }
    try (folder / "tree").removeTree()
    #expect(try folder.names() == [])
  }

  @Test(.enabled(if: geteuid() == 0)) func `folders of other users stay, the rest goes`() throws {
    _ = try (folder / "tree/theirs").makeFolders()
    try (folder / "tree/theirs/file").makeFile([1], mode: 0o644)
    _ = try (folder / "tree/ours").makeFolders()
    #expect((folder / "tree/theirs").withCString { chown($0, 65534, 65534) } == 0)
    let error = #expect(throws: SystemError.self) { try (folder / "tree").removeTree() }
    #expect(error?.code == EPERM)
    #expect(try (folder / "tree").names() == [Path("theirs")])
    _ = (folder / "tree/theirs").withCString { chown($0, 0, 0) }
  }

  @Test func `the mode of what a link leads to stays`() throws {
    try (folder / "file").makeFile([1], mode: 0o600)
    try (folder / "link").makeLink(to: "file")
    #expect(throws: SystemError.self) { try (folder / "link").setMode(0o777) }
    #expect(try (folder / "file").status()?.mode == 0o600)
  }

  @Test func `a folder is no link, and a name in it none either`() throws {
    try (folder / "inner").makeFolder()
    try (folder / "file").makeFile([1], mode: 0o644)
    try (folder / "to-folder").makeLink(to: "inner")
    try (folder / "to-file").makeLink(to: "file")
    let opened = try Folder(opening: folder)
    #expect(throws: SystemError.self) { _ = try opened.folder(Path("to-folder")) }
    #expect(throws: SystemError.self) { _ = try opened.open(Path("to-file"), O_RDONLY) }
  }
}
