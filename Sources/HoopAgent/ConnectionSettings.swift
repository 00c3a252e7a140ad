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

  /// The problem with a suffix that is not among those of the connections in `list`.
  func problem(_ suffixes: [String], list: String) -> Problem {
    let suffix = suffix ?? ""
    let name = suffix.lowercased().split(separator: "_").joined(separator: "-")
    let adding = Remedy(
      "To publish that connection, add it to HOOP_CONNECTION:",
      .set(.connection, to: list.isEmpty ? name : "\(list),\(name)"))
    let near = suffixes.first { known in
      let most = max(1, suffix.utf8.count / 4)
      return abs(known.utf8.count - suffix.utf8.count) <= most && suffix.utf8.count < 100
        && editDistance(known.utf8, suffix.utf8) <= most
    }
    // A URL of the app's own: an attachment called HOOP_DATABASE sets HOOP_DATABASE_URL.
    return Problem(
      "setting-of-no-connection", isURL ? .notice : .error,
      "\(self.name) is for a connection that HOOP_CONNECTION does not name.",
      meaning: [isURL ? "Its URL is left to the app." : Problem.notPublished],
      near.map { Remedy("Rename it:", .rename(self.name, to: "\(setting.name)_\($0)")) } ?? adding)
  }
}

extension LaunchPlanMaker {
  /// A setting that cannot be kept is not dropped: then there is no agent for any connection.
  func checkSettings(
    _ asked: [AskedSetting], _ key: AgentKey, _ connections: [ConnectionList.Name]
  ) {
    let suffixes = connections.map { ConnectionList.suffix(of: $0.shown) }
    let isAlone = key.form == .organisation
    // Without a list that can be read no suffix can be judged, and neither if a name is not known.
    let isListKnown = isAlone && !connections.isEmpty && !connections.contains { $0.isUnknown }
    var (impossible, misplaced): ([AskedSetting], [Problem]) = ([], [])
    for one in asked {
      let owners = one.suffix.map { suffix in
        connections.indices.filter { suffixes[$0] == suffix }.map { connections[$0].shown }
      }
      let isTold = misplaced.count < Self.maximumOfKind
      if owners?.isEmpty == true, isListKnown || !isAlone && one.isURL {
        if isAlone, isTold { misplaced.append(one.problem(suffixes, list: value(.connection))) }
        continue
      }
      if let owners, owners.count > 1, isTold {
        misplaced.append(
          .blocking(
            "setting-of-many-connections",
            "\(one.name) matches the connections \(few(owners.map { quoted($0) })).",
            because: "In its name an underscore replaces everything but letters and digits.",
            "Rename one of the connections:", .set(.connection, to: "myapp,myapp-db")))
      }
      if !isAlone || version < one.setting.description.since ?? version { impossible.append(one) }
    }
    if !impossible.isEmpty { found.append(notPossible(impossible, key)) }
    found += misplaced
  }

  /// The problem with settings that this key or this version cannot keep.
  private func notPossible(_ settings: [AskedSetting], _ key: AgentKey) -> Problem {
    let what = "\(few(settings.map { $0.name })) \(settings.count > 1 ? "are" : "is") set"
    if key.form == .organisation,
      let from = settings.compactMap({ $0.setting.description.since }).max()
    {
      return .blocking(
        "settings-not-possible", "\(what), and Hoop agent \(version) cannot do that.",
        because: "Agents can from \(from) on.", "Use the newest agent in the next build:",
        .useNewest)
    }
    let later = version < AgentCapabilities.exporting ? " and a later agent" : ""
    return .blocking(
      "settings-not-possible", "\(what), which has no effect with this key: \(key).",
      because: "The connections of such a key are made and edited in the dashboard.",
      "Set an organisation key (`hoop admin get orgkeys`)\(later), or unset them:",
      .unset(settings.prefix(8).map { $0.name }))
  }
}
