/// What runs beside an app: which agent processes, with what in their environment, publishing what.
///
/// A plan is made from an agent version and the app's config vars by `LaunchPlan.make`. The build
/// makes one to say what will happen, hoopstart to do it, and the checks to explain it. No part of
/// it is a secret.
public struct LaunchPlan: Hashable, Sendable {
  /// Where the key was found, and under which name this version of the agent reads it.
  public struct KeyVariable: Hashable, Sendable {
    public let source: String
    public let target: String
  }

  public let version: AgentVersion
  public let key: AgentKey
  public let keyVariable: KeyVariable
  public let dynos: DynoSelection
  public let commands: [AgentCommand]
  public let notices: [LaunchNotice]

  /// What the config vars come to.
  public enum Outcome: Hashable, Sendable {
    /// Start these.
    case launch(LaunchPlan)
    /// Start none, as asked: HOOP_DISABLED is on.
    case disabled
    /// Start none on this dyno: HOOP_DYNOS does not name it.
    case otherDyno(String)
    /// Start none, because something is wrong. Never empty; the first comes first.
    case impossible([LaunchProblem])
  }

  /// Makes the plan for `version` from the config vars.
  ///
  /// - Parameter variable: looks up a config var: in ENV_DIR at build time, in the environment at
  ///   run time. DYNO is looked up too; where it is unset or empty, every dyno is meant.
  public static func make(
    for version: AgentVersion, variable: (String) -> String?
  ) -> Outcome {
    var problems: [LaunchProblem] = []
    var notices: [LaunchNotice] = []
    func value(_ name: ConfigVar) -> String { variable(name.name) ?? "" }

    switch Switch.parse(value(.disabled)) {
    case true?: return .disabled
    case false?: break
    case nil:
      problems.append(.notASwitch(name: ConfigVar.disabled.name, value: value(.disabled)))
    }
    let dynos = DynoSelection(value(.dynos))
    if let dynos, let dyno = variable("DYNO"), !dynos.contains(dyno) { return .otherDyno(dyno) }
    if dynos == nil || MisplacedSecret.mayBe(in: value(.dynos)) {
      problems.append(.malformedDynos(value(.dynos)))
    }
    if version < .oldestSupported { problems.append(.unsupportedVersion(version)) }

    let agent = AgentCapabilities(version)
    let (key, source) = readKey(variable, &problems)
    if let key, version >= .oldestSupported, !agent.takes(key) {
      problems.append(.keyNotAccepted(key, version))
    }
    let list = value(.connection).trimmed()
    var connections: [Connection] = []
    if let key, agent.connections(of: key) == .ofDashboard {
      if !list.isEmpty { notices.append(.connectionIgnored(key, version)) }
      if key.mode == .standard { notices.append(.standardKey(key)) }
    } else if !list.isEmpty {
      connections = readConnections(list, agent, key, variable, &problems)
    } else if key != nil {
      problems.append(.noConnection)
    }

    if Switch.parse(value(.required)) == nil {
      notices.append(.unclearRequired(value(.required)))
      // Said among the problems where there are others; by itself it keeps no agent from starting.
      if !problems.isEmpty {
        problems.append(.notASwitch(name: ConfigVar.required.name, value: value(.required)))
      }
    }
    guard problems.isEmpty, let key, let source, let dynos else { return .impossible(problems) }
    return .launch(
      LaunchPlan(
        agent, key: key, source: source, dynos: dynos, connections: connections, notices: notices))
  }

  /// A name of HOOP_CONNECTION, and the same as the dashboard shows it.
  private typealias Connection = (name: String, shown: String)

  private init(
    _ agent: AgentCapabilities, key: AgentKey, source: String, dynos: DynoSelection,
    connections: [Connection], notices: [LaunchNotice]
  ) {
    (version, self.key, self.dynos, self.notices) = (agent.version, key, dynos, notices)
    keyVariable = KeyVariable(source: source, target: agent.keyVariable.name)
    let start = ["start", "agent"]
    commands =
      switch agent.connections(of: key) {
      case .ofDashboard: [AgentCommand(start, publishes: [])]
      case .listed:
        [
          AgentCommand(
            start, publishes: connections.map { $0.shown },
            connectionList: connections.map { $0.name }.joined(separator: ","))
        ]
      case .oneAProcess:
        connections.map {
          AgentCommand(["run", "--name", $0.name, "--export", "_all"], publishes: [$0.shown])
        }
      }
  }

  /// HOOP_KEY wins over HOOP_DSN; empty counts as unset, as it does for the agent.
  private static func readKey(
    _ variable: (String) -> String?, _ problems: inout [LaunchProblem]
  ) -> (AgentKey?, source: String?) {
    let source = [ConfigVar.key.name, ConfigVar.dsn.name].first { variable($0)?.isEmpty == false }
    guard let source, let value = variable(source) else {
      problems.append(.noKey)
      return (nil, nil)
    }
    do throws(AgentKey.Malformed) {
      let key = try AgentKey(value)
      let wanted = (variable(ConfigVar.keyName.name) ?? "").trimmed()
      // By bytes: to Swift the sign of the kelvin is a K.
      if !wanted.isEmpty, key.name?.utf8.elementsEqual(wanted.utf8) != true {
        problems.append(.otherKeyName(wanted: wanted, found: key.name))
      }
      return (key, source)
    } catch {
      problems.append(.malformedKey(variable: source, why: error))
      return (nil, nil)
    }
  }

  private static func readConnections(
    _ value: String, _ agent: AgentCapabilities, _ key: AgentKey?,
    _ variable: (String) -> String?, _ problems: inout [LaunchProblem]
  ) -> [Connection] {
    do throws(ConnectionList.Malformed) {
      let list = try ConnectionList(value, variable: variable)
      guard let key, agent.connections(of: key) == .listed else {
        return zip(list.names, try list.resourceNames()).map { ($0, $1) }
      }
      if list.names.count > 1, !agent.readsLists {
        problems.append(.singleConnection(agent.version, first: list.names[0]))
      }
      return list.names.map { ($0, "\(key.name ?? AgentKey.unknownName):\($0)") }
    } catch {
      problems.append(.malformedConnections(error))
      return []
    }
  }
}
