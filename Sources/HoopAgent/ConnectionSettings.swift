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
      if case .flag(let flag) = entry.setting.description.becomes {
        [flag, entry.value.text]
      } else {
        [] as [String]
      }
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
  init(
    suffix: String, _ variable: (String) -> String?, _ problems: inout [Problem]
  ) {
    for setting in Setting.perConnection {
      let own = "\(setting.name)_\(suffix)"
      // A database brings its own client, which only a command for this very connection replaces.
      let hasOwn = variable(own) != nil
      if setting == .command, database != nil, !hasOwn { continue }
      let source = hasOwn ? own : setting.name
      guard let value = variable(source)?.trimmed(), !value.isEmpty else { continue }
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

  /// All of `names` that ask for something.
  static func all(among names: [String], _ variable: (String) -> String?) -> [AskedSetting] {
    var found: [AskedSetting] = []
    for setting in Setting.perConnection {
      let prefix = "\(setting.name)_"
      for name in names where name == setting.name || name.utf8.starts(with: prefix.utf8) {
        guard let value = variable(name)?.trimmed(), !value.isEmpty else { continue }
        found.append(
          AskedSetting(
            name: name, setting: setting, suffix: setting.suffix(in: name),
            isURL: setting == .database && SecretText.isURL(value)))
      }
    }
    return found
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
    let known = suffixes.map { "\(asked.setting.name)_\($0)" }
    // A URL of the app's own, such as the attachment HOOP_DATABASE sets in HOOP_DATABASE_URL.
    if asked.isURL {
      return Problem(
        "database-of-no-connection", .notice,
        "\(asked.name) holds a URL, and HOOP_CONNECTION names no connection for it.",
        meaning: ["It is left to the app."], adding(suffix, to: list))
    }
    let near = suffixes.prefix(100).first { known in
      suffix.utf8.count <= 100
        && editDistance(known.utf8.prefix(100), suffix.utf8) <= max(1, suffix.utf8.count / 4)
    }
    return Problem(
      "setting-of-no-connection",
      "\(asked.name) is for a connection that HOOP_CONNECTION does not name.",
      meaning: [
        "Those for its connections are \(few(known)).",
        "No connection is published until this is fixed.",
      ],
      near.map {
        Remedy("Rename it:", .rename(asked.name, to: "\(asked.setting.name)_\($0)"))
      } ?? adding(suffix, to: list))
  }

  private static func adding(_ suffix: String, to list: String) -> Remedy {
    let name = suffix.lowercased().split(separator: "_").joined(separator: "-")
    return Remedy(
      "To publish that connection, add it to HOOP_CONNECTION:",
      .set(.connection, to: list.isEmpty ? name : "\(list),\(name)"))
  }

  static func settingOfManyConnections(_ name: String, _ connections: [String]) -> Problem {
    Problem(
      "setting-of-many-connections",
      "\(name) is for \(few(connections.map { quoted($0) })) alike.",
      meaning: [
        "In the name of a config var an underscore replaces all but letters and digits.",
        "No connection is published until this is fixed.",
      ],
      Remedy("Rename one of the connections:", .set(.connection, to: "myapp,myapp-db")))
  }

  /// Settings that this key, or a version before `from`, cannot keep.
  static func settingsNotPossible(
    _ names: [String], _ key: AgentKey, _ version: AgentVersion, from: AgentVersion?
  ) -> Problem {
    let verb = names.count > 1 ? "are" : "is"
    let end = "No connection is published until this is fixed."
    if let from {
      return Problem(
        "settings-not-possible",
        "\(few(names)) \(verb) set, and Hoop agent \(version) cannot do that.",
        meaning: ["Agents can from \(from) on.", end], .useNewestAgent)
    }
    let later = version < AgentCapabilities.exporting ? " and a later agent" : ""
    return Problem(
      "settings-not-possible",
      "\(few(names)) \(verb) set, which has no effect with this key: \(key).",
      meaning: ["The connections of such a key are made and edited in the dashboard.", end],
      Remedy(
        "Set an organisation key (`hoop admin get orgkeys`)\(later), or unset them:",
        .unset(Array(names.prefix(8)))))
  }
}
