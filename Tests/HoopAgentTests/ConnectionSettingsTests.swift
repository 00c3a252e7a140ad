import HoopAgent
import Testing

/// HOOP_COMMAND, HOOP_REVIEW, HOOP_DATA_MASKING and HOOP_DATABASE.
struct ConnectionSettingsTests {
  private static let url = "postgresql://u:s3cret@db.example.com:5432/app"
  private static let base = complete.with(["HOOP_CONNECTION": "myapp,myapp-db"])

  private func words(_ variables: [String: String], _ version: String = "1.148.0") throws
    -> [[String]]
  {
    try plan(Self.base.with(variables), version).commands.map { command in
      let words = command.arguments.dropFirst(3)
      return Array(words.prefix { $0 != "--export" })
    }
  }

  private func problems(_ variables: [String: String], _ version: String = "1.148.0") throws
    -> [Problem]
  {
    HoopAgentTests.problems(Self.base.with(variables), try #require(AgentVersion(version)))
  }

  @Test func `each is for every connection, without the white space around it`() throws {
    let all = [
      "HOOP_COMMAND": "bundle exec rails console\r\n", "HOOP_REVIEW": " dba, SRE team\n",
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
      "HOOP_REVIEW": "dba", "HOOP_REVIEW_MYAPP": " ", "HOOP_COMMAND_MYAPP": "bin/console",
      "HOOP_REVIEW_MYAPP_DB": "sre",
    ]
    #expect(try words(some) == [["--command", "bin/console"], ["--review", "sre"]])
  }

  @Test func `a database is that one connection's, and brings its own entrypoint`() throws {
    let variables = [
      "HOOP_COMMAND": "rails c", "HOOP_DATABASE_MYAPP_DB": " env.DATABASE_URL ",
      "DATABASE_URL": "\(Self.url)\n",
    ]
    let plan = try plan(Self.base.with(variables))
    #expect(try words(variables) == [["--command", "rails c"], []])
    #expect(plan.commands[0].settings.database == nil)
    #expect(plan.commands[0].settings.command == ["rails", "c"])
    #expect(plan.commands[1].settings.database?.variable == "DATABASE_URL")
    #expect(
      plan.settingsInWords == [
        "myapp: entrypoint rails c", "myapp-db: database postgres at db.example.com:5432/app",
      ])
    #expect(!"\(plan)".contains("s3cret"))
    let own = try self.words(variables.with(["HOOP_COMMAND_MYAPP_DB": "bin/psql"]))
    #expect(own[1] == ["--command", "bin/psql"])
  }

