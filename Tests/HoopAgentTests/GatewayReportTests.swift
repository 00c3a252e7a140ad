import HoopAgent
import Testing

struct GatewayReportTests {
  private static func plan(_ key: String, _ version: String, _ more: [String: String] = [:]) throws
    -> LaunchPlan
  {
    try HoopAgentTests.plan(["HOOP_KEY": key, "HOOP_CONNECTION": "a,b,c"].with(more), version)
  }

  private static func rows(
    _ answer: GatewayAnswer, _ plan: LaunchPlan, after milliseconds: Int = 1990
  ) -> [String] {
    GatewayReport(answer, to: plan, after: milliseconds).row.text
  }

  /// No check executes `hoop run`, which would publish a connection.
  @Test(arguments: [
    (Keys.organisation, "1.148.0"), (Keys.organisation, "1.21.5"),
    (Keys.organisation + "?mode=multi-connection", "1.20.9"),
    (Keys.embedded, "1.148.0"), (Keys.standard, "1.148.0"), (Keys.embedded, "1.16.0"),
    (Keys.client, "1.14.15"),
  ])
  func `every key is asked for with hoop start agent, in one process`(key: String, version: String)
    throws
  {
    let question = try Self.plan(key, version).question
    #expect(question.arguments == ["start", "agent"])
    let isListed = try #require(AgentVersion(version)) < AgentVersion(1, 20, 0)
    #expect(question.variables.contains { $0.name == "HOOP_CONNECTION" } == isListed)
    #expect(question.publishes.isEmpty != isListed)
  }

  @Test(
    arguments: [
      (.takesKey, ""), (.onlineElsewhere, "; an agent with this key is online"),
      (.silent, ": agent 1.148.0 logs only what is wrong, and logged nothing"),
    ] as [(GatewayAnswer, String)])
  func `a gateway that accepts the key is good`(answer: GatewayAnswer, words: String) throws {
    let plan = try Self.plan(Keys.organisation, "1.148.0")
    let report = GatewayReport(answer, to: plan, after: 1990)
    #expect(report.takesKey && report.problem == nil)
    #expect(report.row == Row("Gateway", "app.hoop.dev:8443 accepts the key (1.9 s)\(words)"))
    #expect(report.result == "\(plan.summary).")
  }

  private static let certificate = "certificate signed by unknown authority"
  private static let preface = "error reading server preface: EOF"
  private static let gateway = "app.hoop.dev:8443"
  private static let issues = "https://github.com/hoophq/hoop/issues"
  private static let probe = "openssl s_client -brief -connect app.hoop.dev:8443 </dev/null"

