/// What runs beside an app: which agent processes, with what in their environment, publishing what.
///
/// A plan is made from an agent version and the app's config vars by `LaunchPlan.make`. The build
/// makes one to say what will happen, hoopstart to do it, and the checks to explain it. No part of
/// it is a secret.
package struct LaunchPlan: Hashable, Sendable {
  /// Where the key was found, and under which name this version of the agent reads it.
  package struct KeyVariable: Hashable, Sendable {
    package let source: String
    package let target: String
  }

  package let version: AgentVersion
  package let key: AgentKey
  package let keyVariable: KeyVariable
  package let dynos: DynoSelection
  package let commands: [AgentCommand]
  package let notices: [LaunchNotice]

  /// What the config vars come to.
  package enum Outcome: Hashable, Sendable {
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
  /// - Parameters:
  ///   - variable: looks up a config var: in ENV_DIR at build time, in the environment at run time.
  ///     DYNO is looked up too; where it is unset or empty, every dyno is meant.
  ///   - names: the names of all that there are.
  package static func make(
    for version: AgentVersion, variable: (String) -> String?, names: () -> [String]
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
    let names = key == nil ? [] : names()
    let ours = names.filter { $0.utf8.starts(with: "HOOP_".utf8) }.sorted()
    if let key { checkSettings(ours, agent, key, variable, &problems) }
    let list = value(.connection).trimmed()
    var commands: [AgentCommand] = []
    if let key, agent.connections(of: key) == .ofDashboard {
      if !list.isEmpty { notices.append(.connectionIgnored(key, version)) }
      if key.mode == .standard { notices.append(.standardKey(key, version)) }
      commands = [.start()]
    } else if !list.isEmpty {
      let connections = readConnections(list, agent, key, variable, &problems)
      commands =
        key.map { self.commands(connections, agent, $0, names, ours, variable, &problems) } ?? []
    } else if key != nil {
      problems.append(.noConnection)
    }
    if let key { notices += self.notices(agent, key, commands, variable) }

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
        version: version, key: key,
        keyVariable: KeyVariable(source: source, target: agent.keyVariable.name), dynos: dynos,
        commands: commands, notices: notices))
  }

  /// A name of HOOP_CONNECTION, and the same as the dashboard shows it.
  private typealias Connection = (name: String, shown: String)

  private static func commands(
    _ connections: [Connection], _ agent: AgentCapabilities, _ key: AgentKey, _ names: [String],
    _ ours: [String], _ variable: (String) -> String?, _ problems: inout [LaunchProblem]
  ) -> [AgentCommand] {
    let shown = connections.map { $0.shown }
    guard agent.connections(of: key) == .oneAProcess else {
      let list = connections.map { $0.name }.joined(separator: ",")
      return [.start(publishing: shown, list: list)]
    }
    let settings = ConnectionSettings.read(for: shown, among: ours, variable, &problems)
    let databases = Set(settings.compactMap { $0.database?.variable })
    var commands: [AgentCommand] = []
    for (connection, settings) in zip(connections, settings) {
      var sessions: SessionVariables?
      if agent.sessionEnvironment(of: key) == .exported {
        do throws(SessionVariables.TooLong) {
          // What leads to a database needs no other way to one.
          sessions = try SessionVariables(
            of: names, without: settings.database == nil ? [] : databases)
        } catch {
          problems.append(.tooManyVariables(bytes: error.bytes))
          return []
        }
      }
      commands.append(.run(connection.name, shownAs: connection.shown, settings, sessions))
    }
    return commands
  }

  /// A setting that cannot be kept is not dropped: then there is no agent for any connection.
  private static func checkSettings(
    _ names: [String], _ agent: AgentCapabilities, _ key: AgentKey,
    _ variable: (String) -> String?, _ problems: inout [LaunchProblem]
  ) {
    let asked = ConnectionSettings.asked(among: names, variable)
    var from: AgentVersion?
    var impossible: [String] = []
    for (name, setting) in asked {
      let first = AgentCapabilities.first(taking: setting)
      if key.form != .organisation {
        impossible.append(name)
      } else if agent.version < first {
        impossible.append(name)
        from = max(from ?? first, first)
      }
    }
    if impossible.isEmpty { return }
    problems.append(.settingsNotPossible(impossible, key, agent.version, from: from))
  }

  private static func notices(
    _ agent: AgentCapabilities, _ key: AgentKey, _ commands: [AgentCommand],
    _ variable: (String) -> String?
  ) -> [LaunchNotice] {
    guard agent.connections(of: key) == .oneAProcess else { return [] }
    guard agent.sessionEnvironment(of: key) == .exported else {
      return [.sessionsWithoutVariables(agent.version)]
    }
    let name = SecretVariable.agentDatabase
    let isUsed = commands.contains { $0.settings.database?.variable == name }
    guard !isUsed, variable(name)?.isEmpty == false else { return [] }
    return [
      .databaseVariableKept(connections: (variable(ConfigVar.connection.name) ?? "").trimmed())
    ]
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
