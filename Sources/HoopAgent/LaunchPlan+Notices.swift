/// Problems with a plan as a whole.
extension Problem {
  package static func unsupportedVersion(_ version: AgentVersion) -> Problem {
    blocking(
      "unsupported-version", "Hoop agent \(version) cannot run beside an app.",
      because: "Agents can from \(AgentVersion.oldestSupported) on.",
      "Set a later version, or use the newest:", .useNewest)
  }

  /// HOOP_CONNECTION is set, and this key's connections are made in the dashboard.
  static func connectionIgnored(_ key: AgentKey, _ version: AgentVersion) -> Problem {
    let first = AgentCapabilities.organisationKeys.noMode
    return Problem(
      "connection-ignored", .notice, "HOOP_CONNECTION is ignored with this key: \(key).",
      meaning: ["The connections of such a key are made in the dashboard, on its agent."],
      Remedy(
        "Unset it, or \(version < first ? "use agent \(first) or later and " : "")set the key that"
          + " `hoop admin get orgkeys` prints:", .unset(.connection)))
  }

  /// The sessions of a key with mode=standard have none of the app's config vars.
  static func standardKey(_ key: AgentKey) -> Problem {
    Problem(
      "standard-key", .notice,
      "Sessions will have none of the app's config vars with this key: \(key).",
      meaning: ["That is so with mode=standard; with mode=embedded they have them."],
      Remedy(
        "To give them to sessions, make a key with `hoop admin create agent NAME --mode embedded`:",
        .set(.key, to: "grpcs://NAME:SECRET@HOST:PORT?mode=embedded")))
  }

  /// The sessions of `hoop run` have none of the app's config vars before 1.21.23.
  static func sessionsWithoutVariables(_ version: AgentVersion) -> Problem {
    Problem(
      "sessions-without-variables", .notice,
      "Sessions will have none of the app's config vars with Hoop agent \(version).",
      meaning: ["Agents hand them over from \(AgentCapabilities.exporting) on."], .useNewestAgent)
  }

  /// The app has a HOOP_DB_URI, which would make a database of every connection.
  static func databaseVariableKept(connections: String) -> Problem {
    let name = Setting.agentDatabase
    let isNamed = connections.split(separator: ",").contains { $0.trimmed() == "myapp-db" }
    let list =
      isNamed ? [] : [Remedy.Assignment(Setting.connection.name, "\(connections),myapp-db")]
    return Problem(
      "database-variable", .notice,
      "\(name) is set, and is kept from the agents and their sessions.",
      meaning: ["An agent that reads it makes every connection that database."],
      Remedy(
        "To publish that database, name a connection for it, such as myapp-db:",
        .set(list + [Remedy.Assignment("\(Setting.database.name)_MYAPP_DB", "env.\(name)")])))
  }

  /// - Parameter isKnown: Whether it is a log level that hides what goes wrong, or none at all.
  static func logLevel(_ value: String, isKnown: Bool) -> Problem {
    Problem(
      "log-level", isKnown ? .notice : .warning,
      isKnown
        ? "With HOOP_LOG_LEVEL=\(value) the agent hides what goes wrong, such as a refused key."
        : "HOOP_LOG_LEVEL is \(quoted(value)), which is not a log level.",
      meaning: [isKnown ? "At level info it says so." : "The agent logs at level info."],
      Remedy("Set it to debug or info, or unset it:", .unset(.logLevel)))
  }
}
