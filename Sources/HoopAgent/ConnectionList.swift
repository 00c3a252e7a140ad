@_spi(_Unicode) import Swift

/// The names in HOOP_CONNECTION.
///
/// The rules are those of hoop 1.14 to 1.19 (agent/main.go, getConnectionList), with two repairs:
/// `env.` is looked for after a part is trimmed, and a name that is empty or repeated is refused here
/// instead of at the gateway.
package struct ConnectionList: Hashable, Sendable {
  package struct Name: Hashable, Sendable {
    /// As it is written, or as the variable holds it, trimmed.
    let written: String
    /// The name, lower-cased, for the agent.
    package let name: String
    /// The name under which the dashboard shows a connection of `hoop run`.
    package let shown: String
    /// Whether only the running app knows it: it is `unknownName`.
    package let isUnknown: Bool
  }

  /// In order; none is empty, and none is there twice.
  package let names: [Name]

  /// The most that agents before 1.20 take, in bytes, before and after `env.` parts are resolved.
  static let maximumBytesOfOldAgents = 255
  /// The gateway (1.148.0) stores no longer name, in characters: it answers with an SQL error.
  static let maximumNameLength = 128
  /// Each connection of `hoop run` is a process, which takes 9 MB of memory and later 25.
  static let maximumCount = 100

  /// Heroku sets this variable in a dyno (Dev Center, "Dyno Metadata"); it is not among the config
  /// vars, and not there at build time.
  static let appName = "HEROKU_APP_NAME"
  /// Placeholder for the app's name at build time.
  static let unknownName = "appname"

  /// Parses the value of HOOP_CONNECTION.
  ///
  /// - Parameters:
  ///   - value: Names separated by commas; `env.NAME` is the value of the variable NAME.
  ///   - version: The agent's.
  ///   - isRunAlone: Whether each name is published by a `hoop run` of its own.
  ///   - isInDyno: Whether `env.HEROKU_APP_NAME` must have a value.
  ///   - variable: Looks up such a variable.
  package init(
    _ value: String, for version: AgentVersion, isRunAlone: Bool = true, isInDyno: Bool = true,
    variable: (String) -> String?
  ) throws(Problem) {
    let isOld = version < AgentCapabilities.withoutLists
    let maximum = isOld ? Self.maximumBytesOfOldAgents : AgentKey.maximumBytes
    func check(_ bytes: Int) throws(Problem) {
      if bytes > maximum {
        throw .malformedConnections("it has \(bytes) bytes, and the agent takes \(maximum)")
      }
    }
    try check(value.utf8.count)
    guard !SecretText.isLikely(in: value) else {
      throw .malformedConnections("it holds a key, or a URL with a password")
    }
    let parts = Self.parts(of: value)
    guard parts.count <= Self.maximumCount else {
      throw .malformedConnections(
        "it has \(parts.count) names, and each takes memory; \(Self.maximumCount) are taken")
    }
    if let bare = Quotes.removed(around: parts) {
      let isList =
        (try? ConnectionList(
          bare, for: version, isRunAlone: isRunAlone, isInDyno: isInDyno, variable: variable))
        != nil
      throw .quotedConnections(without: isList ? bare : "")
    }
    var names: [Name] = []
    var seen: Set<String> = []
    for part in parts {
      let name = try Self.name(part, isRunAlone: isRunAlone, isInDyno: isInDyno, variable)
      let shown = isRunAlone ? name.shown : name.name
      guard !shown.isEmpty else { throw .malformedConnections("it holds an empty name") }
      guard seen.insert(shown).inserted else {
        throw .malformedConnections("it names \(quoted(shown)) twice")
      }
      guard shown.unicodeScalars.count <= Self.maximumNameLength else {
        throw .connectionNameTooLong(shown)
      }
      guard !shown.utf8.contains(where: ASCII.isControl) else {
        throw .malformedConnections("a name holds a control character: \(quoted(shown))")
      }
      if isRunAlone, let letter = shown.unicodeScalars.first(where: { !$0.isASCII }) {
        throw .connectionNameNotASCII(name.written, letter)
      }
      names.append(name)
    }
    self.names = names
    try check(joined.utf8.count)
  }

  /// The list as the agent reads it, `env.` parts resolved.
  package var joined: String { names.map { $0.name }.joined(separator: ",") }

  private static func parts(of value: String) -> [String] {
    Bytes(value.utf8).split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { $0.text.trimmed() }
  }

  /// Whether a config var can have this name: a build reads it from a file of that name.
  static func isVariable(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { ASCII.isAlphanumeric($0) || $0 == ASCII.underscore }
  }

  private static func name(
    _ part: String, isRunAlone: Bool, isInDyno: Bool, _ variable: (String) -> String?
  ) throws(Problem) -> Name {
    guard let name = Bytes(part.utf8).rest(after: "env.")?.text else {
      let lower = part.lowercased()
      guard !lower.utf8.starts(with: "env.".utf8) else {
        throw .malformedConnections(
          "\(quoted(part)) looks like env.NAME, which is the value of a config var")
      }
      return Name(written: part, name: lower, shown: resourceName(part), isUnknown: false)
    }
    let found = isVariable(name) ? (variable(name) ?? "").trimmed() : ""
    // A longer value is too long for a name too, and that is the problem then.
    guard
      name != Setting.key.name, name != Setting.dsn.name,
      found.utf8.count > AgentKey.maximumBytes || !SecretText.isLikely(in: found)
    else {
      throw .malformedConnections(
        "it refers to the config var \(quoted(name)), which holds a key or a URL with a password")
    }
    guard !found.isEmpty else {
      guard name == appName, !isInDyno else { throw .unsetConnectionVariable(name) }
      return Name(written: part, name: unknownName, shown: unknownName, isUnknown: true)
    }
    let lower = found.lowercased()
    // An agent that splits the list itself would read other names.
    guard !lower.utf8.contains(UInt8(ascii: ",")), !lower.utf8.starts(with: "env.".utf8),
      !Quotes.areAround(lower)
    else {
      throw .malformedConnections(
        "it refers to the config var \(quoted(name)), whose value is not one plain name")
    }
    return Name(written: found, name: lower, shown: resourceName(found), isUnknown: false)
  }

  /// The name under which the dashboard shows what `hoop run --name NAME` publishes.
  ///
  /// The agent lower-cases the name, takes its accents off, and makes spaces underscores (hoop:
  /// client/cmd/admin/apiutils.go, NormalizeResourceName; before 1.20.6 it drops spaces, but takes
  /// no organisation key).
  static func resourceName(_ name: String) -> String {
    // The accents of Unicode's canonical decomposition, which the standard library has only here.
    var shown = ""
    var letters = name.lowercased()._nfd.makeIterator()
    while let letter = letters.next() {
      guard letter.properties.canonicalCombiningClass == .notReordered else { continue }
      shown += letter == " " ? "_" : String(letter)
    }
    return shown
  }

  // MARK: Suffixes of settings

  /// What follows a setting's name for the connection that the dashboard shows as `shown`.
  package static func suffix(of shown: String) -> String {
    var suffix = ""
    for scalar in shown.uppercased().unicodeScalars {
      let isPlain = scalar.isASCII && ASCII.isAlphanumeric(UInt8(ascii: scalar))
      suffix.unicodeScalars.append(isPlain ? scalar : "_")
    }
    return suffix
  }

  /// Those of all names in a list, whether or not it can be published.
  static func suffixes(of value: String, _ variable: (String) -> String?) -> [String] {
    parts(of: value).prefix(maximumCount).map { part in
      let name = Bytes(part.utf8).rest(after: "env.").flatMap { variable($0.text) }?.trimmed()
      return suffix(of: resourceName(name ?? part))
    }
  }
}

