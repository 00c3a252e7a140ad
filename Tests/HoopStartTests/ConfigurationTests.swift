import Glibc
import HoopAgent
import Posix
import Testing

/// Lines 12, 13 and 16: what the config vars do to a start.
@Suite struct ConfigurationTests {
  struct Problem: CustomTestStringConvertible, Sendable {
    let code: String
    let changes: [String: String?]
    var testDescription: String { code }
  }

  static let problems = [
    Problem(code: "no-key", changes: ["HOOP_KEY": nil]),
    Problem(code: "no-key", changes: ["HOOP_KEY": ""]),
    Problem(code: "malformed-key", changes: ["HOOP_KEY": "s3cret"]),
    Problem(code: "other-key-name", changes: ["HOOP_KEY_NAME": "prod"]),
    Problem(code: "no-connection", changes: ["HOOP_CONNECTION": nil]),
    Problem(code: "malformed-connections", changes: ["HOOP_CONNECTION": "a,,b"]),
    Problem(code: "malformed-dynos", changes: ["HOOP_DYNOS": "web 1"]),
    Problem(code: "not-a-switch", changes: ["HOOP_DISABLED": "perhaps"]),
    Problem(code: "malformed-key", changes: ["HOOP_KEY": "grpcs://a:s3cret@h?mode=embeded"]),
    Problem(code: "other-key-name", changes: ["HOOP_KEY_NAME": "grpcs://a:s3cret@h"]),
    Problem(
      code: "malformed-connections", changes: ["HOOP_CONNECTION": "env.K", "K": "ws://a:s3cret@h"]),
    Problem(code: "malformed-dynos", changes: ["HOOP_DYNOS": "grpcs://a:s3cret@h"]),
    Problem(code: "not-a-switch", changes: ["HOOP_DISABLED": "grpcs://a:s3cret@h"]),
  ]

  @Test(arguments: problems)
  func `With wrong configuration the app starts without the agent`(_ problem: Problem) async throws
  {
    let slug = try Slug()
    let run = try slug.start(["sh", "-c", "exit 7"], problem.changes)
    #expect(try await run.end() == .exited(7))
    try await slug.nothingLeft()
    #expect(run.lines.count == 1)
    #expect(run.errors.hasPrefix("buildpack=hoop at=no-agent code=\(problem.code) reason=\""))
    #expect(run.errors.contains(" remedy=\""))
    #expect(!run.errors.contains("s3cret"))
    #expect(try slug.agents().isEmpty)
  }

  @Test(arguments: problems)
  func `With HOOP_REQUIRED the app does not start then`(_ problem: Problem) async throws {
    let slug = try Slug()
    let changes = problem.changes.merging(["HOOP_REQUIRED": "yes"]) { first, _ in first }
    let run = try slug.start(["touch", "started"], changes)
    #expect(try await run.end() == .exited(78))
    try await slug.nothingLeft()
    #expect(run.lines.count == 1)
    #expect(run.errors.hasPrefix("buildpack=hoop at=no-agent code=\(problem.code) reason=\""))
    #expect(run.errors.contains(" HOOP_REQUIRED keeps the app from starting.\" remedy="))
    #expect(try (slug.folder / "started").status() == nil)
  }

  @Test func `A HOOP_REQUIRED that is neither on nor off counts as on`() async throws {
    let slug = try Slug()
    let without = try slug.start(["true"], ["HOOP_REQUIRED": "always", "HOOP_KEY": nil])
    #expect(try await without.end() == .exited(78))
    let run = try slug.start(["sleep", "1000"], ["HOOP_REQUIRED": "always"])
    _ = try await slug.readyAgents()
    try await eventually("both lines are there") { run.lines.count >= 2 }
    #expect(run.lines[0].hasPrefix("buildpack=hoop at=notice code=not-a-switch reason="))
    run.send(SIGKILL)
    _ = try await run.end()
    try await slug.nothingLeft()
  }

  @Test func `With HOOP_REQUIRED and all as it should be the app starts beside an agent`()
    async throws
  {
    let slug = try Slug()
    let run = try slug.start(["sleep", "1000"], ["HOOP_REQUIRED": "1"])
    _ = try await slug.readyAgents()
    run.send(SIGKILL)
    _ = try await run.end()
    try await slug.nothingLeft()
  }

