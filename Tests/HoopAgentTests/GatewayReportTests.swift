import HoopAgent
import Testing

@Suite struct GatewayReportTests {
  private func plan(_ version: AgentVersion = AgentVersion.newestKnown) throws -> LaunchPlan {
    let values = [
      "HOOP_KEY": "grpcs://_default:s3cret@app.hoop.dev:8443", "HOOP_CONNECTION": "a,b,c",
    ]
    guard
      case .launch(let plan) = LaunchPlan.make(
        for: version, variable: { values[$0] }, names: { values.keys.sorted() })
    else {
      throw CancellationError()
    }
    return plan
  }

  private func text(_ entries: GatewayReport.Entry...) throws -> [String] {
    try GatewayReport(entries).rows(of: plan()).flatMap { $0.text }
  }

  @Test func `Connections with the same answer share a line, with the longest time`() throws {
    #expect(
      try text(.init("a", .connected, after: 420), .init("b", .connected, after: 1990))
        == ["Gateway     app.hoop.dev:8443 takes the key (1.9 s)"])
  }

  @Test func `Where answers differ, each says whose it is`() throws {
    #expect(
      try text(
        .init("a", .connected, after: 0), .init("b", .nameTaken("b"), after: 1),
        .init("c", .connected, after: 0), .init("d", .unreachable("EOF"), after: 0)) == [
          "Gateway     a and c: app.hoop.dev:8443 takes the key (0.0 s)",
          "Gateway     b is taken: the connection was made in the dashboard; choose another name",
          "Gateway     d: app.hoop.dev:8443 cannot be reached: EOF",
        ])
  }

  @Test func `The agent's own lines stand below, without control characters`() throws {
    #expect(
      try text(.init("a", .none(seconds: 15, last: ["x\u{1b}[2J", "y"]), after: 15_000)) == [
        "Gateway     no answer within 15 s; the agent's last lines:",
        #"              x\u{1b}[2J"#,
        "              y",
      ])
    #expect(
      try text(.init("a", .ended("exit status 1", last: []), after: 0)) == [
        "Gateway     the agent ended with exit status 1; the agent said nothing"
      ])
  }

  @Test func `Whether all are connected takes all of them, and one at least`() {
    let taken: [GatewayAnswer] = [.connected, .connectedElsewhere, .silent]
    #expect(GatewayReport(taken.map { .init("a", $0, after: 0) }).isConnected)
    #expect(!GatewayReport([]).isConnected)
    for answer: GatewayAnswer in [
      .unknownKey, .unreachable("x"), .nameTaken("b"), .refused("x"), .ended("signal 9", last: []),
      .notStarted("x"), .none(seconds: 15, last: []),
    ] {
      #expect(
        !GatewayReport([.init("a", .connected, after: 0), .init("b", answer, after: 0)])
          .isConnected)
    }
  }

  @Test func `Each answer that is no connection has a remedy to paste, in the words of the row`()
    throws
  {
    let plan = try plan()
    let report = GatewayReport([
      .init("a", .connected, after: 0), .init("b", .unknownKey, after: 0),
      .init("c", .unreachable("EOF"), after: 0),
      .init("d", .none(seconds: 15, last: ["x"]), after: 0),
    ])
    let problems = report.problems(of: plan)
    #expect(problems.map(\.code) == ["unknown-key", "unreachable", "no-answer"])
    let rows = report.rows(of: plan).dropFirst().map { $0.lines[0] }
    #expect(problems.map(\.summary) == [rows[0] + ".", rows[1] + ".", rows[2]])
    #expect(
      problems.map(\.example) == [
        ["hoop admin get orgkeys", "heroku config:set HOOP_KEY='grpcs://…'"],
        ["openssl s_client -brief -connect app.hoop.dev:8443 </dev/null"],
        ["heroku run --exit-code -- hoopstart --check"],
      ])
  }
}
