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
    let parts = Self.passwords(in: value).filter { $0.count >= Self.shortestPart }
    for secret in (value.count >= Self.shortestValue ? [value] : []) + parts {
      for form in Self.forms(of: secret) where !texts.contains(form) { texts.append(form) }
    }
    texts.sort { $0.count > $1.count }
  }

  /// `text` with `***` in the place of each secret.
  package func masked(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for secret in texts {
      let parts = bytes[...].parts(separatedBy: secret)
      if parts.count > 1 { bytes = Array(parts.joined(separator: SecretText.mask)) }
    }
    return SecretText.masked(bytes)
  }

  /// What is secret in a URL: its password, and a path of 64 digits (the oldest form of a key).
  private static func passwords(in url: Bytes) -> [Bytes] {
    let rest = url.after("://") ?? url
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
    [Array(text), text.percentDecoded().map { Array($0.utf8) } ?? []].flatMap { form in
      [
        form, encoded(form),
        form.flatMap { "\"\\".utf8.contains($0) ? [UInt8(ascii: "\\"), $0] : [$0] },
        form.flatMap { $0 == UInt8(ascii: "'") ? Array("'\\''".utf8) : [$0] },
      ]
    }.filter { !$0.isEmpty }
  }

  private static func encoded(_ text: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    return text.flatMap { byte in
      ASCII.isAlphanumeric(byte) || "-._~".utf8.contains(byte)
        ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }

  /// Written once, when the process starts, and only read after that.
  nonisolated(unsafe) private static var known = Secrets()

  /// Learns from a variable of this process.
  package static func learn(name: String, value: String) { known.learn(name, value) }

  package static func masked(_ text: String) -> String { known.masked(text) }
}

/// What looks like a secret in any text: the user and password of a URL, a part of a key, a
/// password's assignment.
enum SecretText {
  static let mask = Array("***".utf8)

  /// Whether `text` may hold a secret. One that is longer than a config var can be is not looked
  /// through, and counts as one that does.
  static func isLikely(in text: String) -> Bool {
    text.utf8.count > AgentKey.maximumBytes || masked(Array(text.utf8)) != text
  }

  static func isURL(_ text: String) -> Bool { Bytes(text.utf8).after("://") != nil }

  /// `text` with `***` in the place of what looks like a secret.
  static func masked(_ text: [UInt8]) -> String {
    guard text.contains(where: { "@/=-".utf8.contains($0) }) else { return text[...].text }
    var shown: Bytes = []
    var rest = text[...]
    while !rest.isEmpty {
      let word = rest.prefix { $0 > 0x20 }
      shown += marked(longPaths(credentials(word)))
      rest = rest[word.endIndex...]
      if let byte = rest.popFirst() { shown.append(byte) }
    }
    return shown.text
  }

  /// Masks `NAME:SECRET@`, also if the beginning of the URL is missing, and `USER@` behind `://`.
  private static func credentials(_ word: Bytes) -> Bytes {
    guard let at = word.lastIndex(of: UInt8(ascii: "@")) else { return word }
    let start = word.range(of: "://")?.upperBound
    let inside = word[(start ?? word.startIndex)..<max(at, start ?? at)]
    let password = inside.splitOnce(at: ":").after
    // The path of a URL may have an @, and the name of a key is not a secret.
    guard password != nil || start != nil && !inside.contains(UInt8(ascii: "/")),
      password.map({ ["***", "SECRET"].contains($0.text) }) != true
    else { return word }
    return word[..<(start ?? word.startIndex)] + mask + word[at...]
  }

  /// Masks a slash and nearly as many hexadecimal digits as the path of a client key has, or more.
  private static func longPaths(_ word: Bytes) -> Bytes {
    var (shown, rest): (Bytes, Bytes) = ([], word)
    while let slash = rest.firstIndex(of: UInt8(ascii: "/")) {
      let digits = rest[(slash + 1)...].prefix { ASCII.isHexDigit($0) }
      shown += rest[...slash] + (digits.count >= 48 ? mask[...] : digits)
      rest = rest[digits.endIndex...]
    }
    return shown + rest
  }

  /// What a secret is behind. Gateways begin each with `xagt-`, from 1.16 on (hoop:
  /// common/dsnkeys/dsnkeys.go).
  private static let marks = ["xagt-", "password=", "passwd=", "secret=", "token="]

  /// Masks what is behind the first of each of `marks`.
  private static func marked(_ word: Bytes) -> Bytes {
    marks.reduce(word) { word, mark in
      let lower = word.map { ASCII.lowercased($0) }[...]
      guard let end = lower.range(of: mark)?.upperBound, end < word.count else { return word }
      let (start, rest) = (word.prefix(end), word.dropFirst(end))
      return start + Self.mask + rest.drop { !"&;,".utf8.contains($0) }
    }
  }
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
