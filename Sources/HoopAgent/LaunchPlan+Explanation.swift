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
      Row("Key", "\(key), \(key.form(for: version))"),
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
      rows.append(Row("Publishes", names.isEmpty ? publication : names.asList))
      rows.append(Row("Command", words))
    }
    if let connectionVariable {
      rows.append(Row("With", "HOOP_CONNECTION=\(shellWord(connectionVariable))"))
    }
    return rows
  }
}

/// `word` as a shell needs it.
private func shellWord(_ word: String) -> String {
  let plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.,:/@%+="
  if !word.isEmpty, word.allSatisfy({ plain.contains($0) }) { return word }
  var quoted = "'"
  for character in printable(word) { quoted += character == "'" ? "'\\''" : String(character) }
  return quoted + "'"
}
