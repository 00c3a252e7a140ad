extension LaunchPlan {
  /// What the plan comes from, a line each with its label: for `hoopstart --check` and `bin/check`.
  ///
  /// - Parameters:
  ///   - agent: where the agent is, or comes from.
  ///   - keyName: HOOP_KEY_NAME.
  public func inputs(agent: String, keyName: String?) -> [String] {
    let (source, target) = (keyVariable.source, keyVariable.target)
    let handed = source == target ? "" : ", which agent \(version) reads as \(target)"
    var lines = [
      "Dynos:      \(dynos.selectsAll ? "all carry the agent" : dynos.patterns.asList)",
      "Agent:      \(version), \(agent)",
      "Key:        \(key), \(key.form(for: version))",
      "Key from:   \(source)\(handed)",
    ]
    if let name = keyName?.trimmed(), !name.isEmpty {
      lines.append("Key name:   \(printable(name)), as HOOP_KEY_NAME asks")
    }
    return lines
  }

  /// What the plan does, a line each with its label.
  public var outputs: [String] {
    var lines: [String] = []
    for command in commands {
      let names = command.publishes.map(printable)
      lines += [
        "Publishes:  \(names.isEmpty ? publication : names.asList)",
        "Command:    \((["hoop"] + command.arguments).map(shellWord).joined(separator: " "))",
      ]
    }
    if let connectionVariable {
      lines.append("With:       HOOP_CONNECTION=\(shellWord(connectionVariable))")
    }
    return lines
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
