import HoopAgent

/// Variables in a file, a line each: what `heroku config --shell` prints, and what a `.env` holds.
///
///     # a comment
///     export NAME='a value'   # another
///     OTHER="two\nlines"
///     URL=postgres://user@host/db
///
/// A value in quotes may span lines. In single quotes nothing is special but `\\`, which is
/// how the Heroku CLI writes a backslash there; in double quotes `\n` and `\r` are line ends,
/// and a backslash takes the meaning off whatever follows it. A value without quotes ends with its
/// line, or before ` #`. Nothing is ever expanded or run.
package struct EnvFile: Hashable, Sendable {
  package struct Variable: Hashable, Sendable {
    /// Letters, digits and `_`, no digit first.
    package let name: String
    /// Any bytes but NUL.
    package let value: [UInt8]

    package init(name: String, value: [UInt8]) { (self.name, self.value) = (name, value) }
  }

  /// In the order of the file. A name that is there twice is there twice: the last one counts.
  package let variables: [Variable]

  /// The longest file that is read, in bytes: all that an app can have (Dev Center, "Config vars
  /// limits"), every byte of it escaped, with room for comments.
  package static let maximumBytes = 1 << 20

  /// What is wrong, and in which line. The line's text does not go with it: it may be a secret.
  package struct Malformed: Error, Hashable, Sendable {
    package let line: Int
    package let why: Reason
  }

  package enum Reason: String, Hashable, Sendable, CaseIterable {
    case noEquals = "it has no = behind a name"
    case name = "its name has another character than letters, digits and _, or begins with a digit"
    case openQuote = "its quote is never closed"
    case rest = "something stands behind the closing quote"
    case nul = "it holds a NUL byte"
  }

  package init(_ bytes: some Sequence<UInt8>) throws(Malformed) {
    var reader = EnvFileReader(bytes)
    var variables: [Variable] = []
    while let variable = try reader.next() { variables.append(variable) }
    self.variables = variables
  }

  /// A variable as it stands on a command line: `NAME=VALUE`, the value taken as it is.
  ///
  /// - Returns: nil where there is no name, or no `=`.
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
