import HoopAgent
import LocalTools
import Posix
import TestSupport
import Testing

/// The buildpack of BuildpackKit's documentation, which is built with what is public and no more.
///
/// It is of this machine, and so must the release be.
@Suite(.enabled(if: Products.isForARM == isARM)) struct ExampleTests {
  @Test func itInstallsAVerifiedAgent() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    expect(
      await build.run(build.launch([Products.example] + build.folders)),
      output: Log.text(
        [Log.latest] + Log.downloaded + ["hoop \(Log.version) is in vendor/hoop/bin"]
      ).replacing("Hoop agent", with: "Agent"))
    #expect(try! (build.app / "vendor/hoop/bin").names() == ["hoop", "hoop_rs"].map { Path($0) })
    #expect((build.app / "vendor/hoop/version").text == "\(Log.version)\n")
    #expect(try! (build.app / "vendor").names() == [Path("hoop")])
  }

  @Test func ofAnotherDigestItLeavesNothing() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    build.set("HOOP_SHA256", String(repeating: "0", count: 64))
    let outcome = await build.run(build.launch([Products.example] + build.folders))
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("SHA-256"))
    #expect((try? (build.app / "vendor").names()) ?? [] == [])
  }

  @Test func itIsTheOneThatTheDocumentationShows() throws {
    let sources = Path(#filePath).folder.folder.folder
    let example = (sources / "Tests/Example/main.swift").text.split(
      separator: "\n", omittingEmptySubsequences: false)
    let shown = example.dropLast().map { $0.isEmpty ? "///" : "///     \($0)" }
    let documentation = (sources / "Sources/BuildpackKit/Release/VerifiedAgent.swift").text
    #expect(documentation.contains(shown.joined(separator: "\n") + "\n///\n"))
  }
}

#if arch(arm64)
  private let isARM = true
#else
  private let isARM = false
#endif
