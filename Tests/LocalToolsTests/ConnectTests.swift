import BuildpackKit
import Glibc
import HoopAgent
import Posix
import TestSupport
import Testing

@testable import LocalTools

/// `bin/check --connect`, with the practice agent instead of the real one.
struct ConnectTests {
  private static func key(_ host: String) -> String {
    "HOOP_KEY=grpcs://_default:xagt-Zm9v@\(host).hoop.test:8443"
  }

  /// Runs the check of an app whose agent comes from a mirror.
  private func check(
    _ bench: Bench, _ config: [String], _ words: [String] = [],
    procfile: String = "web: hoopstart -- puma\n"
  ) throws -> Bench.Outcome {
    let app = try bench.app(procfile)
    let mirror = bench.folder / "mirror"
    try? mirror.removeTree()
    let version = AgentVersion.newestKnown
    let url = try bench.mirror(PracticeAgent.script(for: version), version)
    let record = bench.folder / "record"
    try record.makeFolders()
    let given = (["HOOP_RELEASES_URL=\(url)", "PRACTICE_RECORD=\(record)"] + config)
      .flatMap { ["--config", $0] }
    var outcome = try bench.run("check", [app, "--connect"] + given + words)
    outcome.output = outcome.output.replacing(/\([0-9]+\.[0-9] s\)/, with: "(0.4 s)")
      .replacing(/[0-9a-f]{6}…[0-9a-f]{4}/, with: "8805c5…a2e8")
      .replacing(/Linux_(x86_64|arm64)/, with: "Linux_x86_64")
      .replacing(/\([0-9.]+ k?B\)/, with: "(3.6 kB)")
    #expect(!(outcome.output + outcome.errors).contains("xagt-Zm9v"))
    #expect(bench.leftOver.isEmpty)
    // A check publishes nothing.
    for file in try record.names() where file.string.hasSuffix(".words") {
      #expect(file.string == "agent.words")
    }
    return outcome
  }

  @Test func `the agent of the app's version is downloaded once, and asks the gateway`() throws {
    let bench = try Bench()
    let config = [Self.key("app"), "HOOP_CONNECTION=a,b"]
    let first = try check(bench, config)
    #expect(first.status == .exited(0) && first.errors == "", "\(first)")
    #expect(
      first.output.section(from: "-----> The agent", to: "=====>") == """
        -----> The agent
               Dynos       all run the agent
               Agent       \(AgentVersion.newestKnown), the newest
               Key         grpcs://_default:***@app.hoop.test:8443, an organisation key
               Key from    HOOP_KEY
        -----> The gateway
               Downloading hoop_\(AgentVersion.newestKnown)_Linux_x86_64.tar.gz
               SHA-256 verified: 8805c5…a2e8 (3.6 kB)
               Gateway     app.hoop.test:8443 accepts the key (0.4 s)

        """)
    let second = try check(bench, config)
    #expect(second.status == .exited(0))
    #expect(!second.output.contains("Downloading"), "\(second.output)")
  }

  @Test(arguments: [
    ("app", "app.hoop.test:8443 accepts the key (0.4 s)", 0 as Int32),
    ("unknown", "unknown.hoop.test:8443 does not know the key, or it was revoked", 1),
    ("unreachable", "unreachable.hoop.test:8443 cannot be reached: connection refused", 1),
  ])
  func `what the gateway says decides`(_ host: String, _ words: String, _ status: Int32) throws {
    let outcome = try check(Bench(), [Self.key(host), "HOOP_CONNECTION=a"])
    #expect(outcome.output.split(separator: "\n").last ?? "" == "       Gateway     \(words)")
    #expect(outcome.status == .exited(status))
  }

  @Test func `for programs the answers are in the JSON`() throws {
    let outcome = try check(Bench(), [Self.key("unknown"), "HOOP_CONNECTION=a"], ["--json"])
    let json = try #require(JSONObject(outcome.output))
    #expect(!json.isTrue("succeeds"))
    #expect(Shape.documented.problems(of: json.members) == [])
    let answer = try #require(json.object("gateway"))
    #expect(answer.text("answer") == "unknown-key")
    #expect(json.objects("advice").first?.text("code") == "unknown-key")
  }

  @Test(arguments: [
    ("web: puma\n", [], "no process type has an agent"),
    ("web: hoopstart -- puma\n", ["HOOP_VERSION=1.147.0"], "Hoop agent 1.147.0 does not exist"),
  ])
  func `what cannot be tried is said`(
    procfile: String, config: [String], words: String
  ) throws {
    let outcome = try check(
      Bench(), [Self.key("app"), "HOOP_CONNECTION=a"] + config, procfile: procfile)
    #expect((outcome.output + outcome.errors).contains(words), "\(outcome)")
    #expect(outcome.status == .exited(1))
  }
}
