/// What runs beside an app: which agent processes, with what in their environment, publishing what.
///
/// `LaunchPlan.make` makes it from the agent's version and the app's config vars. The build makes one
/// to say what will happen, hoopstart to do it, and the checks to explain it. It holds no secret.
package struct LaunchPlan: Hashable, Sendable {
  package let version: AgentVersion
  package let key: AgentKey
  /// Where the key was found. `version.keyVariable` is where the agent reads it.
  package let keySource: Setting
  package let dynos: DynoSelection
  package let commands: [AgentCommand]
  /// The one process that asks the gateway whether it accepts the key. It publishes as little as such
  /// a key allows: nothing with an organisation key, whose connections and sessions it does not
  /// touch (1.21.5 to 1.148.0, seen).
  package let question: AgentCommand
  /// What works, but maybe not as it was meant: notices and warnings.
  package let notices: [Problem]
  /// The agent's log level, the value of its LOG_LEVEL.
  package let logLevel: String
  /// The proxy to the gateway, if there is one.
  package let proxy: Proxy?

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

  /// Makes the plan for `version` from the config vars. White space around their values is ignored.
  ///
  /// - Parameters:
  ///   - fileExists: Nil during a build, or on another machine, whose files are not the app's.
  ///   - variable: Looks up a config var: in ENV_DIR at build time, in the environment at run time.
  ///     DYNO is looked up too; if it is unset or empty, the plan is for every dyno.
  ///   - names: Returns the names of all config vars.
  package static func make(
    for version: AgentVersion, fileExists: ((String) -> Bool)? = nil,
    variable: @escaping (String) -> String?, names: () -> [String]
  ) -> Outcome {
    LaunchPlanMaker(version, fileExists) { variable($0)?.trimmed() }.make(names)
  }
}

extension LaunchPlan {
  /// What will be published and from where, in one sentence without a full stop.
  package var summary: String {
    let dynos =
      self.dynos.selectsAll
      ? "every process that starts with hoopstart"
      : "the dynos \(self.dynos.patterns.asList) that start with hoopstart"
    return "Publishes \(publication) from \(dynos)"
  }

  /// What will be published: the names that the dashboard shows, or whose list it has.
  package var publication: String {
    let names = commands.flatMap { $0.publishes }
    if !names.isEmpty { return names.map(printable).asList }
    return key.name.map { "the connections of agent \(printable($0)) in the dashboard" }
      ?? "the connections that the dashboard gives this key"
  }

  /// What was asked for each connection, a line for each that has a setting.
  package var settingsInWords: [String] {
    commands.compactMap { command in
      let rows = command.settings.rows
      if rows.isEmpty { return nil }
      let words = rows.map { "\($0.label.lowercased()) \($0.lines.joined(separator: " "))" }
      return "\(command.publishes.map(printable).asList): \(words.joined(separator: "; "))"
    }
  }

  /// What the plan comes from, for `hoopstart --check` and `bin/check`.
  ///
  /// - Parameter agent: The agent's path, or its source.
  package func inputs(agent: String, keyName: String?) -> [Row] {
    let target = version.keyVariable
    let handed = keySource == target ? "" : ", which agent \(version) reads as \(target.name)"
    var rows = [
      Row("Dynos", dynos.selectsAll ? "all run the agent" : dynos.patterns.asList),
      Row("Agent", "\(version), \(printable(agent))"),
      Row("Key", "\(key), \(key.kind)"),
      Row("Key from", "\(keySource.name)\(handed)"),
    ]
    if let name = keyName?.trimmed(), !name.isEmpty {
      rows.append(Row("Key name", "\(printable(name)), as HOOP_KEY_NAME asks"))
    }
    if logLevel != "info" { rows.append(Row("Log level", logLevel)) }
    if let proxy { rows.append(Row("Proxy", "\(proxy.address), from \(proxy.variable)")) }
    return rows
  }

  /// What the plan does, for the same.
  package var outputs: [Row] {
    commands.flatMap { command in
      let names = command.publishes.map(printable)
      let lists = command.variables.filter { $0.name == Setting.connection.name }
      return [
        Row("Publishes", names.isEmpty ? publication : names.asList),
        Row("Command", command.words),
      ] + lists.map { Row("With", "\($0.name)=\(shellWord($0.value))") }
        + command.settings.rows + [Row("Sessions", sessions(of: command))]
    }
  }

  private func sessions(of command: AgentCommand) -> String {
    guard version.sessionsHaveVariables(key) else {
      return "have none of the app's config vars"
    }
    return "have the app's config vars, without the key"
      + (command.settings.database == nil ? "" : " and the databases' URLs")
  }
}

extension Problem {
  package static func unsupportedVersion(_ version: AgentVersion) -> Problem {
    blocking(
      "unsupported-version", "Hoop agent \(version) cannot run beside an app.",
      because: "Agents can from \(AgentVersion.oldestSupported) on.",
      "Set a later version, or use the newest:", .useNewest)
  }
}
