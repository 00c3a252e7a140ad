import Glibc
import HoopAgent
import Posix
import Testing

/// Line 7: every era of the agent crossed with every form of key.
@Suite struct EraTests {
  enum Key: String, CaseIterable, Sendable {
    case client = "https://dev:xagt-Zm9v@app.hoop.test:8443"
    case standard = "grpcs://prod:xagt-Zm9v@app.hoop.test:8443?mode=standard"
    case embedded = "grpcs://prod:xagt-Zm9v@app.hoop.test:8443?mode=embedded"
    case organisation = "grpcs://_default:xagt-Zm9v@app.hoop.test:8443"
    case multi = "grpcs://_default:xagt-Zm9v@app.hoop.test:8443?mode=multi-connection"
    case path =
      "https://app.hoop.test/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

    var isBound: Bool { [.standard, .embedded, .path].contains(self) }
  }

  static let versions = ["1.14.10", "1.19.3", "1.20.0", "1.21.4", "1.21.5", "1.148.0"]

  @Test(arguments: versions, ["HOOP_KEY", "HOOP_DSN"])
  func `Each version starts what it needs for each key`(_ text: String, _ source: String)
    async throws
  {
    let version = try #require(AgentVersion(text))
    for key in Key.allCases {
      let slug = try Slug(version: text)
      // HOOP_KEY wins; the name that the key is not under must not reach the agent either.
      let other = source == "HOOP_KEY" ? ["HOOP_DSN": "grpcs://other:key@h:1"] : ["HOOP_KEY": nil]
      let changes = [source: key.rawValue, "HOOP_CONNECTION": "One, env.SECOND", "SECOND": "Two"]
        .merging(other) { first, _ in first }
      let run = try slug.start(["sleep", "1000"], changes)
      let splitsList = version < AgentVersion(1, 20, 0)
      let commands =
        splitsList || key.isBound
        ? [["start", "agent"]]
        : ["one", "two"].map { ["run", "--name", $0, "--export", "_all"] }
      let agents = try await slug.readyAgents(commands.count)
      #expect(Set(agents.map(\.arguments)) == Set(commands))
      for agent in agents {
        let target = version < AgentVersion(1, 21, 5) ? "HOOP_DSN" : "HOOP_KEY"
        for name in ["HOOP_KEY", "HOOP_DSN"] {
          #expect(agent.variable(name) == (name == target ? key.rawValue : nil))
        }
        #expect(agent.variable("HOOP_CONNECTION") == (splitsList ? "one,two" : "One, env.SECOND"))
        #expect(agent.variable("SECOND") == "Two")
      }
      run.send(SIGKILL)
      _ = try await run.end()
      try await slug.nothingLeft()
    }
  }

  @Test func `A version before 1.14.10 is not started`() async throws {
    let slug = try Slug(version: "1.14.9")
    let run = try slug.start(["true"])
    #expect(try await run.end() == .exited(0))
    try await slug.nothingLeft()
    #expect(run.errors.hasPrefix("buildpack=hoop at=no-agent code=unsupported-version "))
  }
}
