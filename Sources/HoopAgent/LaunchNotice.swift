/// What works, but not as the config vars suggest.
package enum LaunchNotice: Hashable, Sendable {
  /// HOOP_CONNECTION is set, and this key's connections are made in the dashboard.
  case connectionIgnored(AgentKey, AgentVersion)
  /// The sessions of a key with mode=standard have none of the app's config vars.
  case standardKey(AgentKey, AgentVersion)
  /// The sessions of `hoop run` have none of the app's config vars before 1.21.23.
  case sessionsWithoutVariables(AgentVersion)
  /// The app has a HOOP_DB_URI, which would make a database of every connection.
  case databaseVariableKept(connections: String)
  /// HOOP_REQUIRED is neither on nor off, and so counts as on.
  case unclearRequired(String)

  /// The notice in words.
  package var advice: Advice {
    switch self {
    case .connectionIgnored(let ignoring, let version):
      let organisation = AgentCapabilities.organisationKeys.noMode
      let isListed = version < AgentCapabilities.withoutLists
      let key =
        "the key that `hoop admin \(isListed ? "create agent NAME --mode embedded" : "get orgkeys")`"
        + " prints"
      let other =
        isListed || version >= organisation
        ? "set \(key)" : "take agent \(organisation) or later and \(key)"
      return Advice(
        code: "connection-ignored",
        summary: "HOOP_CONNECTION is ignored with this key: \(ignoring).",
        meaning: ["The connections of such a key are made in the dashboard, on its agent."],
        remedy: "Unset HOOP_CONNECTION, or \(other):",
        example: ["heroku config:unset HOOP_CONNECTION"])
    case .standardKey(let key, let version):
      let names =
        version < AgentCapabilities.withoutLists
        ? ["Agent \(version) then publishes what HOOP_CONNECTION names."] : []
      return Advice(
        code: "standard-key",
        summary: "Sessions will have none of the app's config vars with this key: \(key).",
        meaning: ["That is so with mode=standard; with mode=embedded they have them."] + names,
        remedy: "Make a key that has them with `hoop admin create agent NAME --mode embedded`:",
        example: ["heroku config:set HOOP_KEY='grpcs://NAME:SECRET@HOST:PORT?mode=embedded'"])
    case .sessionsWithoutVariables(let version):
      return Advice(
        code: "sessions-without-variables",
        summary: "Sessions will have none of the app's config vars with Hoop agent \(version).",
        meaning: ["Agents hand them over from \(AgentCapabilities.exporting) on."],
        remedy: "Take the newest agent with the next build:",
        example: [Advice.takingTheNewest])
    case .databaseVariableKept(let connections):
      let isNamed = connections.split(separator: ",").contains { $0.trimmed() == "myapp-db" }
      let name = SecretVariable.agentDatabase
      return Advice(
        code: "database-variable",
        summary: "\(name) is set, and is kept from the agents and their sessions.",
        meaning: ["An agent that reads it makes every connection that database."],
        remedy: "To publish that database, name a connection for it, such as myapp-db:",
        example: [
          "heroku config:set \(isNamed ? "" : "HOOP_CONNECTION=\(shellWord("\(connections),myapp-db")) ")"
            + "HOOP_DATABASE_MYAPP_DB=env.\(name)"
        ])
    case .unclearRequired(let value):
      return LaunchProblem.notASwitch(name: ConfigVar.required.name, value: value).advice
    }
  }
}
