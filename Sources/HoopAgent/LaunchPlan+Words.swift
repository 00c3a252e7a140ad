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
    guard !names.isEmpty else {
      return key.name.map { "the connections of agent \(printable($0)) in the dashboard" }
        ?? "the connections that the dashboard gives this key"
    }
    return names.map(shown).asList + (hasUnknownKeyName ? AgentKey.unknownNameNote : "")
  }

  /// A name of `AgentCommand.publishes` for a message.
  private func shown(_ name: String) -> String {
    isNameOfApp(name) ? "one named after the app when it starts" : printable(name)
  }

  /// Whether this is the placeholder for `env.HEROKU_APP_NAME`, which a build does not know.
  private func isNameOfApp(_ name: String) -> Bool {
    isNamedAfterApp
      && name.utf8.split(separator: UInt8(ascii: ":")).last.map(Array.init)
        == Array(ConnectionList.unknownName.utf8)
  }

  /// Whether the names begin with the key's, and that is not in the key.
  private var hasUnknownKeyName: Bool {
    key.name == nil && AgentCapabilities(version).connections(of: key) == .listed
  }

  /// What was asked for each connection, a line for each that has a setting.
  package var settingsInWords: [String] {
    commands.compactMap { command in
      let rows = command.settings.rows
      if rows.isEmpty { return nil }
      let words = rows.map { "\($0.label.lowercased()) \($0.lines.joined(separator: " "))" }
      return "\(command.publishes.map(shown).asList): \(words.joined(separator: "; "))"
    }
  }

  // MARK: For `hoopstart --check` and `bin/check`

  /// What the plan comes from.
  ///
  /// - Parameters:
  ///   - agent: Where the agent is, or comes from.
  ///   - keyName: HOOP_KEY_NAME.
  package func inputs(agent: String, keyName: String?) -> [Row] {
    let (source, target) = (keyVariable.source, keyVariable.target)
    let handed = source == target ? "" : ", which agent \(version) reads as \(target)"
    var rows = [
      Row("Dynos", dynos.selectsAll ? "all run the agent" : dynos.patterns.asList),
      Row("Agent", "\(version), \(printable(agent))"),
      Row("Key", "\(key), \(key.kind)"),
      Row("Key from", "\(source)\(handed)"),
    ]
    if let name = keyName?.trimmed(), !name.isEmpty {
      rows.append(Row("Key name", "\(printable(name)), as HOOP_KEY_NAME asks"))
    }
    if logLevel != "info" { rows.append(Row("Log level", logLevel)) }
    if let proxy { rows.append(Row("Proxy", "\(proxy.address), from \(proxy.variable)")) }
    return rows
  }

  /// What the plan does.
  package var outputs: [Row] {
    var rows: [Row] = []
    for command in commands {
      let isAll = command.publishes.isEmpty || hasUnknownKeyName
      rows.append(Row("Publishes", isAll ? publication : command.publishes.map(shown).asList))
      rows.append(Row("Command", command.words))
      for variable in command.variables where variable.name == Setting.connection.name {
        rows.append(Row("With", "\(variable.name)=\(shellWord(variable.value))"))
      }
      rows += command.settings.rows
      rows.append(Row("Sessions", sessions(of: command)))
    }
    return rows
  }

  private func sessions(of command: AgentCommand) -> String {
    switch AgentCapabilities(version).sessionEnvironment(of: key) {
    case .none: "have none of the app's config vars"
    case .all: "have the app's config vars, without the key"
    case .exported:
      command.settings.database == nil
        ? "have the app's config vars, without the key"
        : "have the app's config vars, without the key and the databases' URLs"
    }
  }
}

extension AgentCommand {
  /// As a shell needs it. The names for `--export` are as many as the environment's: NAMES.
  fileprivate var words: String {
    var words = ["hoop"]
    for (index, argument) in arguments.enumerated() {
      let isList = index > 0 && arguments[index - 1] == "--export"
      words.append(isList ? "NAMES" : shellWord(argument))
    }
    return words.joined(separator: " ")
  }
}

extension AgentKey {
  /// Placeholder for a key's name that only the gateway knows.
  static let unknownName = "KEYNAME"
  static let unknownNameNote = " (only the gateway knows KEYNAME, the key's name)"
}
