import Glibc
import HoopAgent
import Posix
import Testing

/// What the config vars do to a start.
@Suite struct ConfigurationTests {
  /// What is wrong, and the code of the line that says so.
  static let problems: [(code: String, changes: [String: String?])] = [
    ("no-key", ["HOOP_KEY": nil]), ("no-key", ["HOOP_KEY": ""]),
    ("malformed-key", ["HOOP_KEY": "s3cret"]),
    ("malformed-key", ["HOOP_KEY": "grpcs://a:s3cret@h:1?mode=embeded"]),
    ("other-key-name", ["HOOP_KEY_NAME": "prod"]),
    ("other-key-name", ["HOOP_KEY_NAME": "grpcs://a:s3cret@h"]),
    ("no-connection", ["HOOP_CONNECTION": nil]),
    ("malformed-connections", ["HOOP_CONNECTION": "a,,b"]),
    ("malformed-connections", ["HOOP_CONNECTION": "env.K", "K": "ws://a:s3cret@h"]),
    ("malformed-dynos", ["HOOP_DYNOS": "web 1"]),
    ("malformed-dynos", ["HOOP_DYNOS": "grpcs://a:s3cret@h"]),
    ("not-a-switch", ["HOOP_DISABLED": "perhaps"]),
    ("not-a-switch", ["HOOP_DISABLED": "grpcs://a:s3cret@h"]),
    ("malformed-setting", ["HOOP_REVIEW": "grpcs://a:s3cret@h"]),
    ("malformed-setting", ["HOOP_COMMAND": "a 'b'"]),
    ("malformed-setting", ["HOOP_DATABASE": "oracle://u:s3cret@h"]),
    ("malformed-tlsca", ["HOOP_TLSCA": "file:///no/such.pem"]),
  ]