  /// The answer, then the code, the summary and the lines to paste.
  @Test(
    arguments: [
      (
        .unknownKey, "unknown-key", "\(gateway) does not know the key, or it was revoked.",
        ["hoop admin get orgkeys", "set HOOP_KEY='grpcs://…'"]
      ),
      (
        .unreachable("i/o timeout"), "unreachable", "\(gateway) cannot be reached: i/o timeout.",
        [probe]
      ),
      (
        .unreachable(preface), "unreachable", "\(gateway) cannot be reached: \(preface).",
        ["set HOOP_KEY=grpcs://_default:SECRET@app.hoop.dev:8443"]
      ),
      (
        .unreachable(certificate), "unreachable", "\(gateway) cannot be reached: \(certificate).",
        ["set HOOP_TLSCA=file:///app/config/ca.pem"]
      ),
      (
        .http(status: 404, fromProxy: false), "http-status",
        "\(gateway) answers with HTTP status 404.",
        ["set HOOP_KEY=grpcs://_default:SECRET@HOST:8010"]
      ),
      (.refused("no licence"), "refused", "\(gateway) refuses: no licence.", [issues]),
      (
        .ended("exit status 1", last: []), "agent-ended",
        "The agent ended with exit status 1; the agent logged nothing.", [issues]
      ),
      (
        .none(seconds: 15, last: ["x"]), "no-answer",
        "No answer within 15 s; the agent's last lines:", ["checkInDyno"]
      ),
    ] as [(GatewayAnswer, String, String, [String])])
  func `each other answer has a remedy to paste`(
    answer: GatewayAnswer, code: String, summary: String, lines: [String]
  ) throws {
    let plan = try Self.plan(Keys.organisation, "1.148.0")
    let report = GatewayReport(answer, to: plan, after: 0)
    let problem = try #require(report.problem)
    #expect(!report.takesKey && report.code == code && problem.code == code)
    #expect(problem.summary == summary && problem.severity == .warning)
    #expect(problem.lines == lines)
    #expect(
      problem.meaning.last == "The agent would keep trying, and the app would run without it.")
    #expect(
      report.row.lines[0]
        == (summary.hasSuffix(":") ? summary : String(summary.dropLast())))
    #expect(report.result == "The agent would start and not connect.")
  }

  @Test func `an old agent is not served by a gateway of today`() throws {
    let plan = try Self.plan(Keys.client, "1.19.0")
    for status in [404, 415] {
      let answer = GatewayAnswer.http(status: status, fromProxy: false)
      let problem = try #require(GatewayReport(answer, to: plan, after: 0).problem)
      #expect(problem.remedy.text.hasPrefix("Gateways from 1.20 on no longer serve this agent."))
      #expect(problem.lines == ["unset HOOP_VERSION HOOP_SHA256"])
    }
  }

  @Test func `a proxy that is down or refuses is named, and not the gateway`() throws {
    let plan = try Self.plan(
      Keys.organisation, "1.148.0", ["HTTPS_PROXY": "http://u:s3cret@proxy.test:3128"])
    #expect(
      Self.rows(.unreachable("connection refused"), plan) == [
        "Gateway     The proxy proxy.test:3128 of HTTPS_PROXY cannot be reached: connection refused"
      ])
    let down = try #require(
      GatewayReport(.unreachable("no such host"), to: plan, after: 0).problem)
    #expect(
      down.lines == [
        "set HTTPS_PROXY=http://USER:SECRET@proxy.test:3128", "set NO_PROXY=app.hoop.dev",
      ])
    let refuses = try #require(
      GatewayReport(.http(status: 407, fromProxy: true), to: plan, after: 0).problem)
    #expect(
      refuses.summary == "The proxy proxy.test:3128 of HTTPS_PROXY answers with HTTP status 407.")
    #expect(refuses.lines == down.lines)
    // What only the gateway can have said stays its own.
    #expect(Self.rows(.unreachable(Self.certificate), plan)[0].contains("app.hoop.dev:8443 cannot"))
  }

  @Test(arguments: ["1.20.9", "1.21.0", "1.21.4", "1.21.5"])
  func `a version that was not tried says so`(version: String) throws {
    let plan = try Self.plan(Keys.organisation + "?mode=multi-connection", version)
    let report = GatewayReport(.none(seconds: 15, last: ["agent started"]), to: plan, after: 15_000)
    let problem = try #require(report.problem)
    if version == "1.21.5" {
      #expect(problem.severity == .warning && problem.summary.hasPrefix("No answer within 15 s"))
    } else {
      #expect(problem.summary == "Not known: this check was not tried with agent \(version).")
      #expect(problem.severity == .notice && problem.lines == ["unset HOOP_VERSION HOOP_SHA256"])
      #expect(
        report.result == "The agent would start. Whether it would connect is not known.")
    }
    // What it says counts.
    #expect(Self.rows(.unknownKey, plan)[0].hasSuffix("does not know the key, or it was revoked"))
  }

  @Test func `the agent's own lines are below, without control characters and secrets`() throws {
    let plan = try Self.plan(Keys.organisation, "1.148.0")
    #expect(
      Self.rows(.none(seconds: 15, last: ["x\u{1b}[2J", "grpcs://a:s3cret@b"]), plan) == [
        "Gateway     No answer within 15 s; the agent's last lines:",
        #"              x\u{1b}[2J"#, "              grpcs://***@b",
      ])
  }
}
