extension LaunchPlan {
  /// What will be published and from where, in one sentence without a full stop.
  public var summary: String {
    let dynos =
      self.dynos.selectsAll
      ? "every process that starts with hoopstart"
      : "the dynos \(self.dynos.patterns.asList) that start with hoopstart"
    return "Publishes \(publication) from \(dynos)"
  }

  /// What will be published: the names the dashboard shows, or whose list it holds.
  public var publication: String {
    let names = commands.flatMap { $0.publishes }.map(printable)
    if !names.isEmpty { return names.asList }
    return key.name.map { "the connections of agent \(printable($0)) in the dashboard" }
      ?? "the connections that the dashboard gives this key"
  }
}

extension [String] {
  /// `a`, `a and b`, `a, b and c`.
  public var asList: String {
    guard let last, count > 1 else { return first ?? "" }
    return "\(dropLast().joined(separator: ", ")) and \(last)"
  }
}
