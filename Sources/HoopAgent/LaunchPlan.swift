/// What runs beside an app: which agent processes, with what in their environment, publishing what.
///
/// `LaunchPlan.make` makes it from the agent's version and the app's config vars. The build makes one
/// to say what will happen, hoopstart to do it, and the checks to explain it. It holds no secret.
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
  /// The one process that asks the gateway whether it takes the key. It publishes as little as such
  /// a key allows: nothing with an organisation key, whose connections and sessions it does not
  /// touch (1.21.5 to 1.148.0, seen).
  package let question: AgentCommand
  /// What works, but maybe not as it was meant: notices and warnings.
  package let notices: [Problem]
  /// The agent's log level, the value of its LOG_LEVEL.
  package let logLevel: String
  /// The proxy to the gateway, if there is one.
  package let proxy: Proxy?
  /// Whether a connection has the app's name, which only the running app knows.
  package let isNamedAfterApp: Bool

  /// What the config vars come to.
  package enum Outcome: Hashable, Sendable {
    /// Start these.
    case launch(LaunchPlan)
    /// Start none, as asked: HOOP_DISABLED is on.
    case disabled
    /// Start none on this dyno: HOOP_DYNOS does not name it.
    case otherDyno(String)
    /// Start none, because something is wrong. At least one is an error; the first comes first.
    case impossible([Problem])
  }

  /// Where a plan is made.
  package enum Place {
    /// During a build, or on another machine: only config vars are known.
    case build
    /// In the running app, with its files and all of its variables.
    case dyno(fileExists: (String) -> Bool)
  }

  /// Makes the plan for `version` from the config vars. White space around their values is ignored.
  ///
  /// - Parameters:
  ///   - variable: Looks up a config var: in ENV_DIR at build time, in the environment at run time.
  ///     DYNO is looked up too; if it is unset or empty, the plan is for every dyno.
  ///   - names: Returns the names of all config vars.
  package static func make(
    for version: AgentVersion, at place: Place = .build,
    variable: @escaping (String) -> String?, names: () -> [String]
  ) -> Outcome {
    var maker = LaunchPlanMaker(version, place) { variable($0)?.trimmed() }
    let disabled = maker.value(.disabled)
    if Switch.parse(disabled) == true { return .disabled }
    do throws(Problem) {
      let dynos = try DynoSelection(maker.value(.dynos))
      if let dyno = maker.variable("DYNO"), !dynos.contains(dyno) { return .otherDyno(dyno) }
      maker.dynos = dynos
    } catch { maker.problems.append(error) }
    if Switch.parse(disabled) == nil { maker.problems.append(.notASwitch(.disabled, disabled)) }
    return maker.make(names())
  }
}

/// The steps of `LaunchPlan.make`.
struct LaunchPlanMaker {
  let version: AgentVersion
  let agent: AgentCapabilities
  /// Looks up a config var, without white space around its value.
  let variable: (String) -> String?
  /// Nil at build time.
  private let fileExists: ((String) -> Bool)?
  var dynos: DynoSelection?
  var problems: [Problem] = []
  private var notices: [Problem] = []

  init(
    _ version: AgentVersion, _ place: LaunchPlan.Place, _ variable: @escaping (String) -> String?
  ) {
    (self.version, agent, self.variable) = (version, AgentCapabilities(version), variable)
    fileExists = if case .dyno(let fileExists) = place { fileExists } else { nil }
  }

  /// The most problems of one kind that are told.
  private static let maximumOfKind = 8

  /// Empty if it is unset.
  func value(_ setting: Setting) -> String { variable(setting.name) ?? "" }

