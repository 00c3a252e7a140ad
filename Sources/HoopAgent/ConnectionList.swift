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
    if SecretText.isLikely(in: value) {
      throw .malformedConnections("it holds a key, or a URL with a password")
    }
    let parts = Self.parts(of: value)
    guard parts.count <= Self.maximumCount else {
      throw .malformedConnections(
        "it has \(parts.count) names, and each takes memory; \(Self.maximumCount) are taken")
    }
    guard !parts.contains(where: Quotes.areAround) else {
      let bare = Quotes.removed(from: value)
      throw .malformedConnections(
        "it has quotation marks around a name", "Set it without them:",
        .set(.connection, to: bare.isEmpty ? "myapp" : bare))
    }
    var names: [Name] = []
    var seen: Set<String> = []
    for part in parts {
      let name = try Self.name(part, isInDyno: isInDyno, variable)
      try name.check(isRunAlone ? name.shown : name.name, isRunAlone, &seen)
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
    _ part: String, isInDyno: Bool, _ variable: (String) -> String?
  ) throws(Problem) -> Name {
    guard let name = Bytes(part.utf8).rest(after: "env.")?.text else {
      let lower = part.lowercased()
      guard !lower.utf8.starts(with: "env.".utf8) else {
        throw .malformedConnections(
          "\(quoted(part)) looks like env.NAME, which is the value of a config var")
      }
      return Name(written: part, name: lower, shown: resourceName(part), isUnknown: false)
    }
    let source = "it refers to the config var \(quoted(name)), "
    let found = isVariable(name) ? (variable(name) ?? "").trimmed() : ""
    // A longer value is too long for a name too, and that is the problem then.
    guard
      name != Setting.key.name, name != Setting.dsn.name,
      found.utf8.count > AgentKey.maximumBytes || !SecretText.isLikely(in: found)
    else { throw .malformedConnections("\(source)which holds a key or a URL with a password") }
    guard !found.isEmpty else {
      let why = "\(source)which is unset or empty"
      guard name == appName else {
        throw .malformedConnections(
          why, "Set that one to the connection's name:",
          .set(isVariable(name) ? name : "NAME", to: "myapp"))
      }
      guard !isInDyno else {
        throw .malformedConnections(
          why, "Have Heroku set that variable in each dyno, or name the connection yourself:",
          .run("heroku labs:enable runtime-dyno-metadata"), .set(.connection, to: "myapp"))
      }
      return Name(written: part, name: unknownName, shown: unknownName, isUnknown: true)
    }
    let lower = found.lowercased()
    // An agent that splits the list itself would read other names.
    guard !lower.utf8.contains(UInt8(ascii: ",")), !lower.utf8.starts(with: "env.".utf8),
      !Quotes.areAround(lower)
    else { throw .malformedConnections("\(source)whose value is not one plain name") }
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

extension ConnectionList.Name {
  /// - Parameters:
  ///   - name: As it is published.
  ///   - seen: The names before it.
  fileprivate func check(
    _ name: String, _ isRunAlone: Bool, _ seen: inout Set<String>
  ) throws(Problem) {
    let (length, most) = (name.unicodeScalars.count, ConnectionList.maximumNameLength)
    let why: String
    if name.isEmpty {
      why = "it holds an empty name"
    } else if !seen.insert(name).inserted {
      why = "it names \(quoted(name)) twice"
    } else if length > most {
      why = "the name \(quoted(name)) has \(length) characters, and the gateway takes \(most)"
    } else if name.utf8.contains(where: ASCII.isControl) {
      why = "a name holds a control character: \(quoted(name))"
    } else if isRunAlone, let letter = name.unicodeScalars.first(where: { !$0.isASCII }) {
      // The gateway shows such a connection, and never opens a session.
      why = "the name \(quoted(written)) holds \(quoted(String(letter))), which is not ASCII"
    } else {
      return
    }
    throw .malformedConnections(why)
  }

  private var hasSeparator: Bool { written.unicodeScalars.contains { $0 == ";" || $0.isSpace } }

  /// A notice if the name may not be what was meant: the dashboard shows another one, or it looks
  /// like several names, or like a shell's variable.
  var notice: Problem? {
    let isVariable = written.utf8.first == UInt8(ascii: "$")
    guard shown != name || hasSeparator || isVariable else { return nil }
    var (remedy, meant) = ("To see the same name everywhere, set it so:", shown)
    if isVariable {
      remedy = "No shell reads it. To publish the value of a variable, write env. before its name:"
      meant = "env.\(written.trimmed { "${}".unicodeScalars.contains($0) })"
    } else if hasSeparator {
      remedy = "Only commas separate names. If these are several:"
      meant = written.split { $0 == ";" || $0.isWhitespace }.joined(separator: ",")
    }
    return Problem(
      "connection-name", .notice,
      "The connection \(quoted(written)) is published as \(quoted(shown)).",
      meaning: ["The agent lower-cases a name, takes accents off, and replaces spaces."],
      Remedy(remedy, .set(.connection, to: meant)))
  }
}

extension Problem {
  static func noConnection() -> Problem {
    blocking(
      "no-connection", "HOOP_CONNECTION is not set.",
      because: "With this agent and key there is nothing to publish.",
      "Name the connections, separated by commas:", .set(.connection, to: "myapp"))
  }

  fileprivate static func malformedConnections(
    _ why: String, _ remedy: String = "Name each connection once, separated by commas:",
    _ steps: Remedy.Step...
  ) -> Problem {
    let steps = steps.isEmpty ? [Remedy.Step.set(.connection, to: "myapp,myapp-db")] : steps
    return Problem(
      "malformed-connections", "HOOP_CONNECTION cannot be read: \(why).",
      meaning: ["No connection is published until this is fixed."], Remedy(remedy, steps: steps))
  }

  static func singleConnection(_ version: AgentVersion, first: String) -> Problem {
    blocking(
      "single-connection",
      "HOOP_CONNECTION is a list, and Hoop agent \(version) reads a single name.",
      because: "Agents read a list from 1.14.15 on.",
      "Name one connection, or set a later HOOP_VERSION:", .set(.connection, to: first))
  }
}
