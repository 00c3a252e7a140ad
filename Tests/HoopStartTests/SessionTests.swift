import Glibc
import HoopAgent
import Posix
import Testing

/// What the sessions of the agents get, with the practice agent of each version in its place: the
/// app's config vars, and none of the secrets.
@Suite struct SessionTests {
  private static let organisation = "grpcs://_default:s3cret@app.hoop.test:8443"
  private static let url = "postgresql://u:passw0rd@db.hoop.test:5432/app"

  /// Starts an app, waits for its agents, and ends it.
  private func agents(
    _ version: String, _ changes: [String: String?], _ names: [String],
    _ look: (Slug) throws -> Void
  ) async throws {
    let slug = try Slug(practice: version)
    let run = try slug.start(
      ["sleep", "1000"], changes.merging(["LOG_LEVEL": "debug"]) { first, _ in first })
    #expect(try await slug.practiceAgents(names.count) == names, "\(run.errors)")
    try look(slug)
    #expect(!run.errors.contains("s3cret") && !run.output.contains("s3cret"))
    #expect(!run.errors.contains("passw0rd") && !run.output.contains("passw0rd"))
    run.send(SIGKILL)
    _ = try await run.end()
    try await slug.nothingLeft()
  }

  struct Plan: CustomTestStringConvertible, Sendable {
    let version: String
    let key: String
    /// What its sessions have.
    let hasVariables: Bool
    var testDescription: String { "\(version) \(key)" }
  }

  static let plans = [
    Plan(version: "1.14.10", key: "https://prod:s3cret@h?mode=embedded", hasVariables: true),
    Plan(version: "1.19.63", key: "grpcs://prod:s3cret@h?mode=embedded", hasVariables: true),
    Plan(version: "1.19.63", key: "grpcs://prod:s3cret@h?mode=standard", hasVariables: false),
    Plan(
      version: "1.20.9", key: "grpcs://_default:s3cret@h?mode=multi-connection", hasVariables: false
    ),
    Plan(version: "1.21.4", key: organisation, hasVariables: false),
    Plan(version: "1.21.4", key: "grpcs://prod:s3cret@h?mode=embedded", hasVariables: true),
    Plan(version: "1.21.22", key: organisation, hasVariables: false),
    Plan(version: "1.21.23", key: organisation, hasVariables: true),
    Plan(version: AgentVersion.newestKnown.description, key: organisation, hasVariables: true),
    Plan(
      version: AgentVersion.newestKnown.description, key: "grpcs://prod:s3cret@h?mode=embedded",
      hasVariables: true),
    Plan(
      version: AgentVersion.newestKnown.description, key: "grpcs://prod:s3cret@h?mode=standard",
      hasVariables: false),
  ]

  @Test(arguments: plans)
  func `A session has the app's config vars, where its agent hands them over, and no key`(
    _ plan: Plan
  ) async throws {
    let isRun = plan.key.contains("_default")
    let name = isRun ? "myapp" : "agent"
    let changes = [
      "HOOP_KEY": plan.key, "HOOP_DSN": "grpcs://other:s3cret@h:1", "DATABASE_URL": "app's own",
      "HOOP_RELEASES_URL": "https://u:s3cret@mirror.test/r", "A,B": "comma", "SECOND": "2",
    ]
    try await agents(plan.version, changes, [name]) { slug in
      let session = try slug.practice(name, "session")
      #expect(session.contains("SECOND=2") == plan.hasVariables)
      #expect(session.contains("DATABASE_URL=app's own") == plan.hasVariables)
      for what in ["session", "words"] {
        #expect(try !slug.practice(name, what).contains { $0.contains("s3cret") })
      }
    }
  }

  @Test func `An environment of two thousand variables reaches a session whole`() async throws {
    var changes: [String: String?] = [:]
    for number in 1...2000 { changes["VARIABLE_\(number)"] = "\(number)" }
    try await agents(AgentVersion.newestKnown.description, changes, ["myapp"]) { slug in
      let session = try slug.practice("myapp", "session")
      #expect(session.count { $0.hasPrefix("VARIABLE_") } == 2000)
      #expect(!session.contains { $0.contains("s3cret") })
    }
  }

  @Test func `Names that do not fit one argument are a problem`() async throws {
    let slug = try Slug(practice: AgentVersion.newestKnown.description)
    var changes: [String: String?] = [:]
    for number in 1...1400 {
      changes["VARIABLE_\(number)_" + String(repeating: "X", count: 90)] = ""
    }
    let run = try slug.start(["true"], changes)
    #expect(try await run.end() == .exited(0))
    try await slug.nothingLeft()
    #expect(run.errors.contains("at=no-agent code=too-many-variables"), "\(run.errors)")
    #expect(try slug.practiceReadyNow == 0)
  }

