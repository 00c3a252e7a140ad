/// The steps of `LaunchPlan.make`.
final class LaunchPlanMaker {
  let version: AgentVersion
  private let agent: AgentCapabilities
  /// Looks up a config var, without white space around its value.
  private let variable: (String) -> String?
  /// Nil at build time.
  private let fileExists: ((String) -> Bool)?
  /// Those of all config vars.
  private var names: [String] = []
  /// What there is to say. An error means that there is no plan.
  var found: [Problem] = []

  init(
    _ version: AgentVersion, _ place: LaunchPlan.Place, _ variable: @escaping (String) -> String?
  ) {
    (self.version, agent, self.variable) = (version, AgentCapabilities(version), variable)
    fileExists = if case .dyno(let fileExists) = place { fileExists } else { nil }
  }

  /// The most problems of one kind that are told.
  static let maximumOfKind = 8

  /// Empty if it is unset.
  func value(_ setting: Setting) -> String { variable(setting.name) ?? "" }

  /// What `read` returns, or nil if there is a problem.
  private func attempt<Value>(_ read: () throws(Problem) -> Value) -> Value? {
    do throws(Problem) { return try read() } catch {
      found.append(error)
      return nil
    }
  }

  /// Adds what keeps the agent from starting.
  private func block(
    _ code: String, _ summary: String, because reason: String, _ remedy: String,
    _ step: Remedy.Step
  ) {
    found.append(.blocking(code, summary, because: reason, remedy, step))
  }

  func make(_ allNames: () -> [String]) -> LaunchPlan.Outcome {
    if Switch.parse(value(.disabled)) == true { return .disabled }
    let dynos = attempt { () throws(Problem) in try DynoSelection(value(.dynos)) }
    if let dynos, let dyno = variable("DYNO"), !dynos.contains(dyno) { return .otherDyno(dyno) }
    for setting in [Setting.disabled, .required] where Switch.parse(value(setting)) == nil {
      found.append(.notASwitch(setting, value(setting)))
    }
    if version < .oldestSupported { found.append(.unsupportedVersion(version)) }
    names = allNames()
    let ours = names.filter { $0.utf8.prefix(4).map { ASCII.uppercased($0) } == Array("HOOP".utf8) }
      .sorted()
    found += Setting.misspellings(among: ours, isAtStart: true).prefix(Self.maximumOfKind)
    let source = value(.key).isEmpty ? Setting.dsn : .key
    let key = readKey(source)
    let connections = readConnections(key)
    if let key { checkSettings(AskedSetting.all(among: ours, variable), key, connections) }
    let logLevel = readLogLevel()
    let common = common(logLevel)
    let commands = key.map { self.commands($0, connections, common) } ?? []
    found += GatewayConnection.problems(version, variable, fileExists: fileExists)
    let errors = found.filter { $0.severity == .error }
    let notices = found.filter { $0.severity != .error }
    guard errors.isEmpty, let key, let dynos else {
      // A notice about a plan that there is not says nothing.
      return .impossible(
        errors + notices.filter { $0.code == "not-a-switch" || $0.severity == .warning })
    }
    let isAlone = agent.connections(of: key) == .oneAProcess
    return .launch(
      LaunchPlan(
        version: version, key: key,
        keyVariable: .init(source: source.name, target: agent.keyVariable.name), dynos: dynos,
        commands: commands, question: isAlone ? .start(common) : commands.first ?? .start(common),
        notices: notices, logLevel: logLevel, proxy: Proxy(for: key.address, variable),
        isNamedAfterApp: connections.contains { $0.isUnknown }))
  }

  /// - Parameter source: HOOP_KEY, which wins, or HOOP_DSN; empty counts as unset, as it does for the
  ///   agent.
  private func readKey(_ source: Setting) -> AgentKey? {
    let (text, wanted) = (value(source), value(.keyName))
    if text.isEmpty {
      block(
        "no-key", "Neither HOOP_KEY nor HOOP_DSN is set.",
        because: "Without a key the agent cannot reach the gateway.",
        "Print the organisation's key with `hoop admin get orgkeys`, and set it:",
        .set(.key, to: "grpcs://…"))
    }
    guard !text.isEmpty,
      let key = attempt({ () throws(Problem) in try AgentKey(text, from: source) })
    else { return nil }
    if !value(.dsn).isEmpty, text != value(.dsn) {
      found.append(
        Problem(
          "two-keys", .notice, "HOOP_KEY and HOOP_DSN are set, and they differ.",
          meaning: ["HOOP_KEY is used."], Remedy("Unset the other one:", .unset(.dsn))))
    }
    // By bytes: to Swift the sign of the kelvin is a K.
    if !wanted.isEmpty, key.name?.utf8.elementsEqual(wanted.utf8) != true {
      let whose = key.name.map { "is the key of \(quoted($0))" } ?? "key has no name in it"
      block(
        "other-key-name", "This \(whose), and HOOP_KEY_NAME asks for \(quoted(wanted)).",
        because: "With another environment's key people would run commands in the wrong place.",
        "Set the key of \(quoted(wanted)), or unset HOOP_KEY_NAME:", .unset(.keyName))
    }
    if version >= .oldestSupported, version < AgentCapabilities.first(taking: key) {
      block(
        "key-not-accepted", "Hoop agent \(version) does not take this key: \(key).",
        because: "Agents take such keys from \(AgentCapabilities.first(taking: key)) on.",
        "Use the newest agent in the next build:", .useNewest)
    }
    return key
  }

