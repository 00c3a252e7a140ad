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

  package var database: ConnectionDatabase? {
    for case .database(let database) in entries.map({ $0.value }) { return database }
    return nil
  }

  /// The words of HOOP_COMMAND, a program and its arguments.
  package var command: [String]? {
    for case .command(let words) in entries.map({ $0.value }) { return words }
    return nil
  }

  /// The words for the agent.
  var arguments: [String] {
    entries.flatMap { entry in
      let flag = entry.setting.description.becomes ?? ""
      return flag.utf8.starts(with: "--".utf8) ? [flag, entry.value.text] : []
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

  /// Reads the settings of one connection, and adds a problem for each value that cannot be read.
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

extension Problem {
  /// - Parameters:
  ///   - isURL: Whether it may be the app's own.
  ///   - list: HOOP_CONNECTION.
  static func settingOfNoConnection(
    _ setting: String, _ suffix: String, isURL: Bool, list: String
  ) -> Problem {
    let name = suffix.lowercased().split(separator: "_").joined(separator: "-")
    return Problem(
      "setting-of-no-connection", isURL ? .notice : .error,
      "\(setting) is for a connection that HOOP_CONNECTION does not name.",
      meaning: [isURL ? "Its URL is left to the app." : notPublished],
      Remedy(
        "To publish that connection, add it to HOOP_CONNECTION:",
        .set(.connection, to: "\(list),\(name)")))
  }
}
