/// What looks like a secret in any text: the user and password of a URL, a part of a key, a
/// password's assignment.
package enum SecretText {
  /// Whether `text` may hold a secret. One that is longer than a config var can be is not looked
  /// through, and counts as one that does.
  package static func isLikely(in text: String) -> Bool {
    guard text.utf8.count <= AgentKey.maximumBytes else { return true }
    let masked = masked(Array(text.utf8))
    return masked != text
  }

  static func isURL(_ text: String) -> Bool { Bytes(text.utf8).range(of: "://") != nil }

  /// `text` with `***` in the place of what looks like a secret.
  static func masked(_ text: [UInt8]) -> String {
    guard text.contains(where: { "@/=-".utf8.contains($0) }) else {
      return String(decoding: text, as: UTF8.self)
    }
    var shown: [UInt8] = []
    var rest = text[...]
    while !rest.isEmpty {
      let word = rest.prefix { $0 > 0x20 }
      shown += self.word(word)
      rest = rest[word.endIndex...]
      if let byte = rest.popFirst() { shown.append(byte) }
    }
    return String(decoding: shown, as: UTF8.self)
  }

  private static let mask = Array("***".utf8)

  private static func word(_ word: Bytes) -> [UInt8] {
    var word = word
    // What gateways begin every secret with, from 1.16 on (hoop: common/dsnkeys/dsnkeys.go).
    if let start = word.range(of: "xagt-")?.lowerBound {
      let end = word[start...].firstIndex { "@/?#,;".utf8.contains($0) } ?? word.endIndex
      word = Array(word[..<start] + mask + word[end...])[...]
    }
    return assignments(longPaths(credentials(word)))
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
    return Array(word[..<(start ?? word.startIndex)] + mask + word[at...])[...]
  }

  /// Masks a slash and nearly as many hexadecimal digits as the path of a client key has, or more.
  private static func longPaths(_ word: Bytes) -> Bytes {
    var shown: [UInt8] = []
    var rest = word
    while let slash = rest.firstIndex(of: UInt8(ascii: "/")) {
      let digits = rest[(slash + 1)...].prefix { ASCII.isHexDigit($0) }
      shown += rest[...slash] + (digits.count >= 48 ? mask[...] : digits)
      rest = rest[digits.endIndex...]
    }
    return (shown + rest)[...]
  }

  private static let names = ["password=", "passwd=", "secret=", "token="]

  /// Masks the value of `PASSWORD=…` and its like.
  private static func assignments(_ word: Bytes) -> [UInt8] {
    guard word.contains(UInt8(ascii: "=")) else { return Array(word) }
    let lower = word.map { ASCII.lowercased($0) }[...]
    for name in names {
      guard let end = lower.range(of: name)?.upperBound else { continue }
      let value = word.dropFirst(end)
      let after = value.firstIndex { "&;,".utf8.contains($0) } ?? value.endIndex
      if after > value.startIndex { return Array(word.prefix(end) + mask + value[after...]) }
    }
    return Array(word)
  }
}

/// A value for a message: printable, in quotation marks, and cut after 60 characters.
package func quoted(_ value: String) -> String {
  let maximum = 60
  guard value.utf8.count <= AgentKey.maximumBytes else {
    return "a value of \(value.utf8.count) bytes"
  }
  let value = printable(value)
  return "“\(value.prefix(maximum))\(value.count > maximum ? "…" : "")”"
}

/// `text` without secrets, and with every control character, and whatever else could move a
/// terminal's cursor or turn its text around, written as `\u{…}`.
package func printable(_ text: String) -> String {
  let text = Secrets.masked(text)
  // Most texts are plain, and this is the faster way to know.
  if text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) { return text }
  return text.unicodeScalars.map {
    isEscaped($0) ? "\\u{\(String($0.value, radix: 16))}" : String($0)
  }.joined()
}

/// Whether a character is not printed as it is: C0, DEL and C1; invisible and direction-changing
/// characters; line and paragraph separators; the byte order mark; tags.
///
/// Written out, since the tables of Unicode's categories would add a tenth to the executable.
package func isEscaped(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x00...0x1f, 0x7f...0x9f, 0xad, 0x061c, 0x180e, 0x200b...0x200f, 0x2028...0x202e,
    0x2060...0x206f, 0xfeff, 0xfff0...0xfffb, 0xe0000...0xe0fff:
    true
  default: false
  }
}
