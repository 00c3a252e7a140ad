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
    var reader = Reader(Array(bytes), name)
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

  fileprivate static func isName(_ text: ArraySlice<UInt8>) -> Bool {
    guard let first = text.first, !ASCII.isDigit(first) else { return false }
    return text.allSatisfy { ASCII.isAlphanumeric($0) || $0 == ASCII.underscore }
  }
}

/// Reads an `EnvFile` from its first byte to its last.
private struct Reader {
  private let all: [UInt8]
  private let name: String
  private var rest: ArraySlice<UInt8>
  /// The position of the variable that is being read.
  private var start = 0

  private static let newline = UInt8(ascii: "\n")
  private static let backslash = UInt8(ascii: "\\")
  private static let hash = UInt8(ascii: "#")
  private static let single = UInt8(ascii: "'")
  private static let double = UInt8(ascii: "\"")

  init(_ bytes: [UInt8], _ name: String) {
    let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
    (all, self.name) = (bytes, name)
    rest = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(byteOrderMark.count) : bytes[...]
  }

  /// Returns the next variable, or nil at the end.
  mutating func next() throws(Problem) -> EnvFile.Variable? {
    while let byte = rest.first, byte == Self.hash || byte == Self.newline || Self.isSpace(byte) {
      rest = byte == Self.hash ? rest.drop { $0 != Self.newline } : rest.dropFirst()
    }
    if rest.isEmpty { return nil }
    start = rest.startIndex
    let line = rest.prefix { $0 != Self.newline }
    guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else {
      throw malformed("it has no = after a name")
    }
    var words = line[..<equals].split(whereSeparator: Self.isSpace)
    if words.count == 2, words[0].elementsEqual("export".utf8) { words.removeFirst() }
    guard words.count == 1, EnvFile.isName(words[0]) else {
      throw malformed(
        "its name has other characters than letters, digits and _, or begins with a digit")
    }
    rest = rest[(equals + 1)...].drop(while: Self.isSpace)
    let isQuoted = rest.first == Self.single || rest.first == Self.double
    let value = isQuoted ? try quotedValue() : bareValue()
    if value.contains(0) { throw malformed("it has a NUL byte") }
    return EnvFile.Variable(name: String(decoding: words[0], as: UTF8.self), value: value)
  }

  /// Reads a word of a shell: quoted pieces and escaped characters, with nothing between them. Only a
  /// comment may follow.
  private mutating func quotedValue() throws(Problem) -> [UInt8] {
    var value: [UInt8] = []
    while let mark = rest.first, [Self.single, Self.double, Self.backslash].contains(mark) {
      rest.removeFirst()
      if mark == Self.backslash {
        if let byte = rest.popFirst() { value.append(byte) }
        continue
      }
      while rest.first != mark {
        guard let byte = rest.popFirst() else { throw malformed("its quote is never closed") }
        if byte == Self.backslash, let next = rest.first, let meant = Self.escaped(next, in: mark) {
          rest.removeFirst()
          value.append(meant)
        } else {
          value.append(byte)
        }
      }
      rest.removeFirst()
    }
    rest = rest.drop(while: Self.isSpace)
    guard rest.isEmpty || rest.first == Self.newline || rest.first == Self.hash else {
      throw malformed("something follows the closing quote")
    }
    return value
  }

  /// Returns what a backslash and `byte` mean in quotes, or nil if the backslash means itself.
  private static func escaped(_ byte: UInt8, in quote: UInt8) -> UInt8? {
    // The Heroku CLI never writes \' for a quote (it uses double quotes then), so a backslash before
    // one is the value's last character, as in a shell.
    if quote == single { return byte == backslash ? byte : nil }
    if byte == UInt8(ascii: "n") { return newline }
    return "\"\\$`!".utf8.contains(byte) ? byte : nil
  }

  /// Reads a value to the end of the line or a comment. It may have quotes and spaces in it.
  private mutating func bareValue() -> [UInt8] {
    var line = rest.prefix { $0 != Self.newline }
    rest = rest.dropFirst(line.count)
    var value: [UInt8] = []
    while let byte = line.popFirst(), byte != Self.hash || value.last.map(Self.isSpace) == false {
      if byte == Self.backslash, let next = line.first, Self.isPunctuation(next) {
        line.removeFirst()
        value.append(next)
      } else {
        value.append(byte)
      }
    }
    while value.last.map(Self.isSpace) == true { value.removeLast() }
    return value
  }

  private func malformed(_ why: String) -> Problem {
    let line = all[..<start].count { $0 == Self.newline } + 1
    return Problem(
      "malformed-env-file", "Line \(line) of \(name) cannot be read: \(why).",
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
