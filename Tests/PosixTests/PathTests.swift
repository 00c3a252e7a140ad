import Glibc
import TestSupport
import Testing

@testable import Posix

struct PathTests {
  @Test(arguments: [
    ("/a/b", "/a", "b"), ("/a", "/", "a"), ("a", ".", "a"), ("/", "/", ""), ("a/b", "a", "b"),
  ])
  func `a path is a folder and a name`(path: String, folder: String, name: String) {
    #expect(Path(path).folder == Path(folder))
    #expect(Path(path).name == Path(name))
  }

  @Test func `bytes that are no UTF-8 stay as they are`() throws {
    let folder = TemporaryFolder()
    let odd = folder.path / Path(bytes: [0xff, 0x0a, 0x27])
    try odd.makeFile([1, 2, 3], mode: 0o600)
    #expect(try folder.path.names() == [Path(bytes: [0xff, 0x0a, 0x27])])
    #expect(try odd.content(atMost: 10) == [1, 2, 3])
    #expect(odd.shellQuoted.suffix(7) == [0xff, 0x0a] + Array(#"'\'''"#.utf8))
  }

  @Test func `a file's content is cut at the limit`() throws {
    let file = TemporaryFolder()
    let path = file.path / "x"
    try path.makeFile(Array(repeating: 7, count: 100_000), mode: 0o644)
    #expect(try path.content(atMost: 10).count == 10)
    #expect(try path.content(atMost: 200_000).count == 100_000)
    #expect(try Path("/proc/self/status").content(atMost: 1 << 20).count > 100)
  }

  @Test func `only a regular file has content`() throws {
    let folder = TemporaryFolder()
    #expect(throws: SystemError.self) { try folder.path.content(atMost: 1) }
    #expect(throws: SystemError.self) { try Path("/dev/zero").content(atMost: 1) }
  }

  @Test func `folders are made as far as they are missing, and a tree goes whole`() throws {
    let folder = TemporaryFolder()
    let deep = folder.path / "a" / "b" / "c"
    #expect(try deep.makeFolders() == [folder.path / "a", folder.path / "a/b", deep])
    #expect(try deep.makeFolders() == [])
    try (deep / "link").makeLink(to: "/etc")
    try (folder.path / "a/b").setMode(0o500)
    try (folder.path / "a").removeTree()
    #expect(try folder.path.names() == [])
    #expect(try Path("/etc").status()?.kind == .folder)
  }

  @Test(arguments: [false, true])
  func `a rename keeps, replaces or exchanges, in one step or in several`(inSteps: Bool) throws {
    let folder = TemporaryFolder()
    let (one, two, three) = (folder.path / "1", folder.path / "2", folder.path / "3")
    func rename(_ from: Path, _ to: Path, _ rule: Path.RenameRule) throws -> Int32? {
      do throws(SystemError) {
        try inSteps ? from.renameInSteps(to: to, rule) : from.rename(to: to, rule)
        return nil
      } catch { return error.code }
    }
    try one.makeFile([1], mode: 0o644)
    try two.makeFolder()
    #expect(try rename(one, two, .keep) == EEXIST)
    #expect(try rename(one, three, .exchange) == ENOENT)
    #expect(try rename(one, two, .exchange) == nil)
    #expect(try two.content(atMost: 1) == [1])
    #expect(try one.status()?.kind == .folder)
    #expect(try rename(one, three, .keep) == nil)
    #expect(try folder.path.names() == [Path("2"), Path("3")])
    try three.removeFolder()
    try three.makeFile([3], mode: 0o644)
    #expect(try rename(two, three, .replace) == nil)
    #expect(try folder.path.names() == [Path("3")])
    #expect(try three.content(atMost: 1) == [1])
  }

  @Test func `an exchange in steps that fails half-way is taken back`() throws {
    let folder = TemporaryFolder()
    let (missing, place) = (folder.path / "missing", folder.path / "place")
    try place.makeFile([1], mode: 0o644)
    #expect(throws: SystemError.self) { try missing.renameInSteps(to: place, .exchange) }
    #expect(try folder.path.names() == [Path("place")])
  }
}
