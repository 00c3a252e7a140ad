/// Problems with a plan as a whole.
extension Problem {
  package static func unsupportedVersion(_ version: AgentVersion) -> Problem {
    Problem(
      "unsupported-version", "Hoop agent \(version) cannot run beside an app.",
      meaning: [
        "Versions before \(AgentVersion.oldestSupported) do not read HOOP_DSN and HOOP_CONNECTION in a"
          + " dyno."
      ],
      Remedy("Set a later version, or use the newest:", .unset(.version, .sha256)))
  }

  /// HOOP_CONNECTION is set, and this key's connections are made in the dashboard.
  static func connectionIgnored(_ key: AgentKey, _ version: AgentVersion) -> Problem {
    let organisation = AgentCapabilities.organisationKeys.noMode
    let isListed = version < AgentCapabilities.withoutLists
    let other =
      "the key that `hoop admin \(isListed ? "create agent NAME --mode embedded" : "get orgkeys")`"
      + " prints"
    let how =
      isListed || version >= organisation
      ? "set \(other)" : "use agent \(organisation) or later and \(other)"
    return Problem(
      "connection-ignored", .notice, "HOOP_CONNECTION is ignored with this key: \(key).",
      meaning: ["The connections of such a key are made in the dashboard, on its agent."],
      Remedy("Unset HOOP_CONNECTION, or \(how):", .unset(.connection)))
  }

  /// The sessions of a key with mode=standard have none of the app's config vars.
  static func standardKey(_ key: AgentKey, _ version: AgentVersion) -> Problem {
    let names =
      version < AgentCapabilities.withoutLists
      ? ["Agent \(version) then publishes what HOOP_CONNECTION names."] : []
    return Problem(
      "standard-key", .notice,
      "Sessions will have none of the app's config vars with this key: \(key).",
      meaning: ["That is so with mode=standard; with mode=embedded they have them."] + names,
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

  static func unknownLogLevel(_ value: String, _ levels: [String]) -> Problem {
    Problem(
      "unknown-log-level", .warning,
      "HOOP_LOG_LEVEL is \(quoted(value)), which is not a log level.",
      meaning: ["The agent logs at level info."],
      Remedy("Set it to one of \(levels.joined(separator: ", ")), or unset it:", .unset(.logLevel)))
  }

  static func quietLogLevel(_ level: String) -> Problem {
    Problem(
      "quiet-log-level", .notice, "With HOOP_LOG_LEVEL=\(level) the agent hides what goes wrong.",
      meaning: ["It says at level info that its key is refused or the gateway cannot be reached."],
      Remedy("Unset it, unless that is what you want:", .unset(.logLevel)))
  }
}
