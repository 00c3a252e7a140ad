/// What must not be printed: keys, and the URLs of databases with their passwords.
///
/// Two things are masked: what this process has learned, in plain, percent-encoded and quoted form,
/// and whatever looks like a secret (`SecretText`).
package struct Secrets: Sendable {
  /// Longer ones first, since one may hold another.
  private var texts: [[UInt8]] = []

  /// Shorter texts are not masked: they would be found in ordinary words.
  private static let (shortestValue, shortestPart) = (8, 4)

  package init() {}

  /// Learns the value of a variable if it is a secret: by the variable's name, or by what it looks
  /// like.
  package mutating func learn(_ name: String, _ value: String) {
    guard Setting.isSecret(name) || SecretText.isLikely(in: value) else { return }
    let value = Bytes(value.trimmed().utf8)
    var found = value.count >= Self.shortestValue ? Self.forms(of: value) : []
    for part in Self.passwords(in: value) where part.count >= Self.shortestPart {
      found += Self.forms(of: part)
    }
    for form in found where !texts.contains(form) { texts.append(form) }
    texts.sort { $0.count > $1.count }
  }

  /// `text` with `***` in the place of each secret.
  package func masked(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for secret in texts {
      let parts = bytes[...].parts(separatedBy: secret)
      if parts.count > 1 { bytes = Array(parts.joined(separator: "***".utf8)) }
    }
    return SecretText.masked(bytes)
  }

  /// What is secret in a URL: its password, and a path of 64 digits (the oldest form of a key).
  private static func passwords(in url: Bytes) -> [Bytes] {
    let rest = url.range(of: "://").map { url[$0.upperBound...] } ?? url
    let authority = rest.prefix { !"/?#".utf8.contains($0) }
    let path = rest[authority.endIndex...].prefix { !"?#".utf8.contains($0) }
    var secrets = path.count == AgentKey.pathKeyLength ? [path.dropFirst()] : []
    // A password that should have been encoded may hold what ends the authority.
    for text in [authority, rest] {
      let at = text.lastIndex(of: UInt8(ascii: "@")) ?? text.startIndex
      if let password = text[..<at].splitOnce(at: ":").after { secrets.append(password) }
    }
    return secrets
  }

  /// The ways in which a text is written: as it is, decoded, percent-encoded, and with the escapes
  /// of JSON and of a shell.
  private static func forms(of text: Bytes) -> [[UInt8]] {
    let decoded = text.percentDecoded().map { Array($0.utf8) } ?? Array(text)
    var forms = [Array(text), decoded]
    for form in [Array(text), decoded] {
      forms.append(encoded(form, digits: Array("0123456789ABCDEF".utf8)))
      forms.append(encoded(form, digits: Array("0123456789abcdef".utf8)))
      forms.append(form.flatMap { "\"\\".utf8.contains($0) ? [UInt8(ascii: "\\"), $0] : [$0] })
      forms.append(form.flatMap { $0 == UInt8(ascii: "'") ? Array("'\\''".utf8) : [$0] })
    }
    return forms
  }

  private static func encoded(_ text: [UInt8], digits: [UInt8]) -> [UInt8] {
    text.flatMap { byte in
      ASCII.isAlphanumeric(byte) || "-._~".utf8.contains(byte)
        ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }

  // MARK: This process's

  /// Written once, when the process starts, and only read after that.
  nonisolated(unsafe) private static var known = Secrets()

  /// Learns from a variable of this process.
  package static func learn(name: String, value: String) { known.learn(name, value) }

  package static func learn(_ variables: [(name: String, value: String)]) {
    for variable in variables { known.learn(variable.name, variable.value) }
  }

  package static func masked(_ text: String) -> String { known.masked(text) }
}

extension Setting {
  /// What an agent of 1.21.23 or later reads the URL of a database from (hoop: client/cmd/run.go).
  package static let agentDatabase = "HOOP_DB_URI"

  /// Whether the value of this variable is always a secret of ours.
  package static func isSecret(_ name: String) -> Bool {
    switch Setting(rawValue: name)?.description.value {
    case .key?, .database?, .url?: true
    default: name == agentDatabase || database.suffix(in: name) != nil
    }
  }

  /// The variables that the app must not have: the key, and the URLs of databases that were set for
  /// the agent. A variable that HOOP_DATABASE refers to is the app's own, and so is a URL under a
  /// name that no connection has, such as HOOP_DATABASE_URL.
  package static func hiddenFromApp(
    among names: [String], variable: (String) -> String?
  ) -> Set<String> {
    var hidden: Set<String> = [key.name, dsn.name]
    let ours = names.filter { $0.utf8.starts(with: database.name.utf8) }
    if ours.isEmpty { return hidden }
    let suffixes = ConnectionList.suffixes(of: connection.value(in: variable) ?? "", variable)
    for name in ours where variable(name).map({ SecretText.isURL($0) }) == true {
      let suffix = database.suffix(in: name)
      if name == database.name || suffix.map({ suffixes.contains($0) }) == true {
        hidden.insert(name)
      }
    }
    return hidden
  }
}
