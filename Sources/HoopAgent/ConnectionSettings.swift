/// What a connection of `hoop run` offers, and who approves it.
///
/// Each comes from a config var for every connection, such as HOOP_REVIEW, or from one with the
/// connection's name behind it, HOOP_REVIEW_MYAPP_DB, which wins; an empty value turns it off.
package struct ConnectionSettings: Hashable, Sendable {
  package internal(set) var command: EntrypointCommand?
  package internal(set) var groups: ApprovalGroups?
  package internal(set) var types: MaskingTypes?
  package internal(set) var database: ConnectionDatabase?

  /// The config vars, in the order in which they are told.
  static let variables: [ConfigVar] = [.command, .review, .dataMasking, .database]

  /// The words for the agent.
  var arguments: [String] {
    (command.map { ["--command", $0.line] } ?? []) + (groups.map { ["--review", $0.list] } ?? [])
      + (types.map { ["--data-masking", $0.list] } ?? [])
  }

  /// What stands behind a config var's name for the connection `name`, as the dashboard shows it.
  static func suffix(of name: String) -> String {
    var suffix = ""
    for scalar in name.uppercased().unicodeScalars {
      let isPlain = scalar.isASCII && ASCII.isAlphanumeric(UInt8(ascii: scalar))
      suffix.unicodeScalars.append(isPlain ? scalar : "_")
    }
    return suffix
  }

  /// The names of the variables that ask for a setting, in the order of `variables`, and the config
  /// var that each is of.
  static func asked(
    among names: [String], _ variable: (String) -> String?
  ) -> [(name: String, setting: ConfigVar)] {
    var asked: [(name: String, setting: ConfigVar)] = []
    for setting in variables {
      for name in names where isOne(name, of: setting) {
        if variable(name)?.trimmed().isEmpty == false { asked.append((name, setting)) }
      }
    }
    return asked
  }

  private static func isOne(_ name: String, of setting: ConfigVar) -> Bool {
    name == setting.name || name.utf8.starts(with: "\(setting.name)_".utf8)
  }

  /// Reads those of the connections `shown`, which are the dashboard's names.
  ///
  /// - Parameters:
  ///   - names: the names of the variables, in the order in which they are told.
  ///   - problems: get one for each variable that cannot be read or is for no one connection.
  static func read(
    for shown: [String], among names: [String], _ variable: (String) -> String?,
    _ problems: inout [LaunchProblem]
  ) -> [ConnectionSettings] {
    // Of a list that cannot be read enough is said.
    if shown.isEmpty { return [] }
    let suffixes = shown.map(suffix)
    for setting in variables {
      let prefix = "\(setting.name)_"
      for name in names where name.utf8.starts(with: prefix.utf8) {
        let suffix = String(decoding: Array(name.utf8.dropFirst(prefix.utf8.count)), as: UTF8.self)
        let meant = zip(shown, suffixes).filter { $0.1 == suffix }.map { $0.0 }
        if meant.isEmpty {
          problems.append(.settingOfNoConnection(name, of: setting, suffixes: suffixes))
        } else if meant.count > 1 {
          problems.append(.settingOfManyConnections(name, connections: meant))
        }
      }
    }
    var settings: [ConnectionSettings] = []
    for suffix in suffixes { settings.append(one(suffix, variable, &problems)) }
    return settings
  }

  private static func one(
    _ suffix: String, _ variable: (String) -> String?, _ problems: inout [LaunchProblem]
  ) -> ConnectionSettings {
    var settings = ConnectionSettings()
    func read(
      _ setting: ConfigVar, _ parse: (String, _ source: String) throws(SettingMalformed) -> Void
    ) {
      // The one for this connection, else the one for all.
      let own = "\(setting.name)_\(suffix)"
      let source = variable(own) == nil ? setting.name : own
      let value = variable(source) ?? ""
      guard !value.trimmed().isEmpty else { return }
      do throws(SettingMalformed) {
        guard value.utf8.count <= SettingMalformed.maximumBytes else {
          throw SettingMalformed.tooLong(bytes: value.utf8.count)
        }
        if setting != .database, MisplacedSecret.mayBe(in: value) { throw SettingMalformed.secret }
        try parse(value, source)
      } catch {
        let problem = LaunchProblem.malformedSetting(source, of: setting, error)
        // One for all connections is told once.
        if !problems.contains(problem) { problems.append(problem) }
      }
    }
    read(.database) { value, source throws(SettingMalformed) in
      settings.database = try ConnectionDatabase(value, of: source, variable: variable)
    }
    read(.review) { value, _ throws(SettingMalformed) in
      settings.groups = try ApprovalGroups(value)
    }
    read(.dataMasking) { value, _ throws(SettingMalformed) in
      settings.types = try MaskingTypes(value)
    }
    // A database brings its own, which only a command for this very connection replaces.
    if settings.database == nil || variable("\(ConfigVar.command.name)_\(suffix)") != nil {
      read(.command) { value, _ throws(SettingMalformed) in
        settings.command = try EntrypointCommand(value)
      }
    }
    return settings
  }
}
