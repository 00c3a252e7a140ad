import HoopAgent
import Output
import Posix

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

    init(_ name: String, _ value: String) { self.init(name: name, value: Array(value.utf8)) }

    init(_ name: String, _ value: Path) { self.init(name: name, value: value.bytes) }

    /// As an environment has it.
    var entry: [UInt8] { Array("\(name)=".utf8) + value }
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
    var reader = Reader(rest: Array(bytes)[...], name: name)
    let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
    if reader.rest.starts(with: byteOrderMark) { reader.rest.removeFirst(byteOrderMark.count) }
    var variables: [Variable] = []
    while reader.skipToVariable() { variables.append(try reader.variable()) }
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
  var rest: ArraySlice<UInt8>
  let name: String
  private(set) var line = 1

  private static let newline = UInt8(ascii: "\n")
  private static let backslash = UInt8(ascii: "\\")
  private static let hash = UInt8(ascii: "#")
  private static let single = UInt8(ascii: "'")
  private static let double = UInt8(ascii: "\"")

  init(rest: ArraySlice<UInt8>, name: String) { (self.rest, self.name) = (rest, name) }

  /// Skips empty lines and comments. Returns whether there is a variable after them.
  mutating func skipToVariable() -> Bool {
    while let byte = rest.first {
      if byte == Self.hash {
        rest = rest.drop { $0 != Self.newline }
      } else if byte == Self.newline || Self.isSpace(byte) {
        if byte == Self.newline { line += 1 }
        rest.removeFirst()
      } else {
        return true
      }
    }
    return false
  }

  mutating func variable() throws(Problem) -> EnvFile.Variable {
    let export = Array("export".utf8)
    if rest.starts(with: export), rest.dropFirst(export.count).first.map(Self.isSpace) == true {
      rest = rest.dropFirst(export.count).drop(while: Self.isSpace)
    }
    let content = rest.prefix { $0 != Self.newline }
    guard let equals = content.firstIndex(of: UInt8(ascii: "=")) else {
      throw malformed("it has no = after a name")
    }
    var name = content[..<equals]
    while name.last.map(Self.isSpace) == true { name.removeLast() }
    guard EnvFile.isName(name) else {
      throw malformed(
        "its name has other characters than letters, digits and _, or begins with a digit")
    }
    rest = rest[(equals + 1)...].drop(while: Self.isSpace)
    let first = line
    let value = try value()
    if value.contains(0) { throw malformed("it has a NUL byte", in: first) }
    return EnvFile.Variable(name: String(decoding: name, as: UTF8.self), value: value)
  }

  /// Reads a value and the comment after it. A value that begins with a quote is a word of a shell:
  /// quoted pieces and escaped characters, with nothing between them. Any other value may have quotes
  /// and spaces in it.
  private mutating func value() throws(Problem) -> [UInt8] {
    let first = line
    let isWord = rest.first == Self.single || rest.first == Self.double
    var value: [UInt8] = []
    var quote: UInt8?
    while let byte = rest.first, quote != nil || byte != Self.newline {
      if quote == nil {
        if isWord ? Self.isSpace(byte) : byte == Self.hash && value.last.map(Self.isSpace) ?? true {
          break
        }
      }
      rest.removeFirst()
      if byte == Self.newline { line += 1 }
      if byte == quote {
        quote = nil
      } else if isWord, quote == nil, byte == Self.single || byte == Self.double {
        quote = byte
      } else if byte == Self.backslash, let next = rest.first,
        let meant = Self.escaped(next, in: quote, isWord)
      {
        if next == Self.newline { line += 1 }
        rest.removeFirst()
        value += meant
      } else if isWord, quote == nil {
        throw malformed("something follows the closing quote")
      } else {
        value.append(byte)
      }
    }
    if quote != nil { throw malformed("its quote is never closed", in: first) }
    if isWord {
      rest = rest.drop(while: Self.isSpace)
      guard rest.isEmpty || rest.first == Self.newline || rest.first == Self.hash else {
        throw malformed("something follows the closing quote")
      }
    } else {
      while value.last.map(Self.isSpace) == true { value.removeLast() }
    }
    return value
  }

  /// Returns what a backslash and `byte` mean, or nil if the backslash means itself.
  private static func escaped(_ byte: UInt8, in quote: UInt8?, _ isWord: Bool) -> [UInt8]? {
    switch (quote, byte) {
    // The Heroku CLI never writes \' for a quote (it uses double quotes then), so a backslash before
    // one is the value's last character, as in a shell.
    case (single, _): byte == backslash ? [backslash] : nil
    case (nil, _): isWord || isPunctuation(byte) ? [byte] : nil
    case (_, UInt8(ascii: "n")): [newline]
    case (_, UInt8(ascii: "r")): [UInt8(ascii: "\r")]
    case (_, newline): []
    default: "\"\\$`!".utf8.contains(byte) ? [byte] : nil
    }
  }

  private func malformed(_ why: String, in line: Int? = nil) -> Problem {
    Problem(
      "malformed-env-file", "Line \(line ?? self.line) of \(name) cannot be read: \(why).",
      meaning: ["A line is KEY='value'. The line is not shown here because it may be a secret."],
      Remedy(
        "Correct the line, or use what the Heroku CLI writes:",
        .run("heroku config --shell | bin/check APP_DIR --env-file -")))
  }

  /// A carriage return counts: files from Windows have one before the end of each line.
  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0d
  }

  private static func isPunctuation(_ byte: UInt8) -> Bool {
    (0x21...0x7e).contains(byte) && !ASCII.isAlphanumeric(byte)
  }
}
