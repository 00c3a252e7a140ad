import Glibc
import HoopAgent
import Posix
import TestSupport
import Testing

/// Every era of the agent crossed with every form of key: what is started, with what in its
/// environment and its sessions, with the practice agent of the version in its place.
@Suite struct AgentTests {
  enum Key: String, CaseIterable, Sendable {
    case client =
      "https://app.hoop.test/5ec4e76789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    case standard = "grpcs://prod:s3cret@app.hoop.test:8443?mode=standard"
    case embedded = "grpcs://prod:s3cret@app.hoop.test:8443?mode=embedded"
    case embeddedHTTPS = "https://prod:s3cret@app.hoop.test:8443?mode=embedded"
    case organisation = "grpcs://_default:s3cret@app.hoop.test:8443"
    case multi = "grpcs://_default:s3cret@app.hoop.test:8443?mode=multi-connection"

    var isOrganisation: Bool { [.organisation, .multi].contains(self) }
  }

  static let versions = [
    "1.14.10", "1.14.14", "1.14.15", "1.16.0", "1.19.63", "1.20.0", "1.20.8", "1.20.9", "1.20.11",
    "1.21.0", "1.21.4", "1.21.5", "1.21.22", "1.21.23", AgentVersion.newestKnown.description,
  ]
  private static let newest = AgentVersion.newestKnown.description

  @Test(arguments: versions, Key.allCases)
  func `What is started is content with its key, and what is not would not be`(
    _ text: String, _ key: Key
  ) async throws {
    let slug = try Slug(practice: text)
    let version = try #require(AgentVersion(text))
    let isSingle = version < AgentVersion(1, 14, 15)
    // HOOP_KEY wins; the name that the key is not under must not reach the agent either.
    let run = try slug.start(
      ["sleep", "1000"],
      [
        "HOOP_KEY": key.rawValue, "HOOP_DSN": "grpcs://other:s3cret@h.test:1", "SECOND": "Two",
        "HOOP_CONNECTION": isSingle ? "env.SECOND" : "One, env.SECOND", "LOG_LEVEL": "error",
        "HOOP_RELEASES_URL": "https://u:s3cret@mirror.test/r", "A,B": "comma",
      ])
    let names = key.isOrganisation ? ["one", "two"] : ["agent"]
    try await eventually("it is decided") {
      try run.errors.contains("at=no-agent") || slug.practiceAgents.count >= names.count
    }
    if run.errors.contains("at=no-agent") {
      #expect(run.errors.contains(" code=key-not-accepted "))
      for words in [["start", "agent"], ["run", "--name", "one"]] {
        #expect(try await isRefused(slug, words, key, version))
      }
    } else {
      #expect(try await slug.practiceAgents(names.count) == names)
      #expect(!refuses(run.errors))
      for name in names { try expect(name, of: slug, to: key, version) }
    }
    #expect(run.output.isEmpty && !run.errors.contains("s3cret"))
    try await run.kill(in: slug)
  }