  mutating func make(_ names: [String]) -> LaunchPlan.Outcome {
    if version < .oldestSupported { problems.append(.unsupportedVersion(version)) }
    let ours = names.filter { $0.utf8.prefix(4).map { ASCII.uppercased($0) } == Array("HOOP".utf8) }
      .sorted()
    take(Setting.misspelledGuards(among: ours).prefix(Self.maximumOfKind))
    let key = readKey()
    let connections = readConnections(key)
    if let key { checkSettings(AskedSetting.all(among: ours, variable), key, connections) }
    let logLevel = readLogLevel()
    let common = common(among: names, logLevel)
    let commands = key.map { self.commands($0, connections, names, common) } ?? []
    take(GatewayConnection.problems(version, variable, fileExists: fileExists)[...])
    let required = value(.required)
    if Switch.parse(required) == nil { notices.append(.notASwitch(.required, required)) }
    guard problems.isEmpty, let key, let dynos else {
      // A notice about a plan that there is not says nothing.
      return .impossible(
        problems + notices.filter { $0.code == "not-a-switch" || $0.severity == .warning })
    }
    let isAlone = agent.connections(of: key) == .oneAProcess
    return .launch(
      LaunchPlan(
        version: version, key: key,
        keyVariable: .init(source: keySource.name, target: agent.keyVariable.name), dynos: dynos,
        commands: commands, question: isAlone ? .start(common) : commands.first ?? .start(common),
        notices: notices, logLevel: logLevel, proxy: Proxy(for: key.address, variable),
        isNamedAfterApp: connections.contains { $0.isUnknown }))
  }

  /// Errors are problems, all else are notices.
  private mutating func take(_ found: ArraySlice<Problem>) {
    problems += found.filter { $0.severity == .error }
    notices += found.filter { $0.severity != .error }
  }

  /// HOOP_KEY wins over HOOP_DSN; empty counts as unset, as it does for the agent.
  private var keySource: Setting { value(.key).isEmpty ? .dsn : .key }

  private mutating func readKey() -> AgentKey? {
    let text = value(keySource)
    do throws(Problem) {
      guard !text.isEmpty else { throw .noKey() }
      let key = try AgentKey(text, from: keySource)
      if !value(.dsn).isEmpty, text != value(.dsn) { notices.append(.twoKeys()) }
      let wanted = value(.keyName)
      // By bytes: to Swift the sign of the kelvin is a K.
      if !wanted.isEmpty, key.name?.utf8.elementsEqual(wanted.utf8) != true {
        problems.append(.otherKeyName(wanted: wanted, found: key.name))
      }
      if version >= .oldestSupported, !agent.takes(key) {
        problems.append(.keyNotAccepted(key, version))
      }
      return key
    } catch {
      problems.append(error)
      return nil
    }
  }

  /// The names of HOOP_CONNECTION; none if they are not used, or cannot be read.
  private mutating func readConnections(_ key: AgentKey?) -> [ConnectionList.Name] {
    let text = value(.connection)
    let connections = key.map { agent.connections(of: $0) }
    if let key, connections == .ofDashboard {
      if !text.isEmpty { notices.append(.connectionIgnored(key, version)) }
      if key.mode == .standard { notices.append(.standardKey(key)) }
      return []
    }
    guard !text.isEmpty else {
      if key != nil { problems.append(.noConnection()) }
      return []
    }
    do throws(Problem) {
      let list = try ConnectionList(
        text, for: version, isRunAlone: connections != .listed, isInDyno: fileExists != nil,
        variable: variable)
      if connections == .listed, list.names.count > 1, !agent.readsLists {
        problems.append(.singleConnection(version, first: list.names[0].name))
      }
      if connections == .oneAProcess {
        notices += list.names.compactMap { $0.notice }.prefix(Self.maximumOfKind)
      }
      return list.names
    } catch {
      problems.append(error)
      return []
    }
  }

