/// Makes a plan: `make` reads the config vars, from whether an agent is wanted to the agents' command
/// lines, and the methods below it are in that order. What is wrong is collected on the way, so that
/// all of it is told at once.
final class LaunchPlanMaker {
  private let version: AgentVersion
  /// Looks up a config var, without white space around its value.
  private let variable: (String) -> String?
  /// Nil at build time.
  private let fileExists: ((String) -> Bool)?
  /// What there is to say. An error means that there is no plan.
  private var found: [Problem] = []

  init(
    _ version: AgentVersion, _ fileExists: ((String) -> Bool)?,
    _ variable: @escaping (String) -> String?
  ) {
    (self.version, self.fileExists, self.variable) = (version, fileExists, variable)
  }

  /// The most problems of one kind that are told.
  private static let maximumOfKind = 8

  /// Empty if it is unset.
  private func value(_ setting: Setting) -> String { variable(setting.name) ?? "" }

  /// What `read` returns, or nil if there is a problem.
  private func attempt<Value>(_ read: () throws(Problem) -> Value) -> Value? {
    do throws(Problem) { return try read() } catch {
      found.append(error)
      return nil
    }
  }

  func make(_ allNames: () -> [String]) -> LaunchPlan.Outcome {
    if Switch.parse(value(.disabled)) == true { return .disabled }
    let dynos = attempt { () throws(Problem) in try DynoSelection(value(.dynos)) }
    if let dynos, let dyno = variable("DYNO"), !dynos.contains(dyno) { return .otherDyno(dyno) }
    for setting in [Setting.disabled, .required] where Switch.parse(value(setting)) == nil {
      found.append(.notASwitch(setting, value(setting)))
    }
    if version < .oldestSupported { found.append(.unsupportedVersion(version)) }
    let names = allNames()
    let ours = names.filter { $0.utf8.prefix(4).map { ASCII.uppercased($0) } == Array("HOOP".utf8) }
      .sorted()
    found += Setting.misspellings(among: ours, isAtStart: true).prefix(Self.maximumOfKind)
    let source = value(.key).isEmpty ? Setting.dsn : .key
    let key = readKey(source)
    let connections = readConnections(key)
    if let key {
      checkSettings(ours, key, connections)
      checkSessions(key)
    }
    let logLevel = readLogLevel()
    let common = common(logLevel, names)
    let commands = key.map { self.commands($0, connections, common, names) } ?? []
    found += GatewayConnection.problems(version, variable, fileExists: fileExists)
    let errors = found.filter { $0.severity == .error }
    let notices = found.filter { $0.severity != .error }
    guard errors.isEmpty, let key, let dynos else {
      // A notice about a plan that there is not says nothing.
      return .impossible(
        errors + notices.filter { $0.code == "not-a-switch" || $0.severity == .warning })
    }
    return .launch(
      LaunchPlan(
        version: version, key: key, keySource: source, dynos: dynos, commands: commands,
        question: commands.first { $0.arguments.first == "start" } ?? .start(common),
        notices: notices, logLevel: logLevel, proxy: Proxy(for: key.address, variable)))
  }

