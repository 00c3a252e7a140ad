import HoopAgent
import Testing

/// Every era of the agent with every form of key: HOOP_CONNECTION is `app,My Db`, or `App` if the
/// agent reads one name.
struct LaunchPlanTableTests {
  /// What an agent does with a key.
  enum Use: Hashable, Sendable {
    /// `hoop start agent`, which publishes these of HOOP_CONNECTION.
    case listed([String])
    /// `hoop start agent`, which publishes what the dashboard says.
    case ofDashboard
    /// `hoop run`, which publishes `app` and `my_db`.
    case run
    /// It takes no such key.
    case refused
  }

  private static func https(_ key: String) -> String { "https" + key.dropFirst("grpcs".count) }

  static let keys = [
    Keys.client, "grpcs" + Keys.client.dropFirst("https".count), Keys.standard,
    https(Keys.standard), Keys.embedded, https(Keys.embedded), Keys.organisation,
    https(Keys.organisation), "\(Keys.organisation)?mode=multi-connection",
  ]

  private static let unknown = Use.listed(["KEYNAME:app", "KEYNAME:my db"])
  private static let named = Use.listed(["prod:app", "prod:my db"])
  private static let (no, dashboard) = (Use.refused, Use.ofDashboard)
  private static let six = Array(repeating: dashboard, count: 6)

  /// The first and the last version of an era, and some between; what they do with each of `keys`.
  static let eras: [([String], [Use])] = [
    (
      ["1.14.10", "1.14.11-beta1", "1.14.14"],
      [
        .listed(["KEYNAME:app"]), no, no, .listed(["prod:app"]), no, .listed(["prod:app"]), no, no,
        no,
      ]
    ),
    (
      ["1.14.15", "1.15.0", "1.15.99", "1.16.0-rc1"],
      [unknown, no, no, named, no, named, no, no, no]
    ),
    (
      ["1.16.0", "1.19.63", "1.20.0-rc1"],
      [unknown, unknown, dashboard, dashboard, named, named, no, no, no]
    ),
    (["1.20.0", "1.20.5", "1.20.8"], six + [no, no, no]),
    (["1.20.9", "1.20.11"], six + [no, no, .run]),
    (
      ["1.21.0", "1.21.4", "1.21.5", "1.21.22", "1.21.23", "1.148.0"],
      six + [.run, .run, .run]
    ),
  ]

  @Test(arguments: eras.indices, ["HOOP_KEY", "HOOP_DSN"])
  func `an agent is started as its version and key want it`(era: Int, source: String) throws {
    let (versions, uses) = Self.eras[era]
    for text in versions {
      let version = try #require(AgentVersion(text))
      let names = version < AgentVersion(1, 14, 15) ? "App" : "app,My Db"
      for (key, use) in zip(Self.keys, uses) {
        let variables = [source: key, "HOOP_CONNECTION": names]
        if use == .refused {
          #expect(problems(variables, version).map(\.code) == ["key-not-accepted"])
          continue
        }
        let plan = try plan(variables, text)
        #expect(plan.keySource.name == source)
        expect(plan, toUse: use, names)
      }
    }
  }

  private func expect(_ plan: LaunchPlan, toUse use: Use, _ names: String) {
    let words = plan.commands.map(\.arguments)
    let published = plan.commands.flatMap(\.publishes)
    let lists = plan.commands.flatMap { $0.variables }.filter { $0.name == "HOOP_CONNECTION" }
      .map { $0.value }
    let codes = plan.notices.map(\.code)
    switch use {
    case .listed(let shown):
      #expect(words == [["start", "agent"]] && lists == [names.lowercased()])
      #expect(published == shown && codes.isEmpty)
    case .ofDashboard:
      #expect(words == [["start", "agent"]] && lists.isEmpty && published.isEmpty)
      #expect(
        codes == ["connection-ignored"]
          + (plan.key.mode == .standard ? ["sessions-without-variables"] : []))
    case .run:
      #expect(
        words.map { $0.prefix(3) } == [["run", "--name", "app"], ["run", "--name", "my db"]])
      #expect(published == ["app", "my_db"] && lists.isEmpty)
      // From 1.21.23 on the sessions get what is named, without the key.
      let hands = plan.version >= AgentVersion(1, 21, 23)
      #expect(
        words.allSatisfy { $0.dropFirst(3) == (hands ? ["--export", "HOOP_CONNECTION"] : []) })
      #expect(codes.contains("sessions-without-variables") == !hands)
    case .refused: Issue.record("there is a plan")
    }
  }

  @Test(arguments: ["1.14.10", "1.14.14", "1.14.15-beta1"])
  func `an agent that reads one name gets no list`(text: String) throws {
    let version = try #require(AgentVersion(text))
    #expect(
      problems(["HOOP_DSN": Keys.client, "HOOP_CONNECTION": "a,b"], version).map(\.lines)
        == [["set HOOP_CONNECTION=a"]])
  }

  @Test(arguments: ["0.0.1", "1.14.9", "1.14.10-rc1"], keys)
  func `an agent before 1_14_10 is never started`(version: String, key: String) throws {
    let version = try #require(AgentVersion(version))
    #expect(
      problems(["HOOP_DSN": key, "HOOP_CONNECTION": "app"], version)
        == [.unsupportedVersion(version)])
  }
}
