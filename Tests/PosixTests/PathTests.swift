import Posix
import Testing

struct PathTests {
  @Test(arguments: [
    ("/a/b", "/a", "b"), ("/a", "/", "a"), ("a", ".", "a"), ("/", "/", ""), ("a/b", "a", "b"),
  ])
  func `a path is a folder and a name`(path: String, folder: String, name: String) {
    #expect(Path(path).folder == Path(folder))
    #expect(Path(path).name == Path(name))
  }

  @Test func `bytes that are no UTF-8 stay as they are`() throws {
    let folder = try TemporaryFolder()
    let odd = folder.path / Path(bytes: [0xff, 0x0a, 0x27])
    try odd.makeFile([1, 2, 3], mode: 0o600)
    #expect(try folder.path.names() == [Path(bytes: [0xff, 0x0a, 0x27])])
    #expect(try odd.content(atMost: 10) == [1, 2, 3])
    #expect(odd.shellQuoted.suffix(7) == [0xff, 0x0a] + Array(#"'\'''"#.utf8))
  }

  @Test func `a file's content is cut at the limit`() throws {
    let file = try TemporaryFolder()
    let path = file.path / "x"
    try path.makeFile(Array(repeating: 7, count: 100_000), mode: 0o644)
    #expect(try path.content(atMost: 10).count == 10)
    #expect(try path.content(atMost: 200_000).count == 100_000)
    #expect(try Path("/proc/self/status").content(atMost: 1 << 20).count > 100)
  }

  @Test func `only a regular file has content`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: SystemError.self) { try folder.path.content(atMost: 1) }
    #expect(throws: SystemError.self) { try Path("/dev/zero").content(atMost: 1) }
  }

  @Test func `folders are made as far as they are missing, and a tree goes whole`() throws {
    let folder = try TemporaryFolder()
    let deep = folder.path / "a" / "b" / "c"
    #expect(try deep.makeFolders() == [folder.path / "a", folder.path / "a/b", deep])
    #expect(try deep.makeFolders() == [])
    try (deep / "link").makeLink(to: "/etc")
    try (folder.path / "a/b").setMode(0o500)
    try (folder.path / "a").removeTree()
    #expect(try folder.path.names() == [])
    #expect(try Path("/etc").status()?.kind == .folder)
  }

  @Test func `a rename keeps, replaces or exchanges`() throws {
    let folder = try TemporaryFolder()
    let (one, two) = (folder.path / "1", folder.path / "2")
    try one.makeFile([1], mode: 0o644)
    try two.makeFile([2], mode: 0o644)
    #expect(throws: SystemError.self) { try one.rename(to: two, .keep) }
    try one.rename(to: two, .exchange)
    #expect(try one.content(atMost: 1) == [2])
    try one.rename(to: two, .replace)
    #expect(try folder.path.names() == [Path("2")])
    #expect(try two.content(atMost: 1) == [2])
  }
}