  @Test(arguments: ["missing", "not executable", "without a version", "with a wrong version"])
  func `A slug without a usable agent starts the app all the same`(_ what: String) async throws {
    let slug = try Slug(
      version: ["without a version": nil, "with a wrong version": "new"][
        what, default: AgentVersion.newestKnown.description],
      agent: what != "missing")
    if what == "not executable" { _ = slug.agent.withCString { chmod($0, 0o644) } }
    let codes = [
      "not executable": "agent-not-executable", "without a version": "no-version",
      "with a wrong version": "no-version",
    ]
    for (changes, end) in [([:], 7), (["HOOP_REQUIRED": "1"], 78)] as [([String: String?], Int32)] {
      let run = try slug.start(["sh", "-c", "exit 7"], changes)
      #expect(try await run.end() == .exited(end))
      try await slug.nothingLeft()
      #expect(run.lines.count == 1)
      #expect(
        run.errors.hasPrefix(
          "buildpack=hoop at=no-agent code=\(codes[what, default: "agent-missing"])"))
    }
  }

  @Test func `HOOP_DISABLED leaves nothing but one line`() async throws {
    let slug = try Slug(version: nil, agent: false)
    let run = try slug.start(
      ["sh", "-c", "exit 7"], ["HOOP_DISABLED": "true", "HOOP_REQUIRED": "1"])
    #expect(try await run.end() == .exited(7))
    #expect(run.errors == "buildpack=hoop at=disabled reason=\"HOOP_DISABLED is on.\"\n")
  }

  @Test func `A dyno that HOOP_DYNOS does not name has no agent, and one line`() async throws {
    let slug = try Slug()
    let run = try slug.start(
      ["sh", "-c", "exit 7"], ["HOOP_DYNOS": "web.1,worker", "DYNO": "run.4859"])
    #expect(try await run.end() == .exited(7))
    #expect(
      run.errors == "buildpack=hoop at=disabled reason=\"HOOP_DYNOS does not name run.4859.\"\n")
    try await slug.nothingLeft()
  }

  @Test(arguments: ["worker.3", nil])
  func `A dyno that HOOP_DYNOS names has one, and so has where there are none`(_ dyno: String?)
    async throws
  {
    let slug = try Slug()
    let run = try slug.start(["sleep", "1000"], ["HOOP_DYNOS": "web.1,worker", "DYNO": dyno])
    _ = try await slug.readyAgents()
    run.send(SIGKILL)
    _ = try await run.end()
    try await slug.nothingLeft()
  }

  @Test func `A notice is one line, and the agent starts`() async throws {
    let slug = try Slug()
    let run = try slug.start(
      ["sleep", "1000"], ["HOOP_KEY": "grpcs://prod:s3cret@h:8443?mode=embedded"])
    _ = try await slug.readyAgents()
    try await eventually("both lines are there") { run.lines.count >= 2 }
    #expect(run.lines[0].hasPrefix("buildpack=hoop at=notice code=connection-ignored reason="))
    #expect(
      run.lines[1].contains(" connections=\"the connections of agent prod in the dashboard\""))
    run.send(SIGKILL)
    _ = try await run.end()
    try await slug.nothingLeft()
  }

  @Test func `HOOPSTART_XTRACE says each step with milliseconds, and no secret`() async throws {
    let slug = try Slug()
    let run = try slug.start(
      ["sh", "-c", "until ls \"$STANDIN_RECORD\" | grep -q ready; do sleep 0.01; done"],
      ["HOOPSTART_XTRACE": "1"])
    _ = try await run.end()
    try await slug.nothingLeft()
    let steps = run.lines(of: "trace")
    let names = [
      "forked the supervisor", "exec sh", "plan: Publishes myapp", "started agent", "ended",
    ]
    for name in names { #expect(steps.contains { $0.contains(name) }, "\(name) in \(steps)") }
    for step in steps { #expect(step.contains(try Regex(#" ms=\d+\.\d{3} pid=\d+ step="#))) }
    #expect(!run.errors.contains("s3cret"))
  }

  @Test func `No secret is in an argument list or a log`() async throws {
    let slug = try Slug()
    let run = try slug.start(["sleep", "1000"], ["STANDIN": "deaf"])
    let agent = try await slug.readyAgents()[0]
    let supervisor = try await run.supervisor()
    for pid in [agent.pid, supervisor] {
      let words = try Path("/proc/\(pid)/cmdline").content(atMost: 1 << 16)
      #expect(!String(decoding: words, as: UTF8.self).contains("s3cret"))
    }
    run.send(SIGKILL)
    _ = try await run.end()
    try await slug.nothingLeft()
    #expect(!run.errors.contains("s3cret"))
  }
}