  @Test(arguments: ["HOOP_DATABASE_MYAPP_DB", "DATABASE_URL"])
  func `A database's URL is for its own agent alone`(_ holder: String) async throws {
    let isOurs = holder != "DATABASE_URL"
    var changes: [String: String?] = [
      "HOOP_CONNECTION": "myapp,myapp-db", "HOOP_DATABASE_MYAPP_DB": "env.DATABASE_URL",
      "HOOP_REVIEW_MYAPP_DB": "dba", "HOOP_COMMAND": "rails c",
      "HOOP_DB_URI": "mysql://u:passw0rd@h/d",
    ]
    changes[holder] = Self.url
    try await agents(AgentVersion.newestKnown.description, changes, ["myapp", "myapp-db"]) { slug in
      let uri = try ["myapp", "myapp-db"].map { name in
        try slug.practice(name, "environment").filter { $0.hasPrefix("HOOP_DB_URI=") }
      }
      #expect(uri == [[], ["HOOP_DB_URI=postgres" + Self.url.dropFirst("postgresql".count)]])
      for name in ["myapp", "myapp-db"] {
        let words = try slug.practice(name, "words")
        #expect(!words.contains { $0.contains("passw0rd") || $0.contains("s3cret") })
        #expect(words.contains("--review") == (name == "myapp-db"))
        #expect(words.contains("--command") == (name == "myapp"))
        let session = try slug.practice(name, "session")
        let holders = session.filter { $0.contains("passw0rd") }.map { $0.prefix { $0 != "=" } }
        // The app's own DATABASE_URL is the app's, and its console needs it.
        #expect(
          holders
            == (name == "myapp-db" ? ["DATABASE_OF_THE_CONNECTION"] : isOurs ? [] : [holder[...]]))
        #expect(!session.contains { $0.contains("s3cret") })
        let environment = try slug.practice(name, "environment")
        #expect(!environment.contains { $0.hasPrefix("HOOP_DATABASE") })
      }
    }
  }

  @Test func `A HOOP_DB_URI of the app's own makes no database of its connections`() async throws {
    try await agents(AgentVersion.newestKnown.description, ["HOOP_DB_URI": Self.url], ["myapp"]) {
      slug in
      for what in ["environment", "session"] {
        let lines = try slug.practice("myapp", what)
        #expect(!lines.contains { $0.contains("passw0rd") })
      }
    }
  }

  @Test func `The checks and the log of a database tell nothing of its password`() async throws {
    let slug = try Slug(practice: AgentVersion.newestKnown.description)
    let changes = ["HOOP_DATABASE": Self.url, "HOOP_DATA_MASKING": "EMAIL_ADDRESS,PHONE_NUMBER"]
    let run = try slug.call(["--check", "--no-connect"], changes)
    #expect(try await run.end() == .exited(0))
    #expect(
      run.output == """
        Dyno        none, DYNO is unset
        Dynos       all carry the agent
        Agent       \(AgentVersion.newestKnown), \(slug.agent)
        Key         grpcs://_default:***@app.hoop.test:8443, an organisation key
        Key from    HOOP_KEY
        Publishes   myapp
        Command     hoop run --name myapp --data-masking EMAIL_ADDRESS,PHONE_NUMBER --export NAMES
        Database    postgres at db.hoop.test/app
        Masking     EMAIL_ADDRESS and PHONE_NUMBER
        Sessions    have the app's config vars, without the key and the databases' URLs
        Gateway     not asked, as --no-connect says
        Result      Publishes myapp from every process that starts with hoopstart.

        """)
  }

  @Test(arguments: [
    ["HOOP_REVIEW": "dba", "HOOP_KEY": "grpcs://prod:s3cret@h?mode=embedded"],
    ["HOOP_REVIEW_MYAP": "dba"], ["HOOP_COMMAND": "a 'b'"], ["HOOP_DATABASE": "env.NONE"],
    ["HOOP_DATABASE": "oracle://u:passw0rd@h"], ["HOOP_REVIEW": "grpcs://a:s3cret@h"],
  ])
  func `A setting that cannot be kept starts no agent, for any connection`(
    _ changes: [String: String]
  ) async throws {
    let slug = try Slug(practice: AgentVersion.newestKnown.description)
    let run = try slug.start(["true"], changes.mapValues { $0 })
    #expect(try await run.end() == .exited(0))
    try await slug.nothingLeft()
    #expect(run.errors.contains("at=no-agent code="), "\(run.errors)")
    #expect(!run.errors.contains("s3cret") && !run.errors.contains("passw0rd"))
    #expect(try slug.practiceReadyNow == 0)
  }
}
