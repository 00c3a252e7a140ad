import HoopAgent
import Testing

/// Every era of the agent with every form of key: HOOP_CONNECTION is `app,My Db`.
struct LaunchPlanTableTests {
  struct Row: CustomTestStringConvertible, Sendable {
    /// The first and the last version of the era.
    let versions: [String]
    let key: String
    /// The variable that holds the key for the agent.
    let target: String
    let commands: [String]
    let publishes: [String]
    /// HOOP_CONNECTION for the agent.
    let list: String?
    let ignoresList: Bool

    init(
      _ versions: [String], _ key: String, _ target: String, _ commands: [String],
      _ publishes: [String], list: String? = nil, ignoresList: Bool = false
    ) {
      (self.versions, self.key, self.target, self.commands) = (versions, key, target, commands)
      (self.publishes, self.list, self.ignoresList) = (publishes, list, ignoresList)
    }

    var testDescription: String { "\(versions) with \(key)" }
  }

  private static let client = "https://dev:xagt-Zm9v@app.hoop.dev:8443"
  private static let standard = "grpcs://prod:xagt-Zm9v@app.hoop.dev:8443?mode=standard"
  private static let embedded = "grpcs://prod:xagt-Zm9v@app.hoop.dev:8443?mode=embedded"
  private static let organisation = "grpcs://_default:xagt-Zm9v@app.hoop.dev:8443"
  private static let multi = "grpcs://_default:xagt-Zm9v@app.hoop.dev:8443?mode=multi-connection"
  private static let oldest =
    "https://app.hoop.dev/2f1c0b2f1c0b2f1c0b2f1c0b2f1c0b2f1c0b2f1c0b2f1c0b2f1c0b2f1c0b2f1c"

  private static let splitting = ["1.14.10", "1.14.11-beta1", "1.19.99"]
  private static let droppingSpaces = ["1.20.0", "1.20.5"]
  private static let namingByDSN = ["1.20.6", "1.21.4", "1.21.5-rc1"]
  private static let namingByKey = ["1.21.5", "1.22.0", "1.42.0", "1.148.0"]

  private static let run = [
    "run --name app --export _all", "run --name my db --export _all",
  ]
  private static let start = ["start agent"]

  static let rows = [
    Row(splitting, client, "HOOP_DSN", start, ["dev:app", "dev:my db"], list: "app,my db"),
    Row(splitting, standard, "HOOP_DSN", start, ["prod:app", "prod:my db"], list: "app,my db"),
    Row(splitting, embedded, "HOOP_DSN", start, ["prod:app", "prod:my db"], list: "app,my db"),
    Row(splitting, organisation, "HOOP_DSN", start, ["app", "my db"], list: "app,my db"),
    Row(splitting, multi, "HOOP_DSN", start, ["app", "my db"], list: "app,my db"),
    Row(splitting, oldest, "HOOP_DSN", start, ["app", "my db"], list: "app,my db"),

    Row(droppingSpaces, client, "HOOP_DSN", run, ["app", "mydb"]),
    Row(droppingSpaces, standard, "HOOP_DSN", start, [], ignoresList: true),
    Row(droppingSpaces, embedded, "HOOP_DSN", start, [], ignoresList: true),
    Row(droppingSpaces, organisation, "HOOP_DSN", run, ["app", "mydb"]),
    Row(droppingSpaces, multi, "HOOP_DSN", run, ["app", "mydb"]),
    Row(droppingSpaces, oldest, "HOOP_DSN", start, [], ignoresList: true),

    Row(namingByDSN, client, "HOOP_DSN", run, ["app", "my_db"]),
    Row(namingByDSN, standard, "HOOP_DSN", start, [], ignoresList: true),
    Row(namingByDSN, embedded, "HOOP_DSN", start, [], ignoresList: true),
    Row(namingByDSN, organisation, "HOOP_DSN", run, ["app", "my_db"]),
    Row(namingByDSN, multi, "HOOP_DSN", run, ["app", "my_db"]),
    Row(namingByDSN, oldest, "HOOP_DSN", start, [], ignoresList: true),

    Row(namingByKey, client, "HOOP_KEY", run, ["app", "my_db"]),
    Row(namingByKey, standard, "HOOP_KEY", start, [], ignoresList: true),
    Row(namingByKey, embedded, "HOOP_KEY", start, [], ignoresList: true),
    Row(namingByKey, organisation, "HOOP_KEY", run, ["app", "my_db"]),
    Row(namingByKey, multi, "HOOP_KEY", run, ["app", "my_db"]),
    Row(namingByKey, oldest, "HOOP_KEY", start, [], ignoresList: true),
  ]

  @Test(arguments: rows, ["HOOP_KEY", "HOOP_DSN"])
  func `an agent is started as its version and key want it`(row: Row, source: String) throws {
    for version in row.versions {
      let plan = try plan([source: row.key, "HOOP_CONNECTION": "app,My Db"], version)
      #expect(plan.keyVariable.source == source)
      #expect(plan.keyVariable.target == row.target)
      #expect(plan.commands.map { $0.arguments.joined(separator: " ") } == row.commands)
      #expect(plan.commands.flatMap(\.publishes) == row.publishes)
      #expect(plan.connectionVariable == row.list)
      #expect(plan.notices == (row.ignoresList ? [.connectionIgnored(plan.key)] : []))
    }
  }

  @Test(
    arguments: ["0.0.1", "1.14.9", "1.14.10-rc1"],
    [client, standard, embedded, organisation, multi, oldest])
  func `an agent before 1.14.10 is never started`(version: String, key: String) throws {
    let version = try #require(AgentVersion(version))
    #expect(
      outcome(["HOOP_DSN": key, "HOOP_CONNECTION": "app"], version)
        == .impossible([.unsupportedVersion(version)]))
  }
}
