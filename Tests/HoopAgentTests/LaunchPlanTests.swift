import HoopAgent
import Testing

struct LaunchPlanTests {
  private func codes(_ more: [String: String]) -> [String] {
    problems(complete.with(more)).map(\.code)
  }

  @Test(arguments: ["1", "true", "YES", " on "])
  func `HOOP_DISABLED starts nothing, however wrong the rest is`(value: String) {
    #expect(outcome(["HOOP_DISABLED": value, "HOOP_DYNOS": ","]) == .disabled)
  }

  @Test func `a HOOP_DISABLED that is off disables nothing, and one that is neither is a problem`()
    throws
  {
    for value in ["0", "", "off"] {
      #expect(try plan(complete.with(["HOOP_DISABLED": value])).commands.count == 1)
    }
    #expect(codes(["HOOP_DISABLED": "ja"]) == ["not-a-switch"])
  }

  @Test func `a dyno that HOOP_DYNOS does not name gets no agent, however wrong the rest is`()
    throws
  {
    #expect(outcome(["HOOP_DYNOS": "web.1", "DYNO": "worker.1"]) == .otherDyno("worker.1"))
    for dyno in [nil, "", "web.1"] {
      var variables = complete.with(["HOOP_DYNOS": " web\n"])
      variables["DYNO"] = dyno
      #expect(try plan(variables).dynos.patterns == ["web.*"])
    }
  }

  @Test func `HOOP_KEY wins over HOOP_DSN, and an empty one is unset`() throws {
    #expect(codes(["HOOP_KEY": "x", "HOOP_DSN": Keys.embedded]) == ["malformed-key"])
    let both = try plan(["HOOP_KEY": Keys.embedded, "HOOP_DSN": Keys.organisation])
    #expect(both.key.name == "prod")
    #expect(both.keySource == .key)
    #expect(both.notices.map(\.code) == ["two-keys"])
    let same = try plan(["HOOP_KEY": Keys.embedded, "HOOP_DSN": " \(Keys.embedded)\n"])
    #expect(same.notices.isEmpty)
    let empty = try plan(["HOOP_KEY": " ", "HOOP_DSN": "\(Keys.embedded)\r\n"])
    #expect(empty.keySource == .dsn)
  }