extension ConnectionList {
  /// What works, but maybe not as it was meant: names that the dashboard shows otherwise.
  var notices: [Problem] {
    var notices: [Problem] = []
    func add(_ isOne: (Name) -> Bool, _ notice: ([Name]) -> Problem) {
      let found = names.filter(isOne)
      if !found.isEmpty { notices.append(notice(found)) }
    }
    func isSeparated(_ name: Name) -> Bool {
      name.written.unicodeScalars.contains { $0 == ";" || $0.isSpace }
    }
    add(isSeparated, Problem.connectionSeparators)
    add({ $0.shown != $0.name && !isSeparated($0) }, Problem.connectionsRenamed)
    add({ $0.written.utf8.first == UInt8(ascii: "$") }, Problem.connectionsNotExpanded)
    return notices
  }
}

extension Problem {
  static func noConnection() -> Problem {
    Problem(
      "no-connection", "HOOP_CONNECTION is not set.",
      meaning: ["With this agent and key there is nothing to publish, so no agent is started."],
      Remedy("Name the connections, separated by commas:", .set(.connection, to: "myapp")))
  }

  fileprivate static func malformedConnections(
    _ why: String,
    _ meaning: String = "The agent or the gateway would refuse it, so no agent is started.",
    _ remedy: Remedy = Remedy(
      "Name each connection once, separated by commas:", .set(.connection, to: "myapp,myapp-db"))
  ) -> Problem {
    Problem(
      "malformed-connections", "HOOP_CONNECTION cannot be read: \(why).", meaning: [meaning], remedy
    )
  }