  @Test func `a URL may be the value itself`() throws {
    let plan = try plan(Self.base.with(["HOOP_DATABASE_MYAPP_DB": Self.url]))
    #expect(plan.commands[1].settings.database?.variable == "HOOP_DATABASE_MYAPP_DB")
    #expect(plan.commands.allSatisfy { $0.isKeptFrom("HOOP_DATABASE_MYAPP_DB") })
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
  func `an agent that cannot keep a setting is not started`(
    version: String, name: String, value: String, isKept: Bool
  ) throws {
    let problems = try problems([name: value], version)
    #expect(problems.map(\.code) == (isKept ? [] : ["settings-not-possible"]))
    guard let problem = problems.first else { return }
    let from = version == "1.21.0" ? "1.21.1" : "1.21.23"
    #expect(
      problem.summary.hasPrefix("\(name) is set, which Hoop agent \(version) cannot do with "))
    #expect(
      problem.meaning == [
        "That needs agent \(from) or later and an organisation key.",
        "No connection is published until this is fixed.",
      ])
    #expect(problem.remedy == .useNewestAgent)
  }

  @Test(arguments: [Keys.embedded, Keys.standard, Keys.client], ["1.19.63", "1.148.0"])
  func `with a key of the dashboard's connections no setting is possible`(
    key: String, version: String
  )
    throws
  {
    for name in ["HOOP_COMMAND", "HOOP_REVIEW_MYAPP", "HOOP_DATA_MASKING", "HOOP_DATABASE_X"] {
      let problems = try problems(["HOOP_KEY": key, name: "x"], version)
      #expect(problems.map(\.code) == ["settings-not-possible"])
      #expect(
        problems[0].summary.hasPrefix(
          "\(name) is set, which Hoop agent \(version) cannot do with this key: "))
      #expect(problems[0].lines == ["unset \(name)"])
    }
    #expect(try self.problems(["HOOP_KEY": key, "HOOP_REVIEW": ""], version).isEmpty)
    // The app's own.
    #expect(try self.problems(["HOOP_KEY": key, "HOOP_DATABASE_URL": Self.url], version).isEmpty)
  }

  @Test(arguments: [
    ("HOOP_REVIEW_MYAPPDB", "dba", "set HOOP_CONNECTION=myapp,myapp-db,myappdb"),
    ("HOOP_DATABASE_ORDERS_DB", "env.A", "set HOOP_CONNECTION=myapp,myapp-db,orders-db"),
    ("HOOP_COMMAND_ADMIN", "bin/admin", "set HOOP_CONNECTION=myapp,myapp-db,admin"),
  ])
  func `a suffix must be a connection's`(name: String, value: String, line: String) throws {
    let problem = try #require(try problems([name: value]).first)
    #expect(problem.code == "setting-of-no-connection" && problem.severity == .error)
    #expect(problem.summary == "\(name) is for a connection that HOOP_CONNECTION does not name.")
    #expect(problem.lines == [line])
  }

  @Test func `a URL of the app's own is left to the app, and that is a notice`() throws {
    let plan = try plan(Self.base.with(["HOOP_DATABASE_URL": " \(Self.url)"]))
    #expect(plan.notices.map(\.code) == ["setting-of-no-connection"])
    #expect(plan.notices[0].severity == .notice)
    #expect(plan.notices[0].meaning == ["Its URL is left to the app."])
    #expect(plan.notices[0].lines == ["set HOOP_CONNECTION=myapp,myapp-db,url"])
    #expect(!plan.commands[0].isKeptFrom("HOOP_DATABASE_URL"))
  }

  @Test func `a suffix that two connections have is for both`() throws {
    let both = ["HOOP_CONNECTION": "my-app,my_app", "HOOP_REVIEW_MY_APP": "dba"]
    #expect(try words(both) == [["--review", "dba"], ["--review", "dba"]])
  }

  private static let hidden = "it holds a key, or a URL with a password"
  private static let variable = "it refers to the config var"
  private static let long = String(repeating: "a", count: 65_537)
  private static let marks = "it has quotation marks around it, or around a part of it"

  @Test(
    arguments: [
      (
        "HOOP_COMMAND", "a 'rails c' b",
        "the word “'rails” has a quote or another special character", "bin/console"
      ),
      ("HOOP_COMMAND", Keys.organisation, hidden, "'bundle exec rails console'"),
      ("HOOP_COMMAND", "\"rails console\"", marks, "'bundle exec rails console'"),
      ("HOOP_REVIEW", "dba,", "it holds an empty name", "sre,dba"),
      ("HOOP_REVIEW", "dba,dba", "it names “dba” twice", "sre,dba"),
      ("HOOP_REVIEW", "a\"b", "“a\"b” is not a name", "sre,dba"),
      ("HOOP_REVIEW", url, hidden, "sre,dba"), ("HOOP_REVIEW", "x, “sre”", marks, "sre,dba"),
      ("HOOP_DATA_MASKING", "A B", "“A B” is not a name", "EMAIL_ADDRESS,PHONE_NUMBER"),
      ("HOOP_DATA_MASKING", "'URL'", marks, "EMAIL_ADDRESS,PHONE_NUMBER"),
      ("HOOP_DATABASE", "“env.HOOP_URL”", marks, "env.DATABASE_URL"),
      ("HOOP_DATABASE", "'\(url)'", marks, "env.DATABASE_URL"),
      ("HOOP_DATABASE", "env.", "\(variable) “”, which is unset or empty", "env.NAME"),
      ("HOOP_DATABASE", "env.X", "\(variable) “X”, which is unset or empty", "env.NAME"),
      ("HOOP_DATABASE", "env.HOOP_KEY", "\(variable) “HOOP_KEY”, which holds the key", "env.NAME"),
      ("HOOP_DATABASE", "env.HOOP_CONNECTION", "the URL in HOOP_CONNECTION does not", "env.NAME"),
      ("HOOP_DATABASE", "redis://u:p4ss@h", "the URL does not begin with", "env.DATABASE_URL"),
      ("HOOP_DATABASE", "postgres://h/d", "the URL has no user or password", "env.DATABASE_URL"),
      ("HOOP_DATABASE", long, "it has 65537 bytes, and 65536 are taken", "env.DATABASE_URL"),
    ] as [(String, String, String, String)])
  func `a value that cannot be read is a problem, told once`(
    name: String, value: String, why: String, example: String
  ) throws {
    let problems = try problems([name: value])
    #expect(problems.map(\.code) == ["malformed-setting"])
    #expect(problems[0].summary.hasPrefix("\(name) cannot be read: \(why)"))
    #expect(problems[0].meaning == ["No connection is published until this is fixed."])
    #expect(problems[0].lines == ["set \(name)=\(example)"])
    #expect(!problems[0].text.contains("s3cret"))
  }

  @Test(arguments: [
    ("bundle exec rails console", "bundle exec rails console"),
    ("bin/console\t-e  production", "bin/console -e production"),
    ("env A=1 ./a_b@c%d+e=f:g,h~i^j", "env A=1 ./a_b@c%d+e=f:g,h~i^j"), ("python3", "python3"),
  ])
  func `plain words of a command are taken`(value: String, line: String) throws {
    #expect(try words(["HOOP_COMMAND_MYAPP": value])[0] == ["--command", line])
  }

  @Test(arguments: [
    "a b\\ c", "a | b", "a; b", "a && b", "a >b", "echo $HOME", "a #b", "a (b)",
    "a *", "a\nb", "café", "a !b", "A=1 rails c", "time rails c", "export A",
  ])
  func `a command that the agent would change is refused`(value: String) throws {
    let problem = try #require(try problems(["HOOP_COMMAND": value]).first)
    #expect(
      problem.summary.hasSuffix(" special character.")
        || problem.summary.hasSuffix("is not a program."))
    #expect(problem.remedy.text.hasPrefix("Put it into a script of the app"))
  }

  @Test func `a HOOP_DB_URI of the app's own is kept from agents that would use it`() throws {
    let own = ["HOOP_DB_URI": Self.url]
    #expect(try plan(Self.base.with(own)).commands.allSatisfy { $0.isKeptFrom("HOOP_DB_URI") })
    let embedded = own.with(["HOOP_KEY": Keys.embedded, "HOOP_CONNECTION": ""])
    #expect(!(try plan(embedded).commands[0].isKeptFrom("HOOP_DB_URI")))
  }
}
