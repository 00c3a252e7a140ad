/// What works, but not as the config vars suggest.
public enum LaunchNotice: Hashable, Sendable {
  /// HOOP_CONNECTION is set, and this key's connections are made in the dashboard.
  case connectionIgnored(AgentKey, AgentVersion)
  /// The sessions of a key with mode=standard have none of the app's config vars.
  case standardKey(AgentKey)
  /// HOOP_REQUIRED is neither on nor off, and so counts as on.
  case unclearRequired(String)

  /// The notice in words.
  public var advice: Advice {
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
    case .unclearRequired(let value):
      return LaunchProblem.notASwitch(name: ConfigVar.required.name, value: value).advice
    }
  }
}
