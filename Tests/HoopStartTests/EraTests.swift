import Glibc
import HoopAgent
import Posix
import TestSupport
import Testing

/// Line 7: every era of the agent crossed with every form of key, with the practice agent of the
/// version in its place.
@Suite struct EraTests {
  enum Key: String, CaseIterable, Sendable {
    case client =
      "https://app.hoop.test/s3cret6789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    case standard = "grpcs://prod:s3cret@app.hoop.test:8443?mode=standard"
    case embedded = "grpcs://prod:s3cret@app.hoop.test:8443?mode=embedded"
    case embeddedHTTPS = "https://prod:s3cret@app.hoop.test:8443?mode=embedded"
    case organisation = "grpcs://_default:s3cret@app.hoop.test:8443"
    case organisationHTTPS = "https://dev:s3cret@app.hoop.test:8443"
    case multi = "grpcs://_default:s3cret@app.hoop.test:8443?mode=multi-connection"

    var isOrganisation: Bool { [.organisation, .organisationHTTPS, .multi].contains(self) }
  }

  static let versions = [
    "1.14.10", "1.14.14", "1.14.15", "1.16.0", "1.19.63", "1.20.0", "1.20.8", "1.20.9", "1.20.11",
    "1.21.0", "1.21.4", "1.21.5", "1.21.22", "1.21.23", AgentVersion.newestKnown.description,
  ]

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
        "HOOP_KEY": key.rawValue, "HOOP_DSN": "grpcs://other:s3cret@h:1", "SECOND": "Two",
        "HOOP_CONNECTION": isSingle ? "env.SECOND" : "One, env.SECOND", "LOG_LEVEL": "debug",
      ])
    let names = key.isOrganisation ? ["one", "two"] : ["agent"]
    try await eventually("it is decided") {
      try run.errors.contains("at=no-agent") || slug.practiceReadyNow >= names.count
    }
    if run.errors.contains("at=no-agent") {
      #expect(run.errors.contains(" code=key-not-accepted "))
      for words in [["start", "agent"], ["run", "--name", "one"]] {
        #expect(try await isRefused(slug, words, key, version))
      }
    } else {
      #expect(try await slug.practiceAgents(names.count) == names)
      #expect(!refuses(run.output))
      for name in names { try expect(name, of: slug, to: key, version) }
    }
    #expect(!run.errors.contains("s3cret") && !run.output.contains("s3cret"))
    run.send(SIGKILL)
    _ = try await run.end()
    try await slug.nothingLeft()
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
    #expect(value("SECOND") == "Two")
    let reads =
      version < AgentVersion(1, 20, 0) && !(key == .standard && version >= AgentVersion(1, 16, 0))
    let isSingle = version < AgentVersion(1, 14, 15)
    if reads { #expect(value("HOOP_CONNECTION") == (isSingle ? "two" : "one,two")) }
  }

  /// Whether the practice agent, started with this key and no hoopstart, ends at once or says that
  /// the key is none.
  private func isRefused(_ slug: Slug, _ words: [String], _ key: Key, _ version: AgentVersion)
    async throws -> Bool
  {
    let target = version < AgentVersion(1, 21, 5) ? "HOOP_DSN" : "HOOP_KEY"
    let run = try Running(
      slug.agent, words,
      environment: slug.variables.changed(["HOOP_KEY": nil, target: key.rawValue]), in: slug.folder)
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

  @Test func `A version before 1·14·10 is not started`() async throws {
    let slug = try Slug(version: "1.14.9")
    let run = try slug.start(["true"])
    #expect(try await run.end() == .exited(0))
    try await slug.nothingLeft()
    #expect(run.errors.hasPrefix("buildpack=hoop at=no-agent code=unsupported-version "))
  }
}
