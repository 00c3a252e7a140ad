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
    guard names.isEmpty else {
      return names.map(shown).asList + (hasUnknownKeyName ? AgentKey.unknownNameNote : "")
    }
    return key.name.map { "the connections of agent \(printable($0)) in the dashboard" }
      ?? "the connections that the dashboard gives this key"
  }

  /// A name of `AgentCommand.publishes` for a message.
  private func shown(_ name: String) -> String {
    let end = Bytes(name.utf8).split(separator: UInt8(ascii: ":")).last?.text
    return isNamedAfterApp && end == ConnectionList.unknownName
      ? "one named after the app when it starts" : printable(name)
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
    let environment = AgentCapabilities(version).sessionEnvironment(of: key)
    if environment == .none { return "have none of the app's config vars" }
    let isOfDatabase = environment == .exported && command.settings.database != nil
    return "have the app's config vars, without the key"
      + (isOfDatabase ? " and the databases' URLs" : "")
  }
}

extension AgentCommand {
  /// As a shell needs it. The names for `--export` are as many as the environment's: NAMES.
  fileprivate var words: String {
    let flag = arguments.firstIndex(of: "--export") ?? arguments.endIndex
    let words = (["hoop"] + arguments[..<flag]).map(shellWord)
    return (words + (flag < arguments.endIndex ? ["--export NAMES"] : [])).joined(separator: " ")
  }
}

extension AgentKey {
  /// Placeholder for a key's name that only the gateway knows.
  static let unknownName = "KEYNAME"
  static let unknownNameNote = " (only the gateway knows KEYNAME, the key's name)"
}