  fileprivate static func quotedConnections(without bare: String) -> Problem {
    malformedConnections(
      "it has quotation marks around a name",
      "They would be part of the connection's name, so no agent is started.",
      Remedy("Set it without them:", .set(.connection, to: bare.isEmpty ? "myapp" : bare)))
  }

  fileprivate static func connectionNameTooLong(_ name: String) -> Problem {
    malformedConnections(
      "the name \(quoted(name)) has \(name.unicodeScalars.count) characters, and the gateway takes"
        + " \(ConnectionList.maximumNameLength)",
      "The agent would never get a session, so none is started.",
      Remedy("Choose a shorter name:", .set(.connection, to: "myapp")))
  }

  fileprivate static func connectionNameNotASCII(_ name: String, _ letter: Unicode.Scalar)
    -> Problem
  {
    malformedConnections(
      "the name \(quoted(name)) holds \(quoted(String(letter)))",
      "The gateway shows such a connection and never opens a session, so no agent is started.",
      Remedy(
        "Use letters from a to z, digits, dashes and underscores:", .set(.connection, to: "myapp")))
  }

  fileprivate static func unsetConnectionVariable(_ name: String) -> Problem {
    let meaning = "A connection without a name cannot be published, so no agent is started."
    let why = "it refers to the config var \(quoted(name)), which is unset or empty"
    if name == ConnectionList.appName {
      return malformedConnections(
        why, meaning,
        Remedy(
          "Have Heroku set that variable in each dyno, or name the connection yourself:",
          .run("heroku labs:enable runtime-dyno-metadata"), .set(.connection, to: "myapp")))
    }
    guard ConnectionList.isVariable(name) else { return malformedConnections(why, meaning) }
    return malformedConnections(
      why, meaning,
      Remedy(
        "Set that one to the connection's name:", .set([Remedy.Assignment(name, "myapp")])))
  }

  static func singleConnection(_ version: AgentVersion, first: String) -> Problem {
    Problem(
      "single-connection",
      "HOOP_CONNECTION is a list, and Hoop agent \(version) reads a single name.",
      meaning: [
        "It would publish one connection with commas in its name, so no agent is started.",
        "Agents read a list from 1.14.15 on.",
      ],
      Remedy(
        "Name one connection, or set a later HOOP_VERSION:", .set(.connection, to: first)))
  }

  fileprivate static func connectionSeparators(_ names: [ConnectionList.Name]) -> Problem {
    let separated = names[0].written.split { $0 == ";" || $0.isWhitespace }.map(String.init)
    return Problem(
      "connection-separator", .notice,
      "Only commas separate names in HOOP_CONNECTION: \(few(names.map { $0.asShown })).",
      meaning: ["A space becomes an underscore; a semicolon is part of the name."],
      Remedy(
        "If these are several connections, separate them with commas:",
        .set(.connection, to: separated.joined(separator: ","))))
  }

  fileprivate static func connectionsRenamed(_ names: [ConnectionList.Name]) -> Problem {
    Problem(
      "connection-renamed", .notice,
      "The dashboard shows other names than HOOP_CONNECTION: \(few(names.map { $0.asShown })).",
      meaning: ["The agent takes accents off the letters of a name."],
      Remedy(
        "To see the same name everywhere, set what the dashboard shows:",
        .set(.connection, to: names[0].shown)))
  }

  fileprivate static func connectionsNotExpanded(_ names: [ConnectionList.Name]) -> Problem {
    let variable = names[0].written.trimmed { "${}".unicodeScalars.contains($0) }
    return Problem(
      "connection-not-expanded", .notice,
      "HOOP_CONNECTION is not read by a shell: \(few(names.map { $0.asShown })).",
      meaning: ["The name is published as it is written, with the dollar sign."],
      Remedy(
        "To publish the value of a variable, write env. before its name:",
        .set(.connection, to: "env.\(variable)")))
  }
}

extension ConnectionList.Name {
  /// Such as `“my app” is one connection, my_app`.
  fileprivate var asShown: String { "\(quoted(written)) is published as \(quoted(shown))" }
}
