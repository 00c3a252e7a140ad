import BuildpackKit
import HoopAgent
import LocalTools
import Posix
import Testing

/// `buildpack.toml`, which both contracts and the registry read.
@Suite struct DescriptorTests {
  static let repository = Path(#filePath).folder.folder.folder

  @Test func theLifecycleTakesIt() throws {
    let descriptor = try BuildpackDescriptor(of: Self.repository)
    #expect(descriptor.id == "hoophq/hoop")
    #expect(descriptor.version == BuildpackVersion.current)
    #expect(descriptor.billFormats == ["application/vnd.cyclonedx+json"])
  }

  @Test func theChangesBeginWithThisVersion() {
    let changes = (Self.repository / "CHANGELOG.md").text
    let heading = changes.split(separator: "\n").first { $0.hasPrefix("## ") }
    #expect(heading?.hasPrefix("## [\(BuildpackVersion.current)] - 20") == true)
  }

  @Test func itNamesBothMachinesAndWhatTheRegistryReads() throws {
    let toml = try #require(TOML((Self.repository / "buildpack.toml").text))
    #expect(toml["", "api"] == "0.10")
    #expect(toml["buildpack", "name"] == "Hoop")
    #expect(toml["buildpack", "homepage"] == "https://github.com/hoophq/heroku-hoop-buildpack")
    #expect(toml["buildpack.licenses", 0, "type"] == "MIT")
    #expect((0..<2).map { toml["targets", $0, "arch"] } == ["amd64", "arm64"])
    #expect(toml.list("publish.Ignore", "files") == [".ci/", ".github/", ".gitignore", "Tests/"])
  }
}