  @Test(arguments: problems)
  func `With wrong configuration the app starts without the agent, but not if that is required`(
    _ code: String, _ changes: [String: String?]
  ) async throws {
    for (required, status) in [(nil, 7), ("yes", 78)] as [(String?, Int32)] {
      let slug = try Slug()
      let all = changes.merging(["HOOP_REQUIRED": required]) { first, _ in first }
      let run = try slug.start(["sh", "-c", "touch started; exit 7"], all)
      #expect(try await run.end(in: slug) == .exited(status))
      #expect(run.lines.count == 1)
      #expect(
        run.errors.hasPrefix("buildpack=hoop at=no-agent code=\(code) reason=\""), "\(run.errors)")
      let end = " HOOP_REQUIRED keeps the app from starting.\" remedy=\""
      #expect(run.errors.contains(required == nil ? " remedy=\"" : end))
      #expect(!run.errors.contains("s3cret"))
      #expect(try slug.agents().isEmpty)
      #expect(try (slug.folder / "started").status() != nil || required != nil)
    }
  }

  @Test func `A HOOP_REQUIRED that is neither on nor off counts as on`() async throws {
    let slug = try Slug()
    let run = try slug.start(["true"], ["HOOP_REQUIRED": "always", "HOOP_KEY": nil])
    #expect(try await run.end(in: slug) == .exited(78))
  }

  @Test(arguments: [
    (["HOOP_REQUIRED": "always"], "not-a-switch", "myapp"),
    (
      ["HOOP_KEY": "grpcs://prod:s3cret@h:8443?mode=embedded"], "connection-ignored",
      "\"the connections of agent prod in the dashboard\""
    ),
  ])
  func `A notice is one line, and the agent starts`(
    _ changes: [String: String], _ code: String, _ connections: String
  ) async throws {
    let slug = try Slug()
    let run = try slug.start(["sleep", "1000"], changes)
    _ = try await slug.readyAgents()
    try await eventually("both lines are there") { run.lines.count >= 2 }
    #expect(run.lines[0].hasPrefix("buildpack=hoop at=notice code=\(code) reason="))
    #expect(run.lines[1].contains(" connections=\(connections)"))
    try await run.kill(in: slug)
  }

  @Test(arguments: ["missing", "not executable", "without a version", "with a wrong version"])
  func `A slug without a usable agent starts the app all the same`(_ what: String) async throws {
    let versions: [String: String?] = ["without a version": nil, "with a wrong version": "new"]
    let slug = try Slug(
      version: versions[what, default: AgentVersion.newestKnown.description],
      agent: what == "missing" ? "" : nil)
    if what == "not executable" { try slug.agent.setMode(0o644) }
    let codes = ["missing": "agent-missing", "not executable": "agent-not-executable"]
    for (changes, end) in [([:], 7), (["HOOP_REQUIRED": "1"], 78)] as [([String: String?], Int32)] {
      let run = try slug.start(["sh", "-c", "exit 7"], changes)
      #expect(try await run.end(in: slug) == .exited(end))
      #expect(run.lines.count == 1)
      #expect(
        run.errors.hasPrefix(
          "buildpack=hoop at=no-agent code=\(codes[what, default: "no-version"]) "))
    }
  }

  @Test(arguments: [
    (
      ["HOOP_DISABLED": "true"], "web.1",
      "buildpack=hoop at=disabled reason=\"HOOP_DISABLED is on.\"\n"
    ),
    (["HOOP_DISABLED": "true"], "run.4859", ""), (["HOOP_DISABLED": "true"], "run-12a3-e78f9", ""),
    (["HOOP_DYNOS": "web.1,worker"], "run.4859", ""),
  ])
  func `A dyno that should have no agent has none, and a line if that may surprise`(
    _ changes: [String: String], _ dyno: String, _ errors: String
  ) async throws {
    for required in [nil, "1"] {
      let slug = try Slug(version: nil, agent: "")
      var all: [String: String?] = ["HOOP_REQUIRED": required, "DYNO": dyno]
      for (name, value) in changes { all[name] = value }
      let run = try slug.start(["sh", "-c", "exit 7"], all)
      #expect(try await run.end(in: slug) == .exited(7))
      #expect(run.errors == errors)
    }
  }

  @Test(arguments: ["worker.3", nil])
  func `A dyno that HOOP_DYNOS names has an agent, and so has a process that is not in a dyno`(
    _ dyno: String?
  ) async throws {
    let slug = try Slug()
    let run = try slug.start(["sleep", "1000"], ["HOOP_DYNOS": "web.1,worker", "DYNO": dyno])
    _ = try await slug.readyAgents()
    try await run.kill(in: slug)
  }

  @Test func `Outside a slug a remedy names the variable alone`() async throws {
    let slug = try Slug()
    try (slug.folder / "layer/bin").makeFolders()
    try Slug.copy(slug.hoopstart, to: slug.folder / "layer/bin/hoopstart")
    try Slug.copy(slug.folder / ".hoop/version", to: slug.folder / "layer/version")
    try Slug.copy(slug.agent, to: slug.folder / "layer/bin/hoop")
    let run = try slug.run(["\(slug.folder)/layer/bin/hoopstart", "true"], ["HOOP_KEY": nil])
    #expect(try await run.end() == .exited(0))
    try await eventually("it is said") { run.errors.hasSuffix("\n") }
    #expect(run.errors.contains("HOOP_KEY='grpcs://…'") && !run.errors.contains("heroku"))
  }

  @Test func `HOOPSTART_XTRACE says each step with milliseconds, and no secret`() async throws {
    let slug = try Slug()
    let run = try slug.start(
      ["sh", "-c", SignalTests.untilReady, "s3cret"],
      ["HOOPSTART_XTRACE": "1"])
    _ = try await run.end(in: slug)
    let steps = run.lines(of: "trace")
    let names = [
      "forked the supervisor", "exec sh", "plan: Publishes myapp", "started agent", "ended",
    ]
    for name in names { #expect(steps.contains { $0.contains(name) }, "\(name) in \(steps)") }
    for step in steps { #expect(step.contains(try Regex(#" ms=\d+ pid=\d+ step="#))) }
    #expect(!run.errors.contains("s3cret"))
  }

  @Test func `A command with a secret in its name is masked in every line`() async throws {
    let slug = try Slug()
    let run = try slug.start(
      ["./x=grpcs://_default:s3cret@app.hoop.test:8443"], ["HOOPSTART_XTRACE": "1"])
    #expect(try await run.end(in: slug) == .exited(127))
    #expect(run.errors.contains("command=\"./x=***") || run.errors.contains("command=./x"))
    #expect(!run.errors.contains("s3cret"))
  }
}