  @Test func `without a key nothing is started, whatever HOOP_CONNECTION says`() {
    #expect(problems([:]).map(\.code) == ["no-key"])
    #expect(problems(["HOOP_KEY": "", "HOOP_DSN": "\n"]).map(\.code) == ["no-key"])
    #expect(
      problems(["HOOP_CONNECTION": "a,,b"]).map(\.code) == ["no-key", "malformed-connections"])
  }

  @Test func `HOOP_KEY_NAME guards against a key of another environment`() throws {
    #expect(try plan(["HOOP_KEY": Keys.embedded, "HOOP_KEY_NAME": " prod\n"]).key.name == "prod")
    #expect(try plan(complete.with(["HOOP_KEY_NAME": " "])).commands.count == 1)
    let kelvin = "grpcs://%E2%84%AA:s@h:1?mode=embedded"
    for (key, wanted) in [(Keys.organisation, "prod"), (Keys.client, "prod"), (kelvin, "K")] {
      let found = problems(["HOOP_CONNECTION": "a", "HOOP_KEY": key, "HOOP_KEY_NAME": wanted])
      #expect(found.map(\.code) == ["other-key-name"])
      #expect(found[0].summary.hasSuffix("HOOP_KEY_NAME asks for “\(wanted)”."))
    }
  }

  @Test(arguments: [nil, "", " \n"])
  func `a key that is not bound to an agent needs HOOP_CONNECTION`(list: String?) {
    var variables = complete
    variables["HOOP_CONNECTION"] = list
    #expect(problems(variables).map(\.code) == ["no-connection"])
    #expect(
      problems(["HOOP_KEY": Keys.embedded], AgentVersion(1, 19, 0)).map(\.code)
        == ["no-connection"])
  }

  @Test func `a bound key needs no HOOP_CONNECTION, and it need not be right`() throws {
    let plan = try plan(["HOOP_KEY": Keys.embedded, "HOOP_CONNECTION": " "])
    #expect(plan.notices.isEmpty)
    #expect(plan.publication == "the connections of agent prod in the dashboard")
    let ignored = try HoopAgentTests.plan(["HOOP_KEY": Keys.embedded, "HOOP_CONNECTION": "a,,b"])
    #expect(ignored.notices.map(\.code) == ["connection-ignored"])
  }

  @Test func `an old agent gets the list resolved`() throws {
    let plan = try plan(
      ["HOOP_DSN": Keys.embedded, "HOOP_CONNECTION": "A, env.B", "B": "Bee "], "1.16.0")
    let variables = plan.commands.flatMap { $0.variables }.map { "\($0.name)=\($0.value)" }
    #expect(variables == ["HOOP_CONNECTION=a,bee", "LOG_LEVEL=info"])
  }

  @Test func `all problems are told at once`() {
    let all: [String: String] = [
      "HOOP_REQUIRED": "?", "HOOP_DYNOS": "?", "HOOP_KEY": "x", "HOOP_CONNECTION": ",",
      "HOOP_REVIEWS": "x", "HOOP_TLSCA": "x",
    ]
    #expect(
      problems(all).map(\.code) == [
        "malformed-dynos", "misspelled-setting", "malformed-key", "malformed-connections",
        "malformed-tlsca", "not-a-switch",
      ])
    #expect(problems(all).map(\.severity).firstIndex { $0 != .error } == 5)
  }

  @Test func `every problem says what happened, what it means and what to do`() {
    let url = "postgres://u:p4ss@h/d"
    var all: [Problem] = []
    for variables in [
      ["HOOP_DISABLED": "?", "HOOP_DYNOS": "?", "HOOP_REQUIRED": "?", "HOOP_REVEIW": "x"],
      ["HOOP_KEY_NAME": "x", "HOOP_CONNECTION": "a-b,a.b", "HOOP_REVIEW_A_B": "x"],
      ["HOOP_CONNECTION": "a;b,c d,é,$E", "HOOP_DATABASE_URL": url, "HOOP_REVIEW_Z": "x"],
      ["HOOP_DSN": Keys.embedded, "HOOP_LOG_LEVEL": "x", "HOOP_DB_URI": url],
      ["HOOP_CONNECTION": ""], ["HOOP_TLS_SKIP_VERIFY": "1"], ["HOOP_KEY": Keys.standard],
      ["HOOP_TLSCA": "/ca.pem"], ["HOOP_TLS_SKIP_VERIFY": "true"],
      ["HOOP_REQUIRE": "on"], ["HOOP_COMMAND": "'"],
    ] {
      for version in [AgentVersion(1, 14, 9), AgentVersion(1, 14, 10), .newestKnown] {
        switch outcome(complete.with(variables), version) {
        case .launch(let plan): all += plan.notices
        case .impossible(let problems): all += problems
        case .disabled, .otherDyno: Issue.record("neither")
        }
      }
    }
    #expect(Set(all.map(\.code)).count >= 17)
    for problem in all {
      #expect(problem.code.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil)
      #expect(problem.summary.hasSuffix(".") || problem.code == "misspelled-setting")
      #expect(!problem.meaning.contains(""))
      #expect(problem.remedy.text.hasSuffix(":") && !problem.remedy.steps.isEmpty)
      #expect(!problem.text.contains("p4ss") && !problem.text.contains("Zm9v"))
    }
  }

  @Test func `a plan says what it publishes and from where`() throws {
    #expect(
      try plan(["HOOP_DSN": Keys.embedded, "HOOP_CONNECTION": "a,b,c"], "1.19.0").summary
        == "Publishes prod:a, prod:b and prod:c from every process that starts with hoopstart")
    #expect(
      try plan(complete.with(["HOOP_DYNOS": "web.1,run"])).summary
        == "Publishes app from the dynos web.1 and run.* that start with hoopstart")
    #expect(
      try plan(["HOOP_KEY": Keys.client]).publication
        == "the connections that the dashboard gives this key")
    #expect(
      try plan(["HOOP_KEY": Keys.client, "HOOP_CONNECTION": "a,b"], "1.19.0").publication
        == "KEYNAME:a and KEYNAME:b")
  }

  @Test(
    arguments: [
      (nil, "info", []), (" Debug\n", "debug", []), ("warn", "warn", []),
      ("error", "error", []), ("verbose", "info", ["log-level"]),
    ] as [(String?, String, [String])])
  func `the agent logs at info, or as HOOP_LOG_LEVEL asks, and not as the app does`(
    value: String?, level: String, notices: [String]
  ) throws {
    for key in [Keys.organisation, Keys.embedded] {
      var variables = ["HOOP_KEY": key, "LOG_LEVEL": "error", "HOOP_LOG_LEVEL": value ?? ""]
      if key == Keys.organisation { variables["HOOP_CONNECTION"] = "a" }
      let plan = try plan(variables)
      for command in plan.commands + [plan.question] {
        #expect(command.variables.contains { $0.name == "LOG_LEVEL" && $0.value == level })
      }
      #expect(plan.logLevel == level)
      #expect(plan.notices.map(\.code) == notices)
      #expect(
        plan.inputs(agent: "x", keyName: nil).contains(Row("Log level", level)) == (level != "info")
      )
    }
  }

  @Test func `the rows of a check`() throws {
    let plan = try plan(
      complete.with(["HTTPS_PROXY": "http://u:s3cret@proxy.test:3128/", "HOOP_DYNOS": "web"]))
    let rows = plan.inputs(agent: "/app/.hoop/bin/hoop", keyName: "_default ") + plan.outputs
    #expect(
      rows.flatMap(\.text) == [
        "Dynos       web.*", "Agent       1.148.0, /app/.hoop/bin/hoop",
        "Key         grpcs://_default:***@app.hoop.dev:8443, an organisation key",
        "Key from    HOOP_KEY", "Key name    _default, as HOOP_KEY_NAME asks",
        "Proxy       proxy.test:3128, from HTTPS_PROXY", "Publishes   app",
        "Command     hoop run --name app --export NAMES",
        "Sessions    have the app's config vars, without the key",
      ])
  }
}