  /// - Parameter source: HOOP_KEY, which wins, or HOOP_DSN; empty counts as unset, as it does for the
  ///   agent.
  private func readKey(_ source: Setting) -> AgentKey? {
    let (text, wanted) = (value(source), value(.keyName))
    if text.isEmpty {
      let meaning =
        fileExists == nil
        ? ["No key is set now. The agent needs one when a process starts."]
        : ["Without a key the agent cannot reach the gateway.", Problem.notPublished]
      found.append(
        Problem(
          "no-key", "Neither HOOP_KEY nor HOOP_DSN is set.", meaning: meaning,
          Remedy(
            "Print the organisation's key with `hoop admin get orgkeys`, and set it:",
            .set(.key, to: "grpcs://…"))))
      return nil
    }
    guard let key = attempt({ () throws(Problem) in try AgentKey(text, from: source) }) else {
      return nil
    }
    if !value(.dsn).isEmpty, text != value(.dsn) {
      found.append(
        Problem(
          "two-keys", .notice, "HOOP_KEY and HOOP_DSN are set, and they differ.",
          meaning: ["HOOP_KEY is used."], Remedy("Unset the other one:", .unset(.dsn))))
    }
    // By bytes: to Swift the sign of the kelvin is a K.
    if !wanted.isEmpty, key.name?.utf8.elementsEqual(wanted.utf8) != true {
      let whose = key.name.map { "is the key of \(quoted($0))" } ?? "key has no name in it"
      found.append(
        .blocking(
          "other-key-name", "This \(whose), and HOOP_KEY_NAME asks for \(quoted(wanted)).",
          because: "With another environment's key people would run commands in the wrong place.",
          "Set the key of \(quoted(wanted)), or unset HOOP_KEY_NAME:", .unset(.keyName)))
    }
    let first = AgentVersion.first(taking: key)
    if version >= .oldestSupported, version < first {
      found.append(
        .blocking(
          "key-not-accepted", "Hoop agent \(version) does not accept this key: \(key).",
          because: "Agents accept such keys from \(first) on.",
          "Use the newest agent in the next build:", .useNewest))
    }
    return key
  }

  /// The names of HOOP_CONNECTION; none if they are not used, or cannot be read.
  private func readConnections(_ key: AgentKey?) -> [ConnectionList.Name] {
    let text = value(.connection)
    let connections = key.map { version.connections(of: $0) }
    if let key, connections == .ofDashboard {
      if !text.isEmpty {
        found.append(
          Problem(
            "connection-ignored", .notice, "HOOP_CONNECTION is ignored with this key: \(key).",
            meaning: ["The connections of such a key are made in the dashboard, on its agent."],
            Remedy(
              "Unset it, or set the key that `hoop admin get orgkeys` prints:", .unset(.connection))
          ))
      }
      return []
    }
    if text.isEmpty {
      if key != nil {
        found.append(
          .blocking(
            "no-connection", "HOOP_CONNECTION is not set.",
            because: "With this agent and key there is nothing to publish.",
            "Name the connections, separated by commas:", .set(.connection, to: "myapp")))
      }
      return []
    }
    let list = attempt { () throws(Problem) in
      try ConnectionList(
        text, for: version, isRunAlone: connections != .listed, isInDyno: fileExists != nil,
        variable: variable)
    }
    let names = list?.names ?? []
    if connections == .oneAProcess {
      found += names.compactMap { $0.notice }.prefix(Self.maximumOfKind)
    }
    return names
  }

  /// A setting of connections that cannot be kept is not dropped: then there is no agent for any.
  ///
  /// - Parameter names: Those of all config vars that begin with HOOP.
  private func checkSettings(
    _ names: [String], _ key: AgentKey, _ connections: [ConnectionList.Name]
  ) {
    let isAlone = key.form == .organisation
    let suffixes = connections.map { ConnectionList.suffix(of: $0.shown) }
    // Without a list that can be read no suffix can be judged, and neither if a name is not known.
    let isListKnown = isAlone && !connections.isEmpty && !connections.contains { $0.isUnknown }
    var impossible: [(name: String, since: AgentVersion)] = []
    var misplaced: [Problem] = []
    for setting in Setting.perConnection {
      let since = setting.description.since ?? version
      for name in names {
        let suffix = setting.suffix(in: name)
        guard name == setting.name || suffix != nil, let value = variable(name), !value.isEmpty
        else { continue }
        // A URL of the app's own: an attachment called HOOP_DATABASE sets HOOP_DATABASE_URL.
        let isURL = setting == .database && SecretText.isURL(value)
        if let suffix, isListKnown || !isAlone && isURL, !suffixes.contains(suffix) {
          if isAlone, misplaced.count < Self.maximumOfKind {
            misplaced.append(
              .settingOfNoConnection(name, suffix, isURL: isURL, list: self.value(.connection)))
          }
        } else if !isAlone || version < since {
          impossible.append((name, since))
        }
      }
    }
    if let since = impossible.map({ $0.since }).max() {
      let few = few(impossible.map { $0.name })
      found.append(
        .blocking(
          "settings-not-possible",
          "\(few) \(impossible.count > 1 ? "are" : "is") set, which Hoop agent \(version) cannot do"
            + " with this key: \(key).",
          because: "That needs agent \(since) or later and an organisation key.",
          isAlone
            ? "Use the newest agent in the next build:"
            : "Set an organisation key (`hoop admin get orgkeys`), or unset them:",
          isAlone ? .useNewest : .unset(impossible.prefix(Self.maximumOfKind).map { $0.name })))
    }
    found += misplaced
  }

