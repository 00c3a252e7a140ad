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
      let words = (["hoop"] + command.arguments).map(shellWord).joined(separator: " ")
      let isAll = names.isEmpty || hasUnknownName
      rows.append(Row("Publishes", isAll ? publication : names.asList))
      rows.append(Row("Command", words))
      if let list = command.connectionList {
        rows.append(Row("With", "HOOP_CONNECTION=\(shellWord(list))"))
      }
    }
    return rows
  }
}
