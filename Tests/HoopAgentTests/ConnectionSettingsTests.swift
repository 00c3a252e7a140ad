import HoopAgent
import Testing

/// HOOP_COMMAND, HOOP_REVIEW, HOOP_DATA_MASKING and HOOP_DATABASE.
struct ConnectionSettingsTests {
  private static let url = "postgresql://u:s3cret@db.example.com:5432/app"
  private static let base = [
    "HOOP_KEY": "grpcs://_default:xagt-Zm9v@app.hoop.dev:8443", "HOOP_CONNECTION": "myapp,myapp-db",
  ]

  private func words(_ variables: [String: String], _ version: String = "1.148.0") throws
    -> [[String]]
  {
    try plan(Self.base.merging(variables) { $1 }, version).commands.map { command in
      let words = command.arguments.dropFirst(3)
      return Array(words.prefix { $0 != "--export" })
    }
  }

  private func problems(_ variables: [String: String], _ version: String = "1.148.0") throws
    -> [LaunchProblem]
  {
    let version = try #require(AgentVersion(version))
    guard case .impossible(let problems) = outcome(Self.base.merging(variables) { $1 }, version)
    else { return [] }
    return problems
  }

  @Test func `each is for every connection`() throws {
    let all = [
      "HOOP_COMMAND": "bundle exec rails console", "HOOP_REVIEW": "dba, SRE team",
      "HOOP_DATA_MASKING": "EMAIL_ADDRESS,PHONE_NUMBER",
    ]
    let each = [
      "--command", "bundle exec rails console", "--review", "dba,SRE team", "--data-masking",
      "EMAIL_ADDRESS,PHONE_NUMBER",
    ]
    #expect(try words(all) == [each, each])
  }

  @Test func `one with a connection's name wins for that one, and an empty one turns it off`()
    throws
  {
    let some = [
      "HOOP_REVIEW": "dba", "HOOP_REVIEW_MYAPP": "", "HOOP_COMMAND_MYAPP": "bin/console",
      "HOOP_REVIEW_MYAPP_DB": "sre",
    ]
    #expect(try words(some) == [["--command", "bin/console"], ["--review", "sre"]])
  }

