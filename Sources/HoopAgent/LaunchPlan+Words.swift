extension LaunchPlan {
  /// What will be published and from where, in one sentence without a full stop.
  package var summary: String {
    let dynos =
      self.dynos.selectsAll
      ? "every process that starts with hoopstart"
      : "the dynos \(self.dynos.patterns.asList) that start with hoopstart"
    return "Publishes \(publication) from \(dynos)"
  }

  /// What will be published: the names the dashboard shows, or whose list it holds.
  package var publication: String {
    let names = commands.flatMap { $0.publishes }.map(printable)
    if !names.isEmpty { return names.asList + (hasUnknownName ? AgentKey.unknownNameNote : "") }
    return key.name.map { "the connections of agent \(printable($0)) in the dashboard" }
      ?? "the connections that the dashboard gives this key"
  }

  /// Whether the names begin with the key's, and that is not in the key.
  var hasUnknownName: Bool {
    key.name == nil && AgentCapabilities(version).connections(of: key) == .listed
  }

  /// What was asked for each connection, a line for each for which something was.
  package var settingsInWords: [String] {
    commands.compactMap { command in
      let rows = command.settings.rows
      if rows.isEmpty { return nil }
      let words = rows.map { "\($0.label.lowercased()) \($0.lines.joined(separator: " "))" }
      return "\(command.publishes.map(printable).asList): \(words.joined(separator: "; "))"
    }
  }
}

extension AgentKey {
  /// What stands in the place of a key's name that the gateway alone knows.
  static let unknownName = "KEYNAME"
  static let unknownNameNote = " (the gateway alone knows KEYNAME, the key's name)"
}

extension [String] {
  /// `a`, `a and b`, `a, b and c`.
  package var asList: String {
    guard let last, count > 1 else { return first ?? "" }
    return "\(dropLast().joined(separator: ", ")) and \(last)"
  }
}
