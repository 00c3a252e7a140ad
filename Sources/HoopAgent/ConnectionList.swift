@_spi(_Unicode) import Swift

/// The names in HOOP_CONNECTION.
///
/// The rules are those of hoop 1.14 to 1.19 (agent/main.go, getConnectionList), except that `env.` is
/// looked for after a part is trimmed, and that a name that is empty or repeated is refused here.
package struct ConnectionList: Hashable, Sendable {
  package struct Name: Hashable, Sendable {
    /// As it is written, or as the variable holds it, trimmed.
    let written: String
    /// The name, lower-cased, for the agent.
    package let name: String
    /// The name under which the dashboard shows a connection of `hoop run`.
    package let shown: String
    /// Whether only the running app knows it.
    package let isUnknown: Bool

    fileprivate init(_ name: String) {
      (written, self.name, isUnknown) = (name, name.lowercased(), false)
      shown = ConnectionList.resourceName(name)
    }

    /// The app's name, at build time.
    fileprivate init(unknown reference: String) {
      (written, name, isUnknown) = (reference, "appname", true)
      shown = "one named after the app when it starts"
    }
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

  private static let malformed = MalformedSetting(
    setting: .connection, source: Setting.connection.name)

  /// Parses the value of HOOP_CONNECTION.
  ///
  /// - Parameters:
  ///   - isRunAlone: Whether each name is published by a `hoop run` of its own.
  ///   - isInDyno: Whether `env.HEROKU_APP_NAME` must have a value.
  package init(
    _ value: String, for version: AgentVersion, isRunAlone: Bool = true, isInDyno: Bool = true,
    variable: (String) -> String?
  ) throws(Problem) {
    let malformed = Self.malformed
    let isOld = version < AgentVersion.withoutLists
    let maximum = isOld ? Self.maximumBytesOfOldAgents : AgentKey.maximumBytes
    try malformed.check(value, atMost: maximum)
    let parts = value.items
    guard parts.count == 1 || version >= AgentVersion.readingLists else {
      throw malformed.problem(
        "it is a list, and Hoop agent \(version) reads a single name", parts[0],
        "Name one connection, or set HOOP_VERSION to \(AgentVersion.readingLists) or later:")
    }
    try malformed.require(
      parts.count <= Self.maximumCount,
      "it has \(parts.count) names, and each takes memory; \(Self.maximumCount) are taken")
    for part in parts { try malformed.checkQuotes(part) }
    var names: [Name] = []
    for part in parts { names.append(try Self.name(part, isInDyno: isInDyno, variable)) }
    self.names = names
    var seen: Set<String> = []
    for name in names.map({ isRunAlone ? $0.shown : $0.name }) {
      try malformed.check(name, &seen)
      let length = name.unicodeScalars.count
      try malformed.require(
        length <= Self.maximumNameLength,
        "the name \(quoted(name)) has \(length) characters, and the gateway takes"
          + " \(Self.maximumNameLength)")
      try malformed.require(
        !name.utf8.contains(where: ASCII.isControl),
        "a name holds a control character: \(quoted(name))")
      // The gateway shows such a connection, and never opens a session.
      if isRunAlone, let letter = name.unicodeScalars.first(where: { !$0.isASCII }) {
        throw malformed.problem(
          "the name \(quoted(name)) holds \(quoted(String(letter))), which is not ASCII")
      }
    }
    try malformed.check(joined, atMost: maximum)
  }

  /// The list as the agent reads it, `env.` parts resolved.
  package var joined: String { names.map { $0.name }.joined(separator: ",") }

  private static func name(
    _ part: String, isInDyno: Bool, _ variable: (String) -> String?
  ) throws(Problem) -> Name {
    guard let reference = Reference(part, variable) else {
      try malformed.require(
        !part.lowercased().utf8.starts(with: "env.".utf8),
        "\(quoted(part)) looks like env.NAME, which is the value of a config var")
      return Name(part)
    }
    let (name, found) = (reference.name, reference.value)
    if found.isEmpty, !reference.isKey {
      if name == appName, !isInDyno { return Name(unknown: part) }
      let why = reference.flaw("which is unset or empty")
      if name == appName {
        throw malformed.problem(
          why, nil, "Have Heroku set that variable in each dyno, or name the connection yourself:",
          [.run("heroku labs:enable runtime-dyno-metadata"), .set(.connection, to: "myapp")])
      }
      throw malformed.problem(
        why, nil, "Set that config var to the connection's name:",
        [.set(shellWord(name), to: "myapp")])
    }
    try malformed.require(
      !reference.isKey && !SecretText.isLikely(in: found),
      reference.flaw("which holds a key or a URL with a password"))
    // An agent that splits the list itself would read other names.
    try malformed.require(
      !found.utf8.contains(UInt8(ascii: ",")) && !found.isQuoted
        && !found.lowercased().utf8.starts(with: "env.".utf8),
      reference.flaw("whose value is not one plain name"))
    return Name(found)
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

  /// What follows a setting's name for the connection that the dashboard shows as `shown`.
  package static func suffix(of shown: String) -> String {
    shown.uppercased().unicodeScalars.map { scalar in
      scalar.isASCII && ASCII.isAlphanumeric(UInt8(ascii: scalar)) ? String(scalar) : "_"
    }.joined()
  }

  /// Those of all names in a list, whether or not it can be published.
  static func suffixes(of value: String, _ variable: (String) -> String?) -> [String] {
    value.items.prefix(maximumCount).map { part in
      suffix(of: resourceName(Reference(part, variable)?.value ?? part))
    }
  }
}

extension ConnectionList.Name {
  /// A notice if the name may not be what was meant: the dashboard shows another one, or it looks
  /// like several names, or like a shell's variable.
  var notice: Problem? {
    let isUnusual = written.unicodeScalars.contains { "$;".unicodeScalars.contains($0) }
    if shown == name && !isUnusual || isUnknown { return nil }
    return Problem(
      "connection-name", .notice,
      "The connection \(quoted(written)) is published as \(quoted(shown)).",
      meaning: [
        "The agent lower-cases a name, takes accents off, and replaces spaces. Only commas separate"
          + " names, and no shell reads them."
      ],
      Remedy(
        "If that is not what you meant, write names with commas, and env.NAME for a variable's value:",
        .set(.connection, to: "myapp,env.HEROKU_APP_NAME")))
  }
}