  private func checkSessions(_ key: AgentKey) {
    if version.sessionsHaveVariables(key) { return }
    found.append(
      Problem(
        "sessions-without-variables", .notice,
        "Sessions will have none of the app's config vars with Hoop agent \(version) and this key:"
          + " \(key).",
        meaning: [
          "They have them with an organisation key from \(AgentVersion.exporting) on, and with"
            + " mode=embedded."
        ],
        key.form == .organisation
          ? .useNewestAgent
          : Remedy(
            "To give them to sessions, make a key with `hoop admin create agent NAME --mode"
              + " embedded`:", .set(.key, to: "grpcs://NAME:SECRET@HOST:PORT?mode=embedded"))))
  }

  /// HOOP_LOG_LEVEL, or info: at `warn` an agent does not say that its key is refused, and the app's
  /// LOG_LEVEL is not the agent's.
  private func readLogLevel() -> String {
    let text = value(.logLevel)
    let level = text.lowercased()
    if ["debug", "info", "warn", "error"].contains(level) { return level }
    if !text.isEmpty {
      found.append(
        Problem(
          "log-level", .warning, "HOOP_LOG_LEVEL is \(quoted(text)), which is not a log level.",
          meaning: ["The agent logs at level info."],
          Remedy("Set it to debug or info, or unset it:", .unset(.logLevel))))
    }
    return "info"
  }

  /// What all agents of the plan have.
  private func common(_ logLevel: String, _ names: [String]) -> AgentCommand.Common {
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
    _ key: AgentKey, _ connections: [ConnectionList.Name], _ common: AgentCommand.Common,
    _ names: [String]
  ) -> [AgentCommand] {
    switch version.connections(of: key) {
    case .ofDashboard: return [.start(common)]
    case .listed:
      // The dashboard shows them with the key's name, which may be known to the gateway alone.
      let shown = connections.map {
        $0.isUnknown ? $0.shown : "\(key.name ?? "KEYNAME"):\($0.name)"
      }
      let list = connections.map { $0.name }.joined(separator: ",")
      return [.start(publishing: shown, list: list, common)]
    case .oneAProcess:
      let settings = connections.map {
        ConnectionSettings(suffix: ConnectionList.suffix(of: $0.shown), variable, &found)
      }
      guard version.sessionsHaveVariables(key) else {
        return zip(connections, settings).map { .run($0, $1, nil, common) }
      }
      // LOG_LEVEL is the agent's here, and not the app's.
      let hidden = common.secrets.union([Setting.agentDatabase, "LOG_LEVEL"])
      let databases = settings.compactMap { $0.database?.variable }
      return attempt { () throws(Problem) in
        let all = try AgentCommand.exports(of: names, without: hidden)
        // What leads to a database needs no other way to one.
        let ofDatabases = try AgentCommand.exports(of: names, without: hidden.union(databases))
        return zip(connections, settings).map {
          .run($0, $1, $1.database == nil ? all : ofDatabases, common)
        }
      } ?? []
    }
  }
}
