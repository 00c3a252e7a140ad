extension LaunchPlan {
  /// What the plan comes from: for `hoopstart --check` and `bin/check`.
  ///
  /// - Parameters:
  ///   - agent: where the agent is, or comes from.
  ///   - keyName: HOOP_KEY_NAME.
  package func inputs(agent: String, keyName: String?) -> [Row] {
    let (source, target) = (keyVariable.source, keyVariable.target)
    let handed = source == target ? "" : ", which agent \(version) reads as \(target)"
    var rows = [
      Row("Dynos", dynos.selectsAll ? "all carry the agent" : dynos.patterns.asList),
      Row("Agent", "\(version), \(agent)"),
      Row("Key", "\(key), \(key.kind)"),
      Row("Key from", "\(source)\(handed)"),
    ]
    if let name = keyName?.trimmed(), !name.isEmpty {
      rows.append(Row("Key name", "\(printable(name)), as HOOP_KEY_NAME asks"))
    }
    return rows
  }

  /// What the plan does.
  package var outputs: [Row] {
    var rows: [Row] = []
    for command in commands {
      let names = command.publishes.map(printable)
      let isAll = names.isEmpty || hasUnknownName
      rows.append(Row("Publishes", isAll ? publication : names.asList))
      rows.append(Row("Command", command.words))
      for variable in command.variables {
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

extension ConnectionSettings {
  /// What was asked for, a row each.
  var rows: [Row] {
    (database.map { [Row("Database", $0.url.description)] } ?? [])
      + (command.map { [Row("Entrypoint", $0.line)] } ?? [])
      + (groups.map { [Row("Review", $0.names.map(printable).asList)] } ?? [])
      + (types.map { [Row("Masking", $0.names.asList)] } ?? [])
  }
}
