/// The problems with the settings of connections, in words.
extension LaunchProblem {
  static func malformedSetting(
    advice variable: String, _ setting: ConfigVar, _ why: SettingMalformed
  ) -> Advice {
    let longest = 200  // bytes of a line to paste
    let (remedy, usual) =
      switch (setting, why) {
      case (.command, .notPlain), (.command, .notACommand):
        (
          "Put it into a script of the app, and name that; a word has letters, digits and"
            + " _@%+=:,./^~- and no quotes:", "bin/console"
        )
      case (.command, _): ("Name the program and its arguments:", "'bundle exec rails console'")
      case (.review, _): ("Name the groups that approve, with commas between them:", "dba,sre")
      case (.dataMasking, _):
        ("Name the types, with commas between them:", "EMAIL_ADDRESS,PHONE_NUMBER")
      default:
        ("Set the URL, or env. and the name of the config var that holds it:", "env.DATABASE_URL")
      }
    let value =
      switch why {
      case .quotes(let bare) where !bare.isEmpty && bare.utf8.count <= longest: shellWord(bare)
      // The usual one it may well be.
      case .unsetVariable, .url(_, variable: .some): "env.NAME"
      default: usual
      }
    return Advice(
      code: "malformed-setting",
      summary: "\(variable) cannot be read: \(why.words).",
      meaning: [
        "No connection is published without what was asked for it, so no agent is started."
      ],
      remedy: remedy, example: ["heroku config:set \(variable)=\(value)"])
  }

  static func settingOfNoConnection(
    advice variable: String, _ setting: ConfigVar, _ suffixes: [String]
  ) -> Advice {
    let known = suffixes.prefix(8).map { "\(setting.name)_\($0)" }
    return Advice(
      code: "setting-of-no-connection",
      summary: "\(variable) is for no connection that HOOP_CONNECTION names.",
      meaning: [
        "Those for its connections are \(known.asList).",
        "No connection is published without what was asked for it, so no agent is started.",
      ],
      remedy: "Unset it, and set the one that was meant:",
      example: ["heroku config:unset \(variable)"])
  }

  static func settingOfManyConnections(
    advice variable: String, _ connections: [String]
  ) -> Advice {
    Advice(
      code: "setting-of-many-connections",
      summary: "\(variable) is for \(connections.map(quoted).asList) alike.",
      meaning: [
        "In a config var's name an underscore stands for all but letters and digits.",
        "Which of them it is for cannot be told, so no agent is started.",
      ],
      remedy: "Rename one of the connections:",
      example: ["heroku config:set HOOP_CONNECTION=myapp,myapp-db"])
  }

  static func settingsNotPossible(
    advice variables: [String], _ key: AgentKey, _ version: AgentVersion, from: AgentVersion?
  ) -> Advice {
    let verb = variables.count > 1 ? "are" : "is"
    let consequence =
      "No connection is published without what was asked for it, so no agent is started."
    if let from {
      return Advice(
        code: "settings-not-possible",
        summary: "\(variables.asList) \(verb) set, and Hoop agent \(version) cannot do that.",
        meaning: ["Agents can from \(from) on.", consequence],
        remedy: "Take the newest agent with the next build:",
        example: [Advice.takingTheNewest])
    }
    return Advice(
      code: "settings-not-possible",
      summary: "\(variables.asList) \(verb) set, which cannot be kept with this key: \(key).",
      meaning: [
        "The connections of such a key are made and edited in the dashboard.", consequence,
      ],
      remedy: version < AgentCapabilities.exporting
        ? "Set an organisation key (`hoop admin get orgkeys`) and a later agent, or unset them:"
        : "Set an organisation key (`hoop admin get orgkeys`), or unset them:",
      example: ["heroku config:unset \(variables.joined(separator: " "))"])
  }
}
