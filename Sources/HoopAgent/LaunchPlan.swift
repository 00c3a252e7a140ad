/// What runs beside an app: which agent processes, with what in their environment, publishing what.
///
/// A plan is made from an agent version and the app's config vars by `LaunchPlan.make`. The build
/// makes one to say what will happen, hoopstart to do it, and the checks to explain it.
public struct LaunchPlan: Hashable, Sendable {
  /// One agent process.
  public struct Command: Hashable, Sendable {
    /// The words after `hoop`.
    public let arguments: [String]
    /// The names under which the dashboard shows what this process publishes; empty where the
    /// dashboard itself holds the list.
    public let publishes: [String]
  }

  /// Where the key was found, and under which name this version of the agent reads it.
  public struct KeyVariable: Hashable, Sendable {
    public let source: String
    public let target: String
  }

  public let version: AgentVersion
  public let key: AgentKey
  public let keyVariable: KeyVariable
  public let dynos: DynoSelection
  public let commands: [Command]
  /// The value of HOOP_CONNECTION for an agent that splits the list itself; nil for the others.
  public let connectionVariable: String?
  /// What works, but not as the config vars suggest.
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
    for name in ["HOOP_DISABLED", "HOOP_REQUIRED"] {
      let value = variable(name)
      switch Switch.parse(value) {
      case true? where name == "HOOP_DISABLED": return .disabled
      case nil: problems.append(.notASwitch(name: name, value: value ?? ""))
      default: break
      }
    }
    let dynos = DynoSelection(variable("HOOP_DYNOS"))
    if let dynos, let dyno = variable("DYNO"), !dynos.contains(dyno) { return .otherDyno(dyno) }
    if dynos == nil { problems.append(.malformedDynos(variable("HOOP_DYNOS") ?? "")) }
    if version < .oldestSupported { problems.append(.unsupportedVersion(version)) }

    let (key, source) = readKey(variable, &problems)
    let list = (variable("HOOP_CONNECTION") ?? "").trimmed()
    let ignoresList = version >= .runsConnectionsByName && key?.isBoundToAgent == true
    var connections: [Connection] = []
    if !ignoresList, !list.isEmpty {
      connections = readConnections(list, version, key, variable, &problems)
    } else if !ignoresList, key != nil {
      problems.append(.noConnection)
    }
    guard problems.isEmpty, let key, let source, let dynos else { return .impossible(problems) }
    return .launch(
      LaunchPlan(
        version: version, key: key, source: source, dynos: dynos, connections: connections,
        notices: ignoresList && !list.isEmpty ? [.connectionIgnored(key)] : []))
  }

  /// A name of HOOP_CONNECTION, and the same as the dashboard shows it.
  private typealias Connection = (name: String, shown: String)

  private init(
    version: AgentVersion, key: AgentKey, source: String, dynos: DynoSelection,
    connections: [Connection], notices: [LaunchNotice]
  ) {
    (self.version, self.key, self.dynos, self.notices) = (version, key, dynos, notices)
    keyVariable = KeyVariable(
      source: source, target: version < .readsHoopKey ? "HOOP_DSN" : "HOOP_KEY")
    let splitsListItself = version < .runsConnectionsByName
    connectionVariable =
      splitsListItself ? connections.map { $0.name }.joined(separator: ",") : nil
    commands =
      if splitsListItself || key.isBoundToAgent {
        [Command(arguments: ["start", "agent"], publishes: connections.map { $0.shown })]
      } else {
        connections.map {
          Command(arguments: ["run", "--name", $0.name, "--export", "_all"], publishes: [$0.shown])
        }
      }
  }

  /// HOOP_KEY wins over HOOP_DSN; empty counts as unset, as it does for the agent.
  private static func readKey(
    _ variable: (String) -> String?, _ problems: inout [LaunchProblem]
  ) -> (AgentKey?, source: String?) {
    let source = ["HOOP_KEY", "HOOP_DSN"].first { variable($0)?.isEmpty == false }
    guard let source, let value = variable(source) else {
      problems.append(.noKey)
      return (nil, nil)
    }
    do throws(AgentKey.Malformed) {
      let key = try AgentKey(value)
      let wanted = (variable("HOOP_KEY_NAME") ?? "").trimmed()
      if !wanted.isEmpty, key.name != wanted {
        problems.append(.otherKeyName(wanted: wanted, found: key.name))
      }
      return (key, source)
    } catch {
      problems.append(.malformedKey(variable: source, why: error))
      return (nil, nil)
    }
  }

  private static func readConnections(
    _ value: String, _ version: AgentVersion, _ key: AgentKey?,
    _ variable: (String) -> String?, _ problems: inout [LaunchProblem]
  ) -> [Connection] {
    do throws(ConnectionList.Malformed) {
      let list = try ConnectionList(value, variable: variable)
      let shown =
        version < .runsConnectionsByName
        ? list.names.map { (key?.connectionPrefix ?? "") + $0 }
        : try list.resourceNames(for: version)
      return zip(list.names, shown).map { ($0, $1) }
    } catch {
      problems.append(.malformedConnections(error))
      return []
    }
  }
}

extension AgentVersion {
  /// From here on `hoop start agent` ignores HOOP_CONNECTION, and a key that is bound to no agent
  /// takes one `hoop run` a connection (hoop 1.20.0).
  static let runsConnectionsByName = AgentVersion(1, 20, 0)
  /// From here on the agent reads HOOP_KEY, and HOOP_DSN only as a deprecated name (hoop 1.21.5).
  static let readsHoopKey = AgentVersion(1, 21, 5)
}

extension AgentKey {
  /// What the gateway puts before the name of a connection of an agent before 1.20.0: `dev:`, but
  /// nothing with a key that has no name or is the organisation's own.
  fileprivate var connectionPrefix: String {
    guard let name, name != "_default" else { return "" }
    return "\(name):"
  }
}
