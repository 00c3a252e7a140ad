import HoopAgent
import Output

/// Variables as `.env` files, `heroku config --shell` and `export -p` write them: `NAME=VALUE` lines,
/// each value bare, in single or in double quotes, with comments at the start of a line or before
/// ` #`. Nothing is ever expanded or run.
package struct EnvFile: Hashable, Sendable {
  package struct Variable: Hashable, Sendable {
    /// Letters, digits and `_`, without a digit first.
    package let name: String
    /// Any bytes but NUL.
    package let value: [UInt8]

    package init(name: String, value: [UInt8]) { (self.name, self.value) = (name, value) }
  }

  /// In the order of the file. If a name is there twice, the last one counts.
  package let variables: [Variable]

  /// The longest file that is read, in bytes: all that an app can have (Dev Center, "Config vars
  /// limits"), every byte of it escaped, with room for comments.
  package static let maximumBytes = 1 << 20

  /// - Parameter name: What a problem calls the file.
  package init(
    _ bytes: some Sequence<UInt8>, named name: String = "the env file"
  ) throws(Problem) {
    var reader = Reader(bytes, name)
    var variables: [Variable] = []
    while let variable = try reader.next() { variables.append(variable) }
    self.variables = variables
  }

  /// A variable from a command line, `NAME=VALUE`. The value is taken as it is.
  ///
  /// - Returns: Nil if there is no name, or no `=`.
  package static func variable(_ word: [UInt8]) -> Variable? {
    guard let equals = word.firstIndex(of: UInt8(ascii: "=")), isName(word[..<equals]) else {
      return nil
    }
    return Variable(
      name: String(decoding: word[..<equals], as: UTF8.self), value: Array(word[(equals + 1)...]))
  }

  static func isName(_ text: ArraySlice<UInt8>) -> Bool {
    guard let first = text.first, !ASCII.isDigit(first) else { return false }
    return text.allSatisfy { ASCII.isAlphanumeric($0) || $0 == ASCII.underscore }
  }
}

/// Reads an `EnvFile` from its first byte to its last.
private struct Reader {
  private var rest: ArraySlice<UInt8>
  private var line = 1
  private let name: String

  private static let newline = UInt8(ascii: "\n")
  private static let backslash = UInt8(ascii: "\\")
  private static let hash = UInt8(ascii: "#")
  private static let single = UInt8(ascii: "'")
  private static let double = UInt8(ascii: "\"")

  init(_ bytes: some Sequence<UInt8>, _ name: String) {
    rest = Array(bytes)[...]
    self.name = name
    let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
    if rest.starts(with: byteOrderMark) { rest = rest.dropFirst(byteOrderMark.count) }
  }

  /// Returns the next variable, or nil at the end.
  mutating func next() throws(Problem) -> EnvFile.Variable? {
    while !rest.isEmpty {
      skipSpace()
      if rest.first == Self.newline {
        rest = rest.dropFirst()
        line += 1
      } else if rest.first == Self.hash {
        rest = rest.drop { $0 != Self.newline }
      } else if !rest.isEmpty {
        return try variable()
      }
    }
    return nil
  }

  private mutating func variable() throws(Problem) -> EnvFile.Variable {
    let export = Array("export".utf8)
    if rest.starts(with: export), rest.dropFirst(export.count).first.map(Self.isSpace) == true {
      rest = rest.dropFirst(export.count)
      skipSpace()
    }
    let content = rest.prefix { $0 != Self.newline }
    guard let equals = content.firstIndex(of: UInt8(ascii: "=")) else {
      throw malformed("it has no = after a name")
    }
    var name = content[..<equals]
    while name.last.map(Self.isSpace) == true { name = name.dropLast() }
    guard EnvFile.isName(name) else {
      throw malformed(
        "its name has other characters than letters, digits and _, or begins with a digit")
    }
    rest = rest[(equals + 1)...]
    skipSpace()
    let first = line
    let value = try value()
    if value.contains(0) { throw malformed("it has a NUL byte", in: first) }
    return EnvFile.Variable(name: String(decoding: name, as: UTF8.self), value: value)
  }

  private mutating func value() throws(Problem) -> [UInt8] {
    guard rest.first == Self.single || rest.first == Self.double else { return bare() }
    let first = line
    let afterQuote = "something follows the closing quote"
    var value: [UInt8] = []
    // Pieces without a space between them are one word, as in a shell.
    while let byte = rest.first, !Self.isSpace(byte), byte != Self.newline {
      switch byte {
      case Self.single, Self.double:
        rest = rest.dropFirst()
        guard let piece = quoted(by: byte) else {
          throw malformed("its quote is never closed", in: first)
        }
        value += piece
      case Self.backslash where rest.count > 1:
        value.append(rest[rest.startIndex + 1])
        rest = rest.dropFirst(2)
      default: throw malformed(afterQuote)
      }
    }
    skipSpace()
    guard rest.isEmpty || rest.first == Self.newline || rest.first == Self.hash else {
      throw malformed(afterQuote)
    }
    return value
  }

  /// Returns what is before the closing quote, or nil if the quote is never closed.
  private mutating func quoted(by quote: UInt8) -> [UInt8]? {
    var value: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == quote { return value }
      if byte == Self.newline { line += 1 }
      if byte == Self.backslash, let next = rest.first, let meant = Self.escaped(next, in: quote) {
        rest = rest.dropFirst()
        if next == Self.newline { line += 1 }
        value += meant
      } else {
        value.append(byte)
      }
    }
    return nil
  }

  /// Returns what a backslash and `byte` mean, or nil if the backslash means itself.
  private static func escaped(_ byte: UInt8, in quote: UInt8) -> [UInt8]? {
    if quote == single {
      // The Heroku CLI never writes \' for a quote (it uses double quotes then), so a backslash
      // before one is the value's last character, as in a shell.
      return byte == backslash ? [backslash] : nil
    }
    switch byte {
    case UInt8(ascii: "n"): return [newline]
    case UInt8(ascii: "r"): return [UInt8(ascii: "\r")]
    case newline: return []
    case double, backslash, UInt8(ascii: "$"), UInt8(ascii: "`"), UInt8(ascii: "!"): return [byte]
    default: return nil
    }
  }

  private mutating func bare() -> [UInt8] {
    var value: [UInt8] = []
    while let byte = rest.first, byte != Self.newline {
      if byte == Self.hash, value.isEmpty || value.last.map(Self.isSpace) == true { break }
      rest = rest.dropFirst()
      if byte == Self.backslash, let next = rest.first, Self.isPunctuation(next) {
        value.append(next)
        rest = rest.dropFirst()
      } else {
        value.append(byte)
      }
    }
    while value.last.map(Self.isSpace) == true { value.removeLast() }
    return value
  }

  private func malformed(_ why: String, in line: Int? = nil) -> Problem {
    Problem(
      "malformed-env-file", "Line \(line ?? self.line) of \(name) cannot be read: \(why).",
      meaning: ["A line is KEY='value'. The line is not shown here because it may be a secret."],
      Remedy(
        "Correct the line, or use what the Heroku CLI writes:",
        .run("heroku config --shell | bin/check APP_DIR --env-file -")))
  }

  private mutating func skipSpace() { rest = rest.drop(while: Self.isSpace) }

  /// A carriage return counts: files from Windows have one before the end of each line.
  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0d
  }

  private static func isPunctuation(_ byte: UInt8) -> Bool {
    (0x21...0x7e).contains(byte) && !ASCII.isAlphanumeric(byte)
  }
}
