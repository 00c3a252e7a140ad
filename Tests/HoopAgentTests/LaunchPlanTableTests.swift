import HoopAgent
import Testing

/// Every era of the agent with every form of key: HOOP_CONNECTION is `app,My Db`, or `app` where the
/// agent reads one name.
struct LaunchPlanTableTests {
  /// What an agent does with a key.
  enum Use: Hashable, Sendable {
    /// `hoop start agent`, which publishes these of HOOP_CONNECTION.
    case listed([String])
    /// `hoop start agent`, which publishes what the dashboard says.
    case ofDashboard
    /// `hoop run`, which publishes these.
    case run([String])
    /// It takes no such key.
    case refused
  }

  struct Row: CustomTestStringConvertible, Sendable {
    /// The first and the last version of the era, and one between.
    let versions: [String]
    let key: String
    let use: Use

    init(_ versions: [String], _ key: String, _ use: Use) {
      (self.versions, self.key, self.use) = (versions, key, use)
    }

    var testDescription: String { "\(versions) with \(key)" }
  }

  private static let client = "https://app.hoop.dev/" + String(repeating: "2f1c0b2f", count: 8)
  private static let clientGRPC = "grpcs" + client.dropFirst("https".count)
  private static let standard = "grpcs://prod:xagt-Zm9v@app.hoop.dev:8443?mode=standard"
  private static let standardHTTPS = "https" + standard.dropFirst("grpcs".count)
  private static let embedded = "grpcs://prod:xagt-Zm9v@app.hoop.dev:8443?mode=embedded"
  private static let embeddedHTTPS = "https" + embedded.dropFirst("grpcs".count)
  private static let organisation = "grpcs://_default:xagt-Zm9v@app.hoop.dev:8443"
  private static let organisationHTTPS = "https://_default:xagt-Zm9v@app.hoop.dev:8443"
  private static let multi = "grpcs://_default:xagt-Zm9v@app.hoop.dev:8443?mode=multi-connection"
  static let keys = [
    client, clientGRPC, standard, standardHTTPS, embedded, embeddedHTTPS, organisation,
    organisationHTTPS, multi,
  ]

  private static let oneName = ["1.14.10", "1.14.11-beta1", "1.14.14"]
  private static let listOverHTTP = ["1.14.15", "1.15.0", "1.15.99", "1.16.0-rc1"]
  private static let list = ["1.16.0", "1.19.63", "1.20.0-rc1"]
  private static let noOrganisation = ["1.20.0", "1.20.5", "1.20.8"]
  private static let multiOnly = ["1.20.9", "1.20.11"]
  private static let all = ["1.21.0", "1.21.4", "1.21.5", "1.21.22", "1.21.23", "1.148.0"]

  private static let unknown = ["KEYNAME:app", "KEYNAME:my db"]
  private static let named = ["prod:app", "prod:my db"]
  private static let bare = ["app", "my_db"]

  static let rows =
    [
      Row(oneName, client, .listed(["KEYNAME:app"])), Row(oneName, clientGRPC, .refused),
      Row(oneName, standard, .refused), Row(oneName, standardHTTPS, .listed(["prod:app"])),
      Row(oneName, embedded, .refused), Row(oneName, embeddedHTTPS, .listed(["prod:app"])),
      Row(oneName, organisation, .refused), Row(oneName, organisationHTTPS, .refused),
      Row(oneName, multi, .refused),

      Row(listOverHTTP, client, .listed(unknown)), Row(listOverHTTP, clientGRPC, .refused),
      Row(listOverHTTP, standard, .refused), Row(listOverHTTP, standardHTTPS, .listed(named)),
      Row(listOverHTTP, embedded, .refused), Row(listOverHTTP, embeddedHTTPS, .listed(named)),
      Row(listOverHTTP, organisation, .refused), Row(listOverHTTP, organisationHTTPS, .refused),
      Row(listOverHTTP, multi, .refused),

      Row(list, client, .listed(unknown)), Row(list, clientGRPC, .listed(unknown)),
      Row(list, standard, .ofDashboard), Row(list, standardHTTPS, .ofDashboard),
      Row(list, embedded, .listed(named)), Row(list, embeddedHTTPS, .listed(named)),
      Row(list, organisation, .refused), Row(list, organisationHTTPS, .refused),
      Row(list, multi, .refused),

      Row(noOrganisation, organisation, .refused), Row(noOrganisation, organisationHTTPS, .refused),
      Row(noOrganisation, multi, .refused),
      Row(multiOnly, organisation, .refused), Row(multiOnly, organisationHTTPS, .refused),
      Row(multiOnly, multi, .run(bare)),
      Row(all, organisation, .run(bare)), Row(all, organisationHTTPS, .run(bare)),
      Row(all, multi, .run(bare)),
    ]
    + [client, clientGRPC, standard, standardHTTPS, embedded, embeddedHTTPS].map {
      Row(noOrganisation + multiOnly + all, $0, .ofDashboard)
    }

  @Test(arguments: rows, ["HOOP_KEY", "HOOP_DSN"])
  func `an agent is started as its version and key want it`(row: Row, source: String) throws {
    for text in row.versions {
      let version = try #require(AgentVersion(text))
      let names = version < AgentVersion(1, 14, 15) ? "App" : "app,My Db"
      let variables = [source: row.key, "HOOP_CONNECTION": names]
      if row.use == .refused {
        #expect(problems(variables, version).map(\.code) == ["key-not-accepted"])
        continue
      }
      let plan = try plan(variables, text)
      #expect(plan.keyVariable.source == source)
      #expect(
        plan.keyVariable.target == (version < AgentVersion(1, 21, 5) ? "HOOP_DSN" : "HOOP_KEY"))
      expect(plan, toUse: row.use, names)
    }
  }

  private func expect(_ plan: LaunchPlan, toUse use: Use, _ names: String) {
    #expect(plan.commands.flatMap(\.publishes) == use.publishes)
    let words = plan.commands.map(\.arguments)
    let lists = plan.commands.flatMap { $0.variables }.filter { $0.name == "HOOP_CONNECTION" }
      .map { $0.value }
    switch use {
    case .listed:
      #expect(words == [["start", "agent"]] && lists == [names.lowercased()])
      #expect(plan.notices.isEmpty)
    case .ofDashboard:
      #expect(words == [["start", "agent"]] && lists.isEmpty)
      #expect(
        plan.notices.map(\.code)
          == ["connection-ignored"] + (plan.key.mode == .standard ? ["standard-key"] : []))
    case .run:
      #expect(
        words.map { Array($0.prefix(3)) } == [
          ["run", "--name", "app"], ["run", "--name", "my db"],
        ])
      #expect(lists.isEmpty)
      // From 1.21.23 on the sessions get what is named, without the key.
      let hands = plan.version >= AgentVersion(1, 21, 23)
      #expect(
        words.allSatisfy { $0.dropFirst(3) == (hands ? ["--export", "HOOP_CONNECTION"] : []) })
      #expect(plan.notices.map(\.code).contains("sessions-without-variables") == !hands)
    case .refused: Issue.record("there is a plan")
    }
  }

  @Test(arguments: ["1.14.10", "1.14.14", "1.14.15-beta1"])
  func `an agent that reads one name gets no list`(text: String) throws {
    let version = try #require(AgentVersion(text))
    #expect(
      problems(["HOOP_DSN": Self.client, "HOOP_CONNECTION": "a,b"], version).map(\.lines)
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

extension LaunchPlanTableTests.Use {
  fileprivate var publishes: [String] {
    switch self {
    case .listed(let names), .run(let names): names
    case .ofDashboard, .refused: []
    }
  }
}
