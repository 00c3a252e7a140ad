/// Why no agent can be started.
public enum LaunchProblem: Error, Hashable, Sendable {
  case notASwitch(name: String, value: String)
  case malformedDynos(String)
  case unsupportedVersion(AgentVersion)
  case noKey
  case malformedKey(variable: String, why: AgentKey.Malformed)
  case otherKeyName(wanted: String, found: String?)
  case noConnection
  case malformedConnections(ConnectionList.Malformed)

  /// The problem in words.
  public var advice: Advice {
    switch self {
    case .notASwitch(let name, let value):
      let values = "\(Switch.on.joined(separator: ", ")), or \(Switch.off.joined(separator: ", "))"
      return Advice(
        code: "not-a-switch",
        summary: "\(name) is \(quoted(value)), which is neither on nor off.",
        meaning: ["No agent is started until that is clear."],
        remedy: "Set it to one of \(values), or unset it:",
        example: ["heroku config:unset \(name)"])
    case .malformedDynos(let value):
      return Advice(
        code: "malformed-dynos",
        summary: "HOOP_DYNOS is \(quoted(value)), which is no list of dynos.",
        meaning: ["No agent is started until that is clear."],
        remedy: "Name dynos by type and number, with commas between them and * for any number:",
        example: ["heroku config:set HOOP_DYNOS='web.1,worker.*'"])
    case .unsupportedVersion(let version):
      return Advice(
        code: "unsupported-version",
        summary: "Hoop agent \(version) cannot run beside an app.",
        meaning: [
          "Versions before \(AgentVersion.oldestSupported) read neither HOOP_DSN nor"
            + " HOOP_CONNECTION in a dyno."
        ],
        remedy: "Set a later version, or take the newest:",
        example: ["heroku config:unset HOOP_VERSION"])
    case .noKey:
      return Advice(
        code: "no-key",
        summary: "Neither HOOP_KEY nor HOOP_DSN is set.",
        meaning: ["Without a key the agent cannot reach the gateway, so none is started."],
        remedy: "Make an organisation key with `hoop admin create orgkeys` and set it:",
        example: ["heroku config:set HOOP_KEY='grpcs://…'"])
    case .malformedKey(let variable, let why):
      return Advice(
        code: "malformed-key",
        summary: "\(variable) is no key: \(why.rawValue).",
        meaning: ["The agent would exit at once with such a key, so none is started."],
        remedy: "Copy the key again, whole and in quotes:",
        example: ["heroku config:set \(variable)='grpcs://NAME:SECRET@HOST:PORT?mode=MODE'"])
    case .otherKeyName(let wanted, let found):
      let name = found.map { "the key of \(quoted($0))" } ?? "a key without a name"
      return Advice(
        code: "other-key-name",
        summary: "This is \(name), and HOOP_KEY_NAME asks for \(quoted(wanted)).",
        meaning: [
          "A key of another environment would let people run commands in the wrong place,",
          "so no agent is started.",
        ],
        remedy: "Set the key of \(quoted(wanted)), or correct the guard:",
        example: ["heroku config:set HOOP_KEY_NAME=NAME"])
    case .noConnection:
      return Advice(
        code: "no-connection",
        summary: "HOOP_CONNECTION is not set.",
        meaning: ["With this agent and key there is nothing to publish, so none is started."],
        remedy: "Name the connections, with commas between them:",
        example: ["heroku config:set HOOP_CONNECTION=myapp"])
    case .malformedConnections(let why):
      return Advice(
        code: "malformed-connections",
        summary: "HOOP_CONNECTION cannot be read: \(why.words).",
        meaning: ["The agent or the gateway would refuse it, so no agent is started."],
        remedy: "Name each connection once, with commas between them:",
        example: ["heroku config:set HOOP_CONNECTION=myapp-redact,myapp-review"])
    }
  }
}

/// What the config vars say in vain.
public enum LaunchNotice: Hashable, Sendable {
  /// HOOP_CONNECTION is set, and this key's connections are made in the dashboard.
  case connectionIgnored(AgentKey)

  /// The notice in words.
  public var advice: Advice {
    switch self {
    case .connectionIgnored(let key):
      Advice(
        code: "connection-ignored",
        summary: "HOOP_CONNECTION is ignored with this key: \(key).",
        meaning: ["The connections of such a key are made in the dashboard, on its agent."],
        remedy: "Unset HOOP_CONNECTION, or set an organisation key (`hoop admin create orgkeys`):",
        example: ["heroku config:unset HOOP_CONNECTION"])
    }
  }
}

extension ConnectionList.Malformed {
  fileprivate var words: String {
    switch self {
    case .tooLong(let bytes):
      "it has \(bytes) bytes, and the agent takes \(ConnectionList.maximumBytes)"
    case .nameTooLong(let bytes):
      "a name has \(bytes) bytes, and the agent takes \(ConnectionList.maximumNameBytes)"
    case .emptyName: "it holds an empty name"
    case .unsetVariable(let name):
      "it refers to the variable \(quoted(name)), which is unset or empty"
    case .unusableVariable(let name):
      "it refers to the variable \(quoted(name)), whose value is not a single name"
    case .reservedName(let name): "\(quoted(name)) looks like a variable, whose prefix is env."
    case .controlCharacter(let name): "a name holds a control character: \(quoted(name))"
    case .repeatedName(let name): "it names \(quoted(name)) twice"
    }
  }
}
