import TestSupport
import Testing

@testable import Posix

/// Renames that belong together.
final class RenameTransactionTests {
  private let temporary = TemporaryFolder()
  private var folder: Path { temporary.path }
  private var placement = RenameTransaction()

  init() throws {
    for name in ["app/.hoop", "staged/hoop", "staged/bin"] {
      _ = try (folder / name).makeFolders()
    }
    try (folder / "app/.hoop/version").makeFile([1], mode: 0o644)
    try (folder / "staged/hoop/version").makeFile([2], mode: 0o644)
    try (folder / "staged/script").makeFile([3], mode: 0o644)
  }

  private func place() throws {
    try placement.put(folder / "staged/hoop", at: folder / "app/.hoop")
    try placement.makeFolder(folder / "app/.profile.d")
    try placement.makeFolder(folder / "app")
    try placement.put(folder / "staged/script", at: folder / "app/.profile.d/script")
    try placement.take(folder / "staged/bin", to: folder / "staged/old")
  }

  private func version() throws -> [UInt8] { try (folder / "app/.hoop/version").content(atMost: 9) }

  @Test func `what is put in a place changes places with what was there`() throws {
    try place()
    #expect(try version() == [2])
    #expect(try (folder / "staged/hoop/version").content(atMost: 9) == [1])
    #expect(try (folder / "app/.profile.d/script").content(atMost: 9) == [3])
  }

  @Test func `what is undone is as it was`() throws {
    try place()
    placement.undo()
    #expect(try version() == [1])
    #expect(try (folder / "app").names() == [Path(".hoop")])
    #expect(try (folder / "staged").names() == ["bin", "hoop", "script"].map { Path($0) })
  }

  @Test func `a step that cannot be undone keeps none of the others`() throws {
    try place()
    try (folder / "app/.profile.d/theirs").makeFile([], mode: 0o644)
    placement.undo()
    #expect(try version() == [1])
    #expect(try (folder / "app/.profile.d").names() == [Path("theirs")])
  }

  @Test func `the first step that fails leaves the rest to be undone`() throws {
    try placement.put(folder / "staged/hoop", at: folder / "app/.hoop")
    #expect(throws: SystemError.self) {
      try placement.put(folder / "staged/script", at: folder / "nowhere/script")
    }
    placement.undo()
    #expect(try version() == [1])
  }
}