  @Test func `a database is that one connection's, and brings its own entrypoint`() throws {
    let variables = [
      "HOOP_COMMAND": "rails c", "HOOP_DATABASE_MYAPP_DB": " env.DATABASE_URL ",
      "DATABASE_URL": Self.url,
    ]
    let plan = try plan(Self.base.merging(variables) { $1 })
    #expect(try words(variables) == [["--command", "rails c"], []])
    #expect(plan.commands[0].settings.database == nil)
    #expect(plan.commands[1].settings.database?.variable == "DATABASE_URL")
    #expect(
      plan.commands[1].settings.database?.url.description == "postgres at db.example.com/app")
    #expect(!"\(plan)".contains("s3cret"))
    #expect(
      plan.settingsInWords == [
        "myapp: entrypoint rails c", "myapp-db: database postgres at db.example.com/app",
      ])
    let own = try self.words(variables.merging(["HOOP_COMMAND_MYAPP_DB": "bin/psql"]) { $1 })
    #expect(own[1] == ["--command", "bin/psql"])
  }

  @Test func `a URL may be the value itself`() throws {
    let plan = try plan(Self.base.merging(["HOOP_DATABASE_MYAPP_DB": Self.url]) { $1 })
    #expect(plan.commands[1].settings.database?.variable == "HOOP_DATABASE_MYAPP_DB")
    #expect(!"\(plan)".contains("s3cret"))
  }

  @Test(arguments: [
    ("1.21.1", "HOOP_REVIEW", "dba", true), ("1.21.0", "HOOP_REVIEW", "dba", false),
    ("1.21.1", "HOOP_DATA_MASKING_MYAPP", "PHONE", true),
    ("1.21.0", "HOOP_DATA_MASKING_MYAPP", "PHONE", false),
    ("1.21.23", "HOOP_COMMAND", "rails c", true), ("1.21.22", "HOOP_COMMAND", "rails c", false),
    ("1.21.23", "HOOP_DATABASE", url, true), ("1.21.22", "HOOP_DATABASE", url, false),
    ("1.21.0", "HOOP_DATABASE", " ", true),
  ])
  func `what an agent cannot keep to starts none`(
    version: String, name: String, value: String, isKept: Bool
  ) throws {
    let problems = try problems([name: value], version)
    #expect(problems.isEmpty == isKept)
    if case .settingsNotPossible(let names, _, _, let from)? = problems.first {
      #expect(names == [name])
      #expect(from == AgentVersion(version == "1.21.0" ? "1.21.1" : "1.21.23"))
    } else {
      #expect(isKept)
    }
  }

  static let boundKeys = [
    "grpcs://prod:xagt-Zm9v@h?mode=embedded", "grpcs://prod:xagt-Zm9v@h?mode=standard",
    "https://app.hoop.dev/" + String(repeating: "0f", count: 32),
  ]

  @Test(arguments: boundKeys, ["1.19.63", "1.148.0"])
  func `with a key of the dashboard's connections none is possible`(key: String, version: String)
    throws
  {
    for name in ["HOOP_COMMAND", "HOOP_REVIEW_MYAPP", "HOOP_DATA_MASKING", "HOOP_DATABASE_X"] {
      let problems = try problems(["HOOP_KEY": key, name: "x"], version)
      #expect(
        problems
          == [.settingsNotPossible([name], try AgentKey(key), AgentVersion(version)!, from: nil)])
    }
    #expect(try self.problems(["HOOP_KEY": key, "HOOP_REVIEW": ""], version).isEmpty)
  }

  @Test func `a suffix must name one connection`() throws {
    #expect(
      try problems(["HOOP_REVIEW_MYAPPDB": "dba"])
        == [
          .settingOfNoConnection(
            "HOOP_REVIEW_MYAPPDB", of: .review, suffixes: ["MYAPP", "MYAPP_DB"])
        ])
    let both = ["HOOP_CONNECTION": "a-b,a.b"]
    #expect(try problems(both).isEmpty)
    #expect(
      try problems(both.merging(["HOOP_REVIEW_A_B": "dba"]) { $1 })
        == [.settingOfManyConnections("HOOP_REVIEW_A_B", connections: ["a-b", "a.b"])])
  }

  @Test(
    arguments: [
      ("HOOP_COMMAND", "exec 'rails c'", .notPlain("'rails")),
      ("HOOP_COMMAND", "grpcs://_default:xagt-Zm9v@app.hoop.dev:8443", .secret),
      ("HOOP_REVIEW", "dba,", .emptyItem), ("HOOP_REVIEW", "dba,dba", .repeatedItem("dba")),
      ("HOOP_REVIEW", "a\"b", .malformedItem("a\"b")), ("HOOP_REVIEW", url, .secret),
      ("HOOP_DATA_MASKING", "A B", .malformedItem("A B")),
      ("HOOP_REVIEW", "“sre”", .quotes(without: "sre")),
      ("HOOP_REVIEW", "«sre», 'dba team', x", .quotes(without: "sre,dba team,x")),
      ("HOOP_DATA_MASKING", "'URL'", .quotes(without: "URL")),
      ("HOOP_COMMAND", "\"rails console\"", .quotes(without: "rails console")),
      ("HOOP_COMMAND", "'a' 'b'", .notPlain("'a'")),
      ("HOOP_DATABASE", "“env.HOOP_URL”", .quotes(without: "env.HOOP_URL")),
      ("HOOP_DATABASE", "'\(url)'", .quotes(without: "")),
      ("HOOP_DATABASE", "\(url)\"", .quotes(without: "")),
      ("HOOP_DATABASE", "'env.HOOP_KEY'", .quotes(without: "")),
      ("HOOP_DATA_MASKING", "'A B'", .quotes(without: "")),
      ("HOOP_REVIEW", "'a','a'", .quotes(without: "")),
      ("HOOP_DATABASE", "env.", .unsetVariable("")),
      ("HOOP_DATABASE", "env.X", .unsetVariable("X")),
      ("HOOP_DATABASE", "env.HOOP_KEY", .keyVariable("HOOP_KEY")),
      ("HOOP_DATABASE", "env.A/B", .unsetVariable("A/B")),
      ("HOOP_DATABASE", "app", .url(.scheme, variable: nil)),
      ("HOOP_DATABASE", String(repeating: "a", count: 65_537), .tooLong(bytes: 65_537)),
    ] as [(String, String, SettingMalformed)])
  func `a value that cannot be read is a problem, told once`(
    name: String, value: String, why: SettingMalformed
  ) throws {
    let problems = try problems([name: value])
    #expect(problems == [.malformedSetting(name, of: try #require(ConfigVar(rawValue: name)), why)])
    #expect(!"\(problems.map(\.advice))".contains("s3cret"))
  }

  @Test func `a HOOP_DB_URI of the app's own is kept from the agents, and that is said`() throws {
    let own = ["HOOP_DB_URI": Self.url]
    let plan = try plan(Self.base.merging(own) { $1 })
    #expect(plan.notices == [.databaseVariableKept(connections: "myapp,myapp-db")])
    #expect(plan.commands.allSatisfy { $0.isKeptFrom("HOOP_DB_URI") })
    let used = own.merging(["HOOP_DATABASE_MYAPP_DB": "env.HOOP_DB_URI"]) { $1 }
    #expect(try HoopAgentTests.plan(Self.base.merging(used) { $1 }).notices.isEmpty)
    let embedded = own.merging(["HOOP_KEY": Self.boundKeys[0], "HOOP_CONNECTION": ""]) { $1 }
    #expect(!(try HoopAgentTests.plan(embedded).commands[0].isKeptFrom("HOOP_DB_URI")))
  }
}
