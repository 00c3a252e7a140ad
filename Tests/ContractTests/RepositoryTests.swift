import BuildpackKit
import HoopAgent
import LocalTools
import Posix
import Testing

/// The files at the top of this repository, which both contracts and the registries read.
@Suite struct RepositoryTests {
  private static let repository = Path(#filePath).folder.folder.folder

  @Test func theDescriptorHasThisVersionAndBothMachines() throws {
    let text = (Self.repository / "buildpack.toml").text
    let buildpack = try #require(TOML.texts(of: "buildpack", in: text))
    #expect(buildpack["id"] == "hoophq/hoop")
    #expect(buildpack["version"] == BuildpackVersion.current)
    #expect(buildpack["homepage"] == "https://github.com/hoophq/heroku-hoop-buildpack")
    for line in [
      "api = \"0.10\"", "sbom-formats = [\"application/vnd.cyclonedx+json\"]", "type = \"MIT\"",
      "arch = \"amd64\"", "arch = \"arm64\"",
    ] {
      #expect(text.contains(line), "\(line)")
    }
  }

  @Test func theChangesBeginWithThisVersionOrWhatComesNext() {
    let headings = (Self.repository / "CHANGELOG.md").text.split(separator: "\n")
      .filter { $0.hasPrefix("## ") && !$0.contains("Unreleased") }
    #expect(headings.first?.hasPrefix("## [\(BuildpackVersion.current)] - 20") == true)
  }
}
