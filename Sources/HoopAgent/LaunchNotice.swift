/// What works, but not as the config vars suggest.
package enum LaunchNotice: Hashable, Sendable {
  /// HOOP_CONNECTION is set, and this key's connections are made in the dashboard.
  case connectionIgnored(AgentKey, AgentVersion)
  /// The sessions of a key with mode=standard have none of the app's config vars.
  case standardKey(AgentKey)
  /// The sessions of `hoop run` have none of the app's config vars before 1.21.23.
  case sessionsWithoutVariables(AgentVersion)
  /// The app has a HOOP_DB_URI, which would make a database of every connection.
  case databaseVariableKept
  /// HOOP_REQUIRED is neither on nor off, and so counts as on.
  case unclearRequired(String)

  /// The notice in words.
  package var advice: Advice {
    switch self {
    case .connectionIgnored(let key, let version):
      let named =
        version < AgentCapabilities.withoutLists
        ? ("an agent key with mode=embedded", "hoop admin create agent NAME --mode embedded")
        : ("an organisation key", "hoop admin get orgkeys")
      return Advice(
        code: "connection-ignored",
        summary: "HOOP_CONNECTION is ignored with this key: \(key).",
        meaning: ["The connections of such a key are made in the dashboard, on its agent."],
        remedy: "Unset HOOP_CONNECTION, or set \(named.0) (`\(named.1)`):",
        example: ["heroku config:unset HOOP_CONNECTION"])
    case .standardKey(let key):
      return Advice(
        code: "standard-key",
        summary: "Sessions will have none of the app's config vars with this key: \(key).",
        meaning: ["That is so with mode=standard; with mode=embedded they have them."],
        remedy: "Make a key that has them with `hoop admin create agent NAME --mode embedded`:",
        example: ["heroku config:set HOOP_KEY='grpcs://NAME:SECRET@HOST:PORT?mode=embedded'"])
    case .sessionsWithoutVariables(let version):
      return Advice(
        code: "sessions-without-variables",
        summary: "Sessions will have none of the app's config vars with Hoop agent \(version).",
        meaning: ["Agents hand them over from \(AgentCapabilities.exporting) on."],
        remedy: "Take the newest agent with the next build:",
        example: ["heroku config:unset HOOP_VERSION"])
    case .databaseVariableKept:
      let name = SecretVariable.agentDatabase
      return Advice(
        code: "database-variable",
        summary: "\(name) is set, and is kept from the agents and their sessions.",
        meaning: ["An agent that reads it makes every connection that database."],
        remedy: "To publish that database, set it for a connection, such as myapp-db:",
        example: ["heroku config:set HOOP_DATABASE_MYAPP_DB=env.\(name)"])
    case .unclearRequired(let value):
      return LaunchProblem.notASwitch(name: ConfigVar.required.name, value: value).advice
    }
  }
}
