import BuildpackKit
import HoopAgent
import LocalTools
import Posix
import TestSupport
import Testing

/// What is left for the platform: `bin/release` and `bin/report`.
@Suite struct ReportTests {
  @Test func aReleaseAddsNothing() async {
    expect(await HerokuBuild().release(), output: "--- {}\n")
  }

  @Test func anAppThatWasNotBuiltHasNothingToReport() async {
    expect(
      await HerokuBuild().report(),
      output: """
        {"version_requested": null, "version": null, "source": null, "bytes": null, \
        "seconds": null, "sha256": null, "platform": null, "warnings": [], \
        "publishes": null, "failure": null}

        """)
  }

  @Test func aBuildIsReported() async {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: "v\(AgentVersion.newestKnown)")
    for source in ["download", "cache"] {
      await build.succeed()
      expect(
        await build.report(),
        output: """
          {"version_requested": "\(AgentVersion.newestKnown)", "version": "\(AgentVersion.newestKnown)", "source": "\(source)", \
          "bytes": \(build.agentBytes), "seconds": 0.0, "sha256": "\(AgentRelease.newest.digest)", \
          "platform": "Linux \(AgentRelease.architecture)", "warnings": [], \
          "publishes": "Publishes myapp from every process that starts with hoopstart", \
          "failure": null}

          """)
    }
  }

  @Test func aFailureIsReportedInPlaceOfWhatWasThereBefore() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    await build.succeed()
    build.set("HOOP_VERSION", "1.999.0")
    #expect(await build.compile().status == .exited(1))
    expect(
      await build.report(),
      output: """
        {"version_requested": "1.999.0", "version": null, "source": null, "bytes": null, \
        "seconds": null, "sha256": null, "platform": "Linux \(AgentRelease.architecture)", \
        "warnings": [], "publishes": null, "failure": "no-such-release"}

        """)
  }

  @Test func aProcfileOfMistakesIsReportedWhole() async throws {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    let lines = (0..<Procfile.maximumProcesses).map { "\($0): hoopstart \($0)\n" }
    let padding = String(repeating: "?", count: 60) + "\n"
    let more = (Procfile.maximumBytes - lines.joined().utf8.count) / padding.utf8.count
    (build.app / "Procfile").write(
      lines.joined() + String(repeating: padding, count: more))
    let outcome = await build.compile()
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors.utf8.count < 10_000)
    let report = try #require(JSONObject(await build.report().output))
    #expect(report.objects("warnings").map { $0.text("code") } == ["no-dashes", "procfile-lines"])
  }

  @Test func anotherAppIsReportedByItsSlug() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    await build.succeed()
    build.app = build.folder("other")
    (build.app / ".hoop/version").write("1.30.0\n")
    #expect(
      await build.report().output.hasPrefix(#"{"version_requested": null, "version": "1.30.0""#))
  }
}

extension HerokuBuild {
  fileprivate var agentBytes: Int {
    ["hoop", "hoop_rs"].map { (app / ".hoop/bin" / $0).content.count }.reduce(0, +)
  }
}
