import BuildpackKit
import Glibc
import HoopAgent
import Posix
import TestSupport
import Testing

@testable import LocalTools

/// `bin/check --connect`, with the practice agent in the place of the real one.
struct ConnectTests {
  private static func key(_ host: String) -> String {
    "HOOP_KEY=grpcs://_default:xagt-Zm9v@\(host).hoop.test:8443"
  }

  /// Runs the check of an app whose agent comes from a practice release.
  private func check(
    _ bench: Bench, _ config: [String], _ words: [String] = [],
    version: AgentVersion = AgentVersion.newestKnown,
    procfile: String = "web: hoopstart -- puma\n"
  ) throws -> Bench.Outcome {
    let app = try bench.app(procfile)
    let release = try PracticeRelease(
      in: bench.folder / "releases", version, Tools(environment: bench.environment), Signals())
    let given = (["HOOP_RELEASES_URL=\(release.url)"] + config).flatMap { ["--config", $0] }
    var outcome = try bench.run("check", [app, "--connect"] + given + words)
    outcome.output = outcome.output.replacing(/\([0-9]+\.[0-9] s\)/, with: "(0.4 s)")
      .replacing(/"seconds": [0-9.]+/, with: "\"seconds\": 0.4")
      .replacing(/[0-9a-f]{6}…[0-9a-f]{4}/, with: "8805c5…a2e8")
      .replacing(
        /Linux_(x86_64|arm64)\.tar\.gz \([0-9.]+ k?B\)/, with: "Linux_x86_64.tar.gz (9 kB)")
    #expect(!(outcome.output + outcome.errors).contains("xagt-Zm9v"))
    #expect(bench.leftOver.isEmpty)
    return outcome
  }

  @Test func `the agent of the app's version is fetched, and asks the gateway`() throws {
    let outcome = try check(Bench(), [Self.key("app"), "HOOP_CONNECTION=a,taken"])
    #expect(
      outcome
        == Bench.Outcome(
          status: .exited(1),
          output: """
            -----> web: hoopstart -- puma
                   carries the agent
                   Publishes   a
                   Command     hoop run --name a --export NAMES
                   Sessions    have the app's config vars, without the key
                   Publishes   taken
                   Command     hoop run --name taken --export NAMES
                   Sessions    have the app's config vars, without the key
            -----> The agent
                   Dynos       all carry the agent
                   Agent       \(AgentVersion.newestKnown), the newest
                   Key         grpcs://_default:***@app.hoop.test:8443, an organisation key
                   Key from    HOOP_KEY
            -----> The gateway
                   Downloading hoop_\(AgentVersion.newestKnown)_Linux_x86_64.tar.gz (9 kB)
                   SHA-256 verified: 8805c5…a2e8
                   Gateway     a: app.hoop.test:8443 takes the key (0.4 s)
                   Gateway     taken is taken: the connection was made in the dashboard; choose another name

            """,
          errors: """
             !     Warning: taken is taken: the connection was made in the dashboard; choose another name.
             !
             !     The agent would go on trying, and the app would run without it.
             !
             !     Choose a name that nothing in the dashboard has:
             !
             !         heroku config:set HOOP_CONNECTION=a,NAME


            """))
  }

  @Test(arguments: [
    ("app", "app.hoop.test:8443 takes the key (0.4 s)", 0 as Int32),
    ("busy", "busy.hoop.test:8443 takes the key (0.4 s)", 0),
    ("unknown", "unknown.hoop.test:8443 does not know the key, or it was revoked", 1),
    ("unreachable", "unreachable.hoop.test:8443 cannot be reached: connection refused", 1),
  ])
  func `what the gateway says decides`(_ host: String, _ words: String, _ status: Int32) throws {
    let outcome = try check(Bench(), [Self.key(host), "HOOP_CONNECTION=a"])
    #expect(outcome.output.split(separator: "\n").last ?? "" == "       Gateway     \(words)")
    #expect(outcome.status == .exited(status))
  }

  @Test func `an agent that gets no answer is given up`() throws {
    let outcome = try check(
      Bench(), [Self.key("silent"), "HOOP_CONNECTION=a", "HOOPSTART_TIME_SCALE=0.1"])
    #expect(outcome.output.contains("Gateway     no answer within 15 s; the agent's last lines:\n"))
    #expect(outcome.status == .exited(1))
  }

  @Test func `for programs the answers stand in the JSON`() throws {
    let outcome = try check(Bench(), [Self.key("unknown"), "HOOP_CONNECTION=a"], ["--json"])
    let json = try #require(JSONObject(outcome.output))
    #expect(!json.isTrue("succeeds"))
    #expect(Shape.documented.problems(of: json.members) == [])
    let answer = try #require(json.objects("gateway").first)
    #expect(answer.text("connections") == "a")
    #expect(answer.text("answer") == "unknown-key")
    #expect(
      answer.texts("says").first
        == "unknown.hoop.test:8443 does not know the key, or it was revoked")
    #expect(json.objects("advice").first?.text("code") == "unknown-key")
    let asked = try check(Bench(), [Self.key("app"), "HOOP_CONNECTION=a"], ["--json"])
    #expect(JSONObject(asked.output)?.isTrue("succeeds") == true)
  }

  @Test func `what no dyno carries is not tried, and nothing is fetched`() throws {
    let outcome = try check(
      Bench(), [Self.key("app"), "HOOP_CONNECTION=a"], procfile: "web: puma\n")
    #expect(
      outcome.output.hasSuffix(
        "-----> The gateway\n       Not asked: no process type carries an agent\n"))
    #expect(outcome.status == .exited(1))
  }

  @Test func `a version that cannot be had is a problem`() throws {
    let outcome = try check(
      Bench(), [Self.key("app"), "HOOP_CONNECTION=a", "HOOP_VERSION=1.147.0"])
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.hasPrefix(" !     Error: Hoop agent 1.147.0 does not exist for Linux"))
  }
}
