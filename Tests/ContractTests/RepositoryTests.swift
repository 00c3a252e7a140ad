import BuildpackKit
import HoopAgent
import Posix
import TestSupport
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
      .filter { $0.hasPrefix("## ") }.trimmingPrefix { $0 == "## [Unreleased]" }
    #expect(headings.first?.hasPrefix("## [\(BuildpackVersion.current)] - 20") == true)
  }

}

/// The buildpack of BuildpackKit's documentation, which is built with what is public and no more.
///
/// It is of this machine, and so must the release be.
@Suite(.enabled(if: Products.isForARM == Buildpack.program.contains("aarch64"))) struct ExampleTests
{
  @Test func itInstallsAVerifiedAgentOrNothing() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    expect(
      await build.run(build.launch([Products.example] + build.folders)),
      output: Log.text(
        [Log.latest] + Log.downloaded + ["hoop \(Log.version) is in vendor/hoop/bin"]
      ).replacing("Hoop agent", with: "Agent"))
    let installed = FolderSnapshot(of: build.app / "vendor")
    #expect(
      installed.listing.map { $0.split(separator: " ").last! } == [
        "hoop", "hoop/bin", "hoop/bin/hoop", "hoop/bin/hoop_rs", "hoop/version",
      ])
    #expect((build.app / "vendor/hoop/version").text == "\(Log.version)\n")

    build.set("HOOP_SHA256", String(repeating: "0", count: 64))
    try! (build.app / "vendor").removeTree()
    let outcome = await build.run(build.launch([Products.example] + build.folders))
    #expect(outcome.status == .exited(1) && outcome.errors.contains("SHA-256"))
    #expect((try? (build.app / "vendor").names()) ?? [] == [])
  }
}
