/// What a connection of `hoop run` offers, and who approves it.
///
/// Each setting comes from a config var for every connection, such as HOOP_REVIEW, or from one with
/// the connection's name behind it, HOOP_REVIEW_MYAPP_DB, which wins; an empty value turns it off.
package struct ConnectionSettings: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    package let setting: Setting
    package let value: SettingValue
  }

  /// What was asked for, in the order of `Setting.allCases`.
  package private(set) var entries: [Entry] = []

  package init() {}

  package subscript(_ setting: Setting) -> SettingValue? {
    entries.first { $0.setting == setting }?.value
  }

  package var database: ConnectionDatabase? {
    if case .database(let database)? = self[.database] { database } else { nil }
  }

  /// The words of HOOP_COMMAND, a program and its arguments.
  package var command: [String]? {
    if case .command(let words)? = self[.command] { words } else { nil }
  }

  /// The words for the agent.
  var arguments: [String] {
    entries.flatMap { entry in
      guard case .flag(let flag) = entry.setting.description.becomes else { return [String]() }
      return [flag, entry.value.text]
    }
  }

  /// A row for each setting.
  package var rows: [Row] {
    entries.map { entry in
      let description = entry.setting.description
      let condition = description.dependsOnGateway ? ", if your gateway supports it" : ""
      return Row(description.label, entry.value.words + condition)
    }
  }

  /// Reads the settings of one connection.
  ///
  /// - Parameter problems: Gets one for each value that cannot be read, but none twice.
  init(suffix: String, _ variable: (String) -> String?, _ problems: inout [Problem]) {
    for setting in Setting.perConnection {
      let own = "\(setting.name)_\(suffix)"
      let hasOwn = variable(own) != nil
      // A database brings its own client, which only a command for this very connection replaces.
      if setting == .command, database != nil, !hasOwn { continue }
      let source = hasOwn ? own : setting.name
      guard let value = variable(source), !value.isEmpty else { continue }
      do throws(Problem) {
        let value = try SettingValue(value, of: setting, from: source, variable)
        entries.append(Entry(setting: setting, value: value))
      } catch {
        // One for all connections is told once.
        if !problems.contains(error) { problems.append(error) }
      }
    }
  }
}

/// A config var that asks for a setting of connections, such as HOOP_REVIEW_MYAPP.
struct AskedSetting {
  let name: String
  let setting: Setting
  /// The connection's, if it is for one alone.
  let suffix: String?
  /// Whether it holds a URL itself, and does not refer to another variable.
  let isURL: Bool

  /// All of `names` that ask for something, in the order of the settings.
  static func all(among names: [String], _ variable: (String) -> String?) -> [AskedSetting] {
    Setting.perConnection.flatMap { setting in
      names.compactMap { name in
        let suffix = setting.suffix(in: name)
        guard name == setting.name || suffix != nil, let value = variable(name), !value.isEmpty
        else { return nil }
        let isURL = setting == .database && SecretText.isURL(value)
        return AskedSetting(name: name, setting: setting, suffix: suffix, isURL: isURL)
      }
    }
  }
}

extension Problem {
  /// A setting whose suffix no connection has.
  ///
  /// - Parameters:
  ///   - suffixes: Those of all connections.
  ///   - list: HOOP_CONNECTION.
  static func settingOfNoConnection(
    _ asked: AskedSetting, _ suffixes: [String], list: String
  ) -> Problem {
    let suffix = asked.suffix ?? ""
    let name = suffix.lowercased().split(separator: "_").joined(separator: "-")
    let adding = Remedy(
      "To publish that connection, add it to HOOP_CONNECTION:",
      .set(.connection, to: list.isEmpty ? name : "\(list),\(name)"))
    // A URL of the app's own: an attachment called HOOP_DATABASE sets HOOP_DATABASE_URL.
    if asked.isURL {
      return Problem(
        "database-of-no-connection", .notice,
        "\(asked.name) holds a URL, and HOOP_CONNECTION names no connection for it.",
        meaning: ["It is left to the app."], adding)
    }
    let near = suffixes.first { known in
      let most = max(1, suffix.utf8.count / 4)
      return abs(known.utf8.count - suffix.utf8.count) <= most && suffix.utf8.count < 100
        && editDistance(known.utf8, suffix.utf8) <= most
    }
    let renaming = near.map {
      Remedy("Rename it:", .rename(asked.name, to: "\(asked.setting.name)_\($0)"))
    }
    return Problem(
      "setting-of-no-connection",
      "\(asked.name) is for a connection that HOOP_CONNECTION does not name.",
      meaning: ["No connection is published until this is fixed."], renaming ?? adding)
  }

  static func settingOfManyConnections(_ name: String, _ connections: [String]) -> Problem {
    blocking(
      "setting-of-many-connections",
      "\(name) is for \(few(connections.map { quoted($0) })) alike.",
      because: "In its name an underscore replaces all but letters and digits.",
      "Rename one of the connections:", .set(.connection, to: "myapp,myapp-db"))
  }

  /// Settings that this key, or a version before `from`, cannot keep.
  static func settingsNotPossible(
    _ names: [String], _ key: AgentKey, _ version: AgentVersion, from: AgentVersion?
  ) -> Problem {
    let code = "settings-not-possible"
    let what = "\(few(names)) \(names.count > 1 ? "are" : "is") set"
    if let from {
      return blocking(
        code, "\(what), and Hoop agent \(version) cannot do that.",
        because: "Agents can from \(from) on.", "Use the newest agent in the next build:",
        .useNewest)
    }
    let later = version < AgentCapabilities.exporting ? " and a later agent" : ""
    return blocking(
      code, "\(what), which has no effect with this key: \(key).",
      because: "The connections of such a key are made and edited in the dashboard.",
      "Set an organisation key (`hoop admin get orgkeys`)\(later), or unset them:",
      .unset(Array(names.prefix(8))))
  }
}