  /// A setting that cannot be kept is not dropped: then there is no agent for any connection.
  private mutating func checkSettings(
    _ asked: [AskedSetting], _ key: AgentKey, _ connections: [ConnectionList.Name]
  ) {
    let suffixes = connections.map { ConnectionList.suffix(of: $0.shown) }
    let isAlone = key.form == .organisation
    // Without a list that can be read no suffix can be judged, and neither if a name is not known.
    let isListKnown = isAlone && !connections.isEmpty && !connections.contains { $0.isUnknown }
    var (impossible, misplaced): ([AskedSetting], [Problem]) = ([], [])
    for one in asked {
      let owners = one.suffix.map { suffix in
        connections.indices.filter { suffixes[$0] == suffix }.map { connections[$0].shown }
      }
      let isTold = misplaced.count < Self.maximumOfKind
      if owners?.isEmpty == true, isListKnown || !isAlone && one.isURL {
        if isAlone, isTold {
          misplaced.append(.settingOfNoConnection(one, suffixes, list: value(.connection)))
        }
        continue
      }
      if let owners, owners.count > 1, isTold {
        misplaced.append(.settingOfManyConnections(one.name, owners))
      }
      if !isAlone || version < one.setting.description.since ?? version { impossible.append(one) }
    }
    if !impossible.isEmpty {
      let from = impossible.compactMap { $0.setting.description.since }.max()
      problems.append(
        .settingsNotPossible(
          impossible.map { $0.name }, key, version, from: isAlone ? from : nil))
    }
    take(misplaced[...])
  }

  /// HOOP_LOG_LEVEL, or info: at `warn` an agent does not say that its key is refused, and the app's
  /// LOG_LEVEL is not the agent's.
  private mutating func readLogLevel() -> String {
    let (usual, text) = ("info", value(.logLevel))
    let level = text.isEmpty ? usual : text.lowercased()
    let isKnown = Setting.logLevel.description.value.allows(level)
    if level != "info", level != "debug" { notices.append(.logLevel(text, isKnown: isKnown)) }
    return isKnown ? level : usual
  }

  private func common(among names: [String], _ logLevel: String) -> AgentCommand.Common {
    var common = AgentCommand.Common()
    common.variables = [AgentCommand.Variable(name: "LOG_LEVEL", value: logLevel)]
    if let authority = variable(GatewayConnection.authority), !authority.isEmpty {
      common.variables.append(.init(name: GatewayConnection.authority, value: authority))
    }
    common.secrets = Setting.hiddenFromApp(among: names, variable: variable)
    common.secrets.insert(Setting.releasesURL.name)
    return common
  }

  private mutating func commands(
    _ key: AgentKey, _ connections: [ConnectionList.Name], _ names: [String],
    _ common: AgentCommand.Common
  ) -> [AgentCommand] {
    switch agent.connections(of: key) {
    case .ofDashboard: return [.start(common)]
    case .listed:
      if connections.isEmpty { return [] }
      let list = connections.map { $0.name }
      let shown = list.map { "\(key.name ?? AgentKey.unknownName):\($0)" }
      return [.start(publishing: shown, list: list.joined(separator: ","), common)]
    case .oneAProcess:
      let settings = connections.map {
        ConnectionSettings(suffix: ConnectionList.suffix(of: $0.shown), variable, &problems)
      }
      noteVariables(settings)
      do throws(Problem) {
        return try run(connections, settings, names, common)
      } catch {
        problems.append(error)
        return []
      }
    }
  }

  private func run(
    _ connections: [ConnectionList.Name], _ settings: [ConnectionSettings], _ names: [String],
    _ common: AgentCommand.Common
  ) throws(Problem) -> [AgentCommand] {
    guard version >= AgentCapabilities.exporting else {
      return zip(connections, settings).map { .run($0, $1, nil, common) }
    }
    // LOG_LEVEL is the agent's here, and not the app's.
    let hidden = common.secrets.union([Setting.agentDatabase, "LOG_LEVEL"])
    let databases = settings.compactMap { $0.database?.variable }
    let all = try SessionVariables(of: names, without: hidden)
    // What leads to a database needs no other way to one.
    let ofDatabases = try SessionVariables(of: names, without: hidden.union(databases))
    return zip(connections, settings).map {
      .run($0, $1, $1.database == nil ? all : ofDatabases, common)
    }
  }

  private mutating func noteVariables(_ settings: [ConnectionSettings]) {
    let isUsed = settings.contains { $0.database?.variable == Setting.agentDatabase }
    if version < AgentCapabilities.exporting {
      notices.append(.sessionsWithoutVariables(version))
    } else if !isUsed, variable(Setting.agentDatabase)?.isEmpty == false {
      notices.append(.databaseVariableKept(connections: value(.connection)))
    }
  }
}
