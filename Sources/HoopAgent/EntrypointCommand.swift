/// What a session of a connection starts: the value of HOOP_COMMAND.
///
/// The agent reads it with a shell's grammar, runs no shell, and keeps quotes and backslashes in the
/// words (hoop 1.21.23 to 1.148.0, client/cmd/run.go: parsePosixCmd). Plain words alone arrive as
/// they were written.
package struct EntrypointCommand: Hashable, Sendable {
  /// Never empty.
  package let words: [String]

  /// The value of `--command`.
  package var line: String { words.joined(separator: " ") }

  /// Letters and digits apart, what a word may hold.
  private static let marks = "_@%+=:,./^~-"
  /// What begins something else than a command in a shell's grammar.
  private static let reserved = [
    "if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac",
    "select", "function", "time", "coproc", "let", "declare", "local", "export", "readonly",
    "typeset", "nameref",
  ]

  package init(_ value: String) throws(SettingMalformed) {
    let parts = value.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    let words = parts.map { String(decoding: Array($0), as: UTF8.self) }
    guard let first = words.first else { throw .empty }
    if let word = words.first(where: { !$0.utf8.allSatisfy(Self.isPlain) }) {
      let bare = Quotes.removed(from: value)
      if bare != value.trimmed(), (try? EntrypointCommand(bare)) != nil {
        throw .quotes(without: bare)
      }
      throw .notPlain(word)
    }
    guard !first.utf8.contains(UInt8(ascii: "=")), !Self.reserved.contains(first) else {
      throw .notACommand(first)
    }
    self.words = words
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    ASCII.isAlphanumeric(byte) || marks.utf8.contains(byte)
  }
}
