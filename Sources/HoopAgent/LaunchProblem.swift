/// Why no agent can be started.
package enum LaunchProblem: Error, Hashable, Sendable {
  case notASwitch(name: String, value: String)
  case malformedDynos(String)
  case unsupportedVersion(AgentVersion)
  case noKey
  case malformedKey(variable: String, why: AgentKey.Malformed)
  /// The key's name is another one than HOOP_KEY_NAME asks for, or is not in the key.
  case otherKeyName(wanted: String, found: String?)
  /// This version of the agent does not take such a key.
  case keyNotAccepted(AgentKey, AgentVersion)
  case noConnection
  case malformedConnections(ConnectionList.Malformed)
  /// HOOP_CONNECTION is a list, and this version of the agent takes it for one name.
  case singleConnection(AgentVersion, first: String)
  /// The names of the environment's variables do not fit one argument.
  case tooManyVariables(bytes: Int)
  /// The config vars `variables` ask for what this key, or a version before `from`, cannot do.
  case settingsNotPossible([String], AgentKey, AgentVersion, from: AgentVersion?)
  case malformedSetting(String, of: ConfigVar, SettingMalformed)
  /// A config var has another suffix than any connection.
  case settingOfNoConnection(String, of: ConfigVar, suffixes: [String])
  /// A config var's suffix is that of more than one connection.
  case settingOfManyConnections(String, connections: [String])

  /// The problem in words.
  package var advice: Advice {
    switch self {
    case .notASwitch(let name, let value): Self.notASwitch(name, value)
    case .malformedDynos(let value):
      Advice(
        code: "malformed-dynos",
        summary: DynoSelection.isTooLong(value)
          ? "HOOP_DYNOS is too long: it takes \(DynoSelection.maximumCount) names in"
            + " \(DynoSelection.maximumBytes) bytes."
          : "HOOP_DYNOS is \(quoted(value)), which is no list of dynos.",
        meaning: ["No agent is started until that is clear."],
        remedy: "Name dynos by type and number, with commas between them and * for any number:",
        example: ["heroku config:set HOOP_DYNOS='web.1,worker.*'"])
    case .unsupportedVersion(let version):
      Advice(
        code: "unsupported-version",
        summary: "Hoop agent \(version) cannot run beside an app.",
        meaning: [
          "Versions before \(AgentVersion.oldestSupported) read neither HOOP_DSN nor"
            + " HOOP_CONNECTION in a dyno."
        ],
        remedy: "Set a later version, or take the newest:",
        example: [Advice.takingTheNewest])
    case .noKey:
      Advice(
        code: "no-key",
        summary: "Neither HOOP_KEY nor HOOP_DSN is set.",
        meaning: ["Without a key the agent cannot reach the gateway, so none is started."],
        remedy: "Print the organisation's key with `hoop admin get orgkeys` and set it:",
        example: ["heroku config:set HOOP_KEY='grpcs://…'"])
    case .malformedKey(let variable, let why): Self.malformedKey(variable, why)
    case .otherKeyName(let wanted, let found?):
      Advice(
        code: "other-key-name",
        summary: "This is the key of \(quoted(found)), and HOOP_KEY_NAME asks for"
          + " \(quoted(wanted)).",
        meaning: [
          "A key of another environment would let people run commands in the wrong place,",
          "so no agent is started.",
        ],
        remedy: "Set the key of \(quoted(wanted)), or correct HOOP_KEY_NAME:",
        example: ["heroku config:set HOOP_KEY_NAME=NAME"])
    case .otherKeyName(let wanted, nil):
      Advice(
        code: "other-key-name",
        summary: "This key has no name in it, and HOOP_KEY_NAME asks for \(quoted(wanted)).",
        meaning: [
          "The gateway alone knows whose key it is. What HOOP_KEY_NAME asks cannot be checked,",
          "so no agent is started.",
        ],
        remedy: "Set an agent key, which has its name in it, or unset HOOP_KEY_NAME:",
        example: ["heroku config:unset HOOP_KEY_NAME"])
    case .keyNotAccepted(let key, let version): Self.keyNotAccepted(key, version)
    case .noConnection:
      Advice(
        code: "no-connection",
        summary: "HOOP_CONNECTION is not set.",
        meaning: ["With this agent and key there is nothing to publish, so none is started."],
        remedy: "Name the connections, with commas between them:",
        example: ["heroku config:set HOOP_CONNECTION=myapp"])
    case .malformedConnections(let why): Self.malformedConnections(why)
    case .singleConnection(let version, let first):
      Advice(
        code: "single-connection",
        summary: "HOOP_CONNECTION is a list, and Hoop agent \(version) reads a single name.",
        meaning: [
          "It would publish one connection with commas in its name, so none is started.",
          "Agents from 1.14.15 on read a list.",
        ],
        remedy: "Name one connection, or set a later HOOP_VERSION:",
        example: ["heroku config:set HOOP_CONNECTION=\(shellWord(first))"])
    case .tooManyVariables(let bytes):
      Advice(
        code: "too-many-variables",
        summary: "The names of all config vars have \(bytes) bytes together, and the agent takes"
          + " \(SessionVariables.maximumBytes).",
        meaning: [
          "The agent is told by name what its sessions get; told no names, it would give them the key",
          "too. So no agent is started.",
        ],
        remedy: "Unset those that the app does not need:",
        example: ["heroku config:unset NAME"])
    case .settingsNotPossible(let variables, let key, let version, let from):
      Self.settingsNotPossible(advice: variables, key, version, from: from)
    case .malformedSetting(let variable, let setting, let why):
      Self.malformedSetting(advice: variable, setting, why)
    case .settingOfNoConnection(let variable, let setting, let suffixes):
      Self.settingOfNoConnection(advice: variable, setting, suffixes)
    case .settingOfManyConnections(let variable, let connections):
      Self.settingOfManyConnections(advice: variable, connections)
    }
  }

  private static func notASwitch(_ name: String, _ value: String) -> Advice {
    let values = "\(Switch.on.joined(separator: ", ")), or \(Switch.off.joined(separator: ", "))"
    return Advice(
      code: "not-a-switch",
      summary: "\(name) is \(quoted(value)), which is neither on nor off.",
      meaning: [
        name == ConfigVar.required.name
          ? "It counts as on: without the agent the app does not start."
          : "No agent is started until that is clear."
      ],
      remedy: "Set it to one of \(values), or unset it:",
      example: ["heroku config:unset \(name)"])
  }

  private static func malformedKey(_ variable: String, _ why: AgentKey.Malformed) -> Advice {
    let summary = "\(variable) is no key: \(why.words)."
    if case .mode(let nearest?) = why {
      return Advice(
        code: "malformed-key", summary: summary,
        meaning: ["The agent would refuse it or take it for another kind, so none is started."],
        remedy: "Write the mode in full, which is most likely \(nearest.rawValue):",
        example: [
          "heroku config:set \(variable)='grpcs://NAME:SECRET@HOST:PORT?mode=\(nearest.rawValue)'"
        ])
    }
    return Advice(
      code: "malformed-key", summary: summary,
      meaning: ["The agent would exit at once with such a key, so none is started."],
      remedy: why == .quotes
        ? "Set the key without it; the straight quotes below are for the shell:"
        : "Copy the key again, whole and in quotes:",
      example: ["heroku config:set \(variable)='grpcs://…'"])
  }

  private static func malformedConnections(_ why: ConnectionList.Malformed) -> Advice {
    let code = "malformed-connections"
    let summary = "HOOP_CONNECTION cannot be read: \(why.words)."
    if case .quotes(let bare) = why {
      return Advice(
        code: code, summary: summary,
        meaning: ["They would be part of the connection's name, so no agent is started."],
        remedy: "Set it without them:",
        example: ["heroku config:set HOOP_CONNECTION=\(bare.isEmpty ? "myapp" : shellWord(bare))"])
    }
    if case .unsetVariable(let name) = why, ConnectionList.isVariable(name) {
      return Advice(
        code: code, summary: summary,
        meaning: ["A connection without a name cannot be published, so no agent is started."],
        remedy: "Set that one to the connection's name:",
        example: ["heroku config:set \(name)=NAME"])
    }
    return Advice(
      code: code, summary: summary,
      meaning: ["The agent or the gateway would refuse it, so no agent is started."],
      remedy: "Name each connection once, with commas between them:",
      example: ["heroku config:set HOOP_CONNECTION=myapp-redact,myapp-review"])
  }

  private static func keyNotAccepted(_ key: AgentKey, _ version: AgentVersion) -> Advice {
    let needed = AgentCapabilities.first(taking: key)
    let kind =
      switch (key.form, key.mode) {
      case (.organisation, nil): "organisation keys without mode=multi-connection"
      case (.organisation, _): "organisation keys"
      default: "keys that begin with neither https:// nor http://"
      }
    return Advice(
      code: "key-not-accepted",
      summary: "Hoop agent \(version) does not take this key: \(key).",
      meaning: [
        "Agents take \(kind) from \(needed) on.",
        "This one would never connect, so none is started.",
      ],
      remedy: "Take the newest agent with the next build:",
      example: [Advice.takingTheNewest])
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
      "it refers to the config var \(quoted(name)), which is unset or empty"
    case .unusableVariable(let name):
      "it refers to the config var \(quoted(name)), whose value is not one plain name"
    case .reservedName(let name):
      "\(quoted(name)) looks like env.NAME, which stands for a config var"
    case .controlCharacter(let name): "a name holds a control character: \(quoted(name))"
    case .repeatedName(let name): "it names \(quoted(name)) twice"
    case .quotes: "it has quotation marks around a name"
    case .secret(nil): "it holds a key, or a URL with a password"
    case .secret(let name?):
      "it refers to the config var \(quoted(name)), which holds a key or a URL with a password"
    }
  }
}
