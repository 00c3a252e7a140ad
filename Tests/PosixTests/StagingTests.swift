import Glibc
import TestSupport
import Testing

@testable import Posix

/// What is made before it is moved to its place, and what is left where nothing comes of it.
struct StagingTests {
  private let temporary = TemporaryFolder()
  private var folder: Path { temporary.path }

  /// The name of one that a killed build has left.
  private static let leftover = ".hoop.tmp.0123456789abcdeffedcba9876543210"

  private func names() throws -> [String] { try folder.names().map(\.string) }

  @Test func `it goes with all that was not moved away`() throws {
    do {
      let staging = try Staging(in: folder)
      #expect(try staging.path.status()?.mode == 0o700)
      let moved = try staging.file("moved", [1])
      _ = try staging.file("left", [2])
      try moved.rename(to: folder / "moved", .keep)
    }
    #expect(try names() == ["moved"])
  }

  @Test func `the folders that it needs go with it, unless something was moved to them`() throws {
    do { _ = try Staging(in: folder / "a/b") }
    #expect(try names() == [])
    do {
      let staging = try Staging(in: folder / "a/b")
      try staging.file("moved", [1]).rename(to: folder / "a/moved", .keep)
    }
    #expect(try names() == ["a"])
    #expect(try (folder / "a").names() == [Path("moved")])
  }

  @Test func `what a killed build has left goes, what a running one has stays`() throws {
    let running = try Staging(in: folder)
    let left = folder / Self.leftover
    _ = try (left / "deep").makeFolders()
    try (left / "deep/file").makeFile([1], mode: 0o400)
    try (left / "deep").setMode(0o500)
    let other = try Staging(in: folder)
    #expect(try names().sorted() == [running.path, other.path].map(\.name.string).sorted())
  }

  @Test(arguments: [
    ".hoop.tmp.x", ".hoop.tmp.", ".hoop.tmp.1z141z3mxqke8",
    ".hoop.tmp.0123456789abcdef0123456789abcdef", ".hoop.tmp.0123456789ABCDEFFEDCBA9876543210",
  ])
  func `what only looks like one that was left stays`(name: String) throws {
    try (folder / name).makeFolder()
    do { _ = try Staging(in: folder) }
    #expect(try names() == [name])
  }

  @Test(.enabled(if: geteuid() == 0))
  func `what another user has planted stays, and where it leads too`() throws {
    let planted = folder / Self.leftover
    _ = try (planted / "deep").makeFolders()
    try (planted / "deep/file").makeFile([1], mode: 0o644)
    #expect(planted.withCString { chown($0, 65534, 65534) } == 0)
    do { _ = try Staging(in: folder) }
    #expect(try (planted / "deep/file").content(atMost: 9) == [1])
    _ = planted.withCString { chown($0, 0, 0) }
  }

  @Test func `a folder that cannot be had is named as the user knows it`() throws {
    try (folder / "file").makeFile([], mode: 0o644)
    let error = #expect(throws: SystemError.self) { _ = try Staging(in: folder / "file") }
    #expect(error?.path == folder / "file")
  }
}