  /// The names of HOOP_CONNECTION; none if they are not used, or cannot be read.
  private func readConnections(_ key: AgentKey?) -> [ConnectionList.Name] {
    let text = value(.connection)
    let connections = key.map { agent.connections(of: $0) }
    if let key, connections == .ofDashboard {
      if !text.isEmpty {
        let first = AgentCapabilities.organisationKeys.noMode
        let later = version < first ? "use agent \(first) or later and " : ""
        found.append(
          Problem(
            "connection-ignored", .notice, "HOOP_CONNECTION is ignored with this key: \(key).",
            meaning: ["The connections of such a key are made in the dashboard, on its agent."],
            Remedy(
              "Unset it, or \(later)set the key that `hoop admin get orgkeys` prints:",
              .unset(.connection))))
      }
      if key.mode == .standard {
        found.append(
          .sessionsWithoutVariables(
            "this key: \(key)", "That is so with mode=standard; with mode=embedded they have them.",
            Remedy(
              "To give them to sessions, make a key with `hoop admin create agent NAME --mode"
                + " embedded`:", .set(.key, to: "grpcs://NAME:SECRET@HOST:PORT?mode=embedded"))))
      }
      return []
    }
    if text.isEmpty {
      if key != nil {
        block(
          "no-connection", "HOOP_CONNECTION is not set.",
          because: "With this agent and key there is nothing to publish.",
          "Name the connections, separated by commas:", .set(.connection, to: "myapp"))
      }
      return []
    }
    let list = attempt { () throws(Problem) in
      try ConnectionList(
        text, for: version, isRunAlone: connections != .listed, isInDyno: fileExists != nil,
        variable: variable)
    }
    let names = list?.names ?? []
    if connections == .listed, names.count > 1, version < AgentCapabilities.readingLists {
      block(
        "single-connection",
        "HOOP_CONNECTION is a list, and Hoop agent \(version) reads a single name.",
        because: "Agents read a list from \(AgentCapabilities.readingLists) on.",
        "Name one connection, or set a later HOOP_VERSION:", .set(.connection, to: names[0].name)
      )
    }
    if connections == .oneAProcess {
      found += names.compactMap { $0.notice }.prefix(Self.maximumOfKind)
    }
    return names
  }

  /// HOOP_LOG_LEVEL, or info: at `warn` an agent does not say that its key is refused, and the app's
  /// LOG_LEVEL is not the agent's.
  private func readLogLevel() -> String {
    let (usual, text) = ("info", value(.logLevel))
    let level = text.isEmpty ? usual : text.lowercased()
    let isKnown = ["warn", "error"].contains(level)
    if ["info", "debug"].contains(level) { return level }
    let why =
      isKnown
      ? "hides what goes wrong, such as a refused key"
      : "is not a log level, so the agent logs at level info"
    found.append(
      Problem(
        "log-level", isKnown ? .notice : .warning,
        "HOOP_LOG_LEVEL is \(quoted(text)), which \(why).",
        Remedy("Set it to debug or info, or unset it:", .unset(.logLevel))))
    return isKnown ? level : usual
  }

  /// What all agents of the plan have.
  private func common(_ logLevel: String) -> AgentCommand.Common {
    let authority = GatewayConnection.authority
    var common = AgentCommand.Common(variables: [.init(name: "LOG_LEVEL", value: logLevel)])
    if let value = variable(authority), !value.isEmpty {
      common.variables.append(.init(name: authority, value: value))
    }
    common.secrets = Setting.hiddenFromApp(among: names, variable: variable)
    common.secrets.insert(Setting.releasesURL.name)
    return common
  }

  private func commands(
    _ key: AgentKey, _ connections: [ConnectionList.Name], _ common: AgentCommand.Common
  ) -> [AgentCommand] {
    switch agent.connections(of: key) {
    case .ofDashboard: return [.start(common)]
    case .listed:
      if connections.isEmpty { return [] }
      let list = connections.map { $0.name }
      let shown = list.map { "\(key.name ?? LaunchPlan.unknownKeyName):\($0)" }
      return [.start(publishing: shown, list: list.joined(separator: ","), common)]
    case .oneAProcess:
      let settings = connections.map {
        ConnectionSettings(suffix: ConnectionList.suffix(of: $0.shown), variable, &found)
      }
      noteVariables(settings)
      guard version >= AgentCapabilities.exporting else {
        return zip(connections, settings).map { .run($0, $1, nil, common) }
      }
      // LOG_LEVEL is the agent's here, and not the app's.
      let hidden = common.secrets.union([Setting.agentDatabase, "LOG_LEVEL"])
      let databases = settings.compactMap { $0.database?.variable }
      return attempt { () throws(Problem) in
        let all = try SessionVariables(of: names, without: hidden)
        // What leads to a database needs no other way to one.
        let ofDatabases = try SessionVariables(of: names, without: hidden.union(databases))
        return zip(connections, settings).map {
          .run($0, $1, $1.database == nil ? all : ofDatabases, common)
        }
      } ?? []
    }
  }

  private func noteVariables(_ settings: [ConnectionSettings]) {
    let name = Setting.agentDatabase
    if version < AgentCapabilities.exporting {
      found.append(
        .sessionsWithoutVariables(
          "Hoop agent \(version)", "Agents hand them over from \(AgentCapabilities.exporting) on.",
          .useNewestAgent))
    } else if variable(name)?.isEmpty == false,
      !settings.contains(where: { $0.database?.variable == name })
    {
      found.append(
        Problem(
          "database-variable", .notice,
          "\(name) is set, and is kept from the agents and their sessions.",
          meaning: ["An agent that reads it would make every connection lead to that database."],
          Remedy(
            "To publish that database, name a connection for it in HOOP_CONNECTION, such as"
              + " myapp-db:", .set("\(Setting.database.name)_MYAPP_DB", to: "env.\(name)"))))
    }
  }
}