  private func expect(_ name: String, of slug: Slug, to key: Key, _ version: AgentVersion) throws {
    let environment = try slug.practice(name, "environment")
    func value(_ variable: String) -> String? {
      environment.first { $0.hasPrefix("\(variable)=") }.map {
        String($0.dropFirst(variable.count + 1))
      }
    }
    let target = version < AgentVersion(1, 21, 5) ? "HOOP_DSN" : "HOOP_KEY"
    for variable in ["HOOP_KEY", "HOOP_DSN"] {
      #expect(value(variable) == (variable == target ? key.rawValue : nil))
    }
    #expect(value("SECOND") == "Two" && value("LOG_LEVEL") == "info")
    let reads =
      version < AgentVersion(1, 20, 0) && !(key == .standard && version >= AgentVersion(1, 16, 0))
    let isSingle = version < AgentVersion(1, 14, 15)
    if reads { #expect(value("HOOP_CONNECTION") == (isSingle ? "two" : "one,two")) }
    let session = try slug.practice(name, "session")
    let hasVariables =
      key.isOrganisation
      ? version >= AgentVersion(1, 21, 23) : key != .standard || version < AgentVersion(1, 16, 0)
    #expect(session.contains("SECOND=Two") == hasVariables)
    #expect(!(session + (try slug.practice(name, "words"))).contains { $0.contains("s3cret") })
    if key.isOrganisation { #expect(!session.contains { $0.hasPrefix("LOG_LEVEL=") }) }
  }

  /// Whether the practice agent, started with this key and no hoopstart, ends at once or says that
  /// the key is not accepted.
  private func isRefused(_ slug: Slug, _ words: [String], _ key: Key, _ version: AgentVersion)
    async throws -> Bool
  {
    let target = version < AgentVersion(1, 21, 5) ? "HOOP_DSN" : "HOOP_KEY"
    let run = try slug.run([slug.agent.string] + words, ["HOOP_KEY": nil, target: key.rawValue])
    let name = words[0] == "run" ? "one" : "agent"
    try await eventually("it has ended or stays") {
      try !isAlive(run.pid) || (slug.record / "\(name).ready").status() != nil
    }
    return !isAlive(run.pid) || refuses(run.output)
  }

  private func refuses(_ output: String) -> Bool {
    [
      "fatal", "unsupported protocol", "disabled or invalid", "FailedPrecondition",
      "nauthenticated",
    ]
    .contains { output.contains($0) }
  }

  @Test func `HOOP_LOG_LEVEL is the agent's`() async throws {
    let slug = try Slug(practice: Self.newest)
    let run = try slug.start(["sleep", "1000"], ["HOOP_LOG_LEVEL": "debug", "LOG_LEVEL": "warn"])
    _ = try await slug.practiceAgents(1)
    #expect(try slug.practice("myapp", "environment").contains("LOG_LEVEL=debug"))
    #expect(run.errors.contains("pre-connect rpc, status=BACKOFF") && run.output.isEmpty)
    try await run.kill(in: slug)
  }

  @Test(arguments: [2_000, 20_000])
  func `Many variables reach the app, and a session as far as they fit`(_ count: Int) async throws {
    let slug = try Slug(practice: Self.newest)
    var changes: [String: String?] = [:]
    for number in 1...count { changes["VARIABLE_\(number)"] = "\(number)" }
    let run = try slug.start(["sh", "-c", "env | grep -c ^VARIABLE_; exec sleep 1000"], changes)
    if count == 20_000 {
      try await eventually("it is said") { run.errors.contains("code=too-many-variables") }
    } else {
      _ = try await slug.practiceAgents(1)
      let session = try slug.practice("myapp", "session")
      #expect(session.count { $0.hasPrefix("VARIABLE_") } == count)
    }
    try await eventually("the app has counted") { run.output == "\(count)\n" }
    try await run.kill(in: slug)
  }

  @Test(arguments: ["HOOP_DATABASE_MYAPP_DB", "DATABASE_URL"])
  func `A database's URL is for its own agent alone`(_ holder: String) async throws {
    let url = "postgresql://u:passw0rd@db.hoop.test:5432/app"
    let isOurs = holder != "DATABASE_URL"
    var changes: [String: String?] = [
      "HOOP_CONNECTION": "myapp,myapp-db", "HOOP_DATABASE_MYAPP_DB": "env.DATABASE_URL",
      "HOOP_REVIEW_MYAPP_DB": "dba", "HOOP_COMMAND": "rails c",
      "HOOP_DB_URI": "mysql://u:passw0rd@h/d",
    ]
    changes[holder] = url
    let slug = try Slug(practice: Self.newest)
    let run = try slug.start(["sleep", "1000"], changes)
    let names = ["myapp", "myapp-db"]
    #expect(try await slug.practiceAgents(2) == names, "\(run.errors)")
    let uri = try names.map { name in
      try slug.practice(name, "environment").filter { $0.hasPrefix("HOOP_DB_URI=") }
    }
    #expect(uri == [[], ["HOOP_DB_URI=postgres" + url.dropFirst("postgresql".count)]])
    for name in names {
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
    }
    #expect(!run.errors.contains("passw0rd"))
    try await run.kill(in: slug)
  }
}
