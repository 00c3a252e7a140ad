import Glibc
import Posix
import TestSupport
import Testing

@Suite struct ManyStartsTests {
  /// What lies in a folder and below it.
  private func files(_ folder: Path) throws -> [Path] {
    try folder.names().flatMap { name in
      let path = folder / name
      return try path.linkStatus()?.kind == .folder ? files(path) : [path]
    }
  }

  @Test func `Fifty starts at once leave no process and no file`() async throws {
    let slug = try Slug()
    let before = try files(slug.folder).count
    let runs = try (1...50).map { _ in try slug.start(["sleep", "0.2"]) }
    for run in runs { #expect(try await run.end() == .exited(0)) }
    try await slug.nothingLeft()
    let records = try slug.record.names().count
    #expect(try files(slug.folder).count - records == before)
  }

  /// The ordinary build takes ten times as long to start.
  @Test func `Starts without end, in two rows, leave no process and no file`() async throws {
    let slug = try Slug()
    let before = try files(slug.folder).count
    let count = Products.isStatic ? 500 : 50
    let row = "for i in {1..\(count)}; do \"$0\" -- /bin/true || exit 1; done"
    let rows = try (1...2).map { _ in
      try Running(
        "/bin/bash", ["-c", row, slug.hoopstart.string],
        environment: slug.variables.changed(["STANDIN_RECORD": nil]), in: slug.folder)
    }
    for row in rows { #expect(try await row.end() == .exited(0)) }
    try await slug.nothingLeft()
    #expect(try files(slug.folder).count == before)
  }
}
