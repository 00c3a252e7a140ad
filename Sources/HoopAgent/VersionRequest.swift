/// What HOOP_VERSION asks for: the newest release, or one by its version.
package enum VersionRequest: Hashable, Sendable {
  case latest
  case exact(AgentVersion)

  /// Parses the value of HOOP_VERSION. Unset, empty and `latest` ask for the newest; a leading `v`
  /// and white space around the value are ignored, as the agent's own updater ignores them.
  ///
  /// - Returns: nil where the value is neither `latest` nor a version.
  package init?(_ value: String?) {
    let text = (value ?? "").trimmed()
    if text.isEmpty || text == "latest" {
      self = .latest
      return
    }
    guard let version = AgentVersion(text.hasPrefix("v") ? text.dropFirst() : text[...]) else {
      return nil
    }
    self = .exact(version)
  }
}
