import Glibc
import Posix
import TestSupport
import Testing

@testable import BuildpackKit

/// Files in a folder of a test's own: `files/hoop` to be stored, and where to.
struct CachedFileTests {
  private let temporary = TemporaryFolder()
  private var folder: Path { temporary.path }
  private let context: BuildContext
  private static let partBytes = 7

  init() throws {
    let folder = temporary.path
    for name in ["files", "entry", "slug"] { try (folder / name).makeFolder() }
    context = try BuildContext(
      buildFolder: folder, cacheFolder: folder, environmentFolder: nil, environment: Environment())
  }

  private func store(_ content: [UInt8]) throws -> CachedFile {
    try (folder / "files/hoop").makeFile(content, mode: 0o755)
    return try CachedFile.store(
      "hoop", from: folder / "files", in: folder / "entry", context, partBytes: Self.partBytes)
  }

  /// What the file is put together to, and whether that is what was stored.
  private func assembled(_ file: CachedFile) throws -> (content: [UInt8], isRight: Bool) {
    try (folder / "slug/hoop").removeTree()
    let isRight = try file.assemble(from: folder / "entry", in: folder / "slug", context)
    return ((try? (folder / "slug/hoop").content(atMost: 1 << 10)) ?? [], isRight)
  }

  @Test(arguments: [1, 6, 7, 8, 13, 14, 15, 50])
  func `a file of any size comes out as it went in`(size: Int) throws {
    let content = (0..<size).map { UInt8($0) }
    let file = try store(content)
    #expect(file.parts.map(\.size).reduce(0, +) == size)
    #expect(file.parts.count == (size + Self.partBytes - 1) / Self.partBytes)
    let (copy, isRight) = try assembled(file)
    #expect(copy == content)
    #expect(isRight)
  }

  @Test(arguments: 1...3)
  func `one bit that has changed in any part shows`(number: Int) throws {
    let file = try store(Array(repeating: 0, count: 20))
    let part = folder / "entry/hoop.\(number)"
    let content = try part.content(atMost: Self.partBytes)
    try part.removeFile()
    try part.makeFile([1] + content.dropFirst(), mode: 0o644)
    #expect(try assembled(file).isRight == false)
  }

  @Test func `parts that have changed places show`() throws {
    let file = try store(Array(0..<14))
    try (folder / "entry/hoop.1").rename(to: folder / "entry/hoop.2", .exchange)
    #expect(try assembled(file).isRight == false)
  }

  @Test(arguments: ["missing", "short", "long", "link", "pipe", "folder"])
  func `a part that is not as it was stored is refused`(fault: String) throws {
    let file = try store(Array(0..<14))
    let part = folder / "entry/hoop.2"
    try part.rename(to: folder / "entry/other", .keep)
    switch fault {
    case "short": try part.makeFile([0], mode: 0o644)
    case "long": try part.makeFile(Array(repeating: 0, count: 8), mode: 0o644)
    case "link": try part.makeLink(to: "other")
    case "pipe": _ = part.withCString { mkfifo($0, 0o644) }
    case "folder": try part.makeFolder()
    default: break
    }
    #expect(try assembled(file).isRight == false)
  }
}
