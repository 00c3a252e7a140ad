extension AgentKey {
  /// What such a key is called where `version` of the agent is used.
  public func form(for version: AgentVersion) -> String {
    switch mode {
    case _ where isPathKey: "a key of the oldest form, mode embedded"
    case .standard?, .embedded?: "an agent's key, mode \(mode?.rawValue ?? "")"
    case nil where version < .runsConnectionsByName: "a client key"
    case .multiConnection?, nil: "an organisation key"
    }
  }
}
