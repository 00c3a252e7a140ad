/// Quotation marks that were meant for a shell, or that an editor made, and that came with a value:
/// `'myapp'`, `"myapp"`, `“myapp”`.
enum Quotes {
  private static let scalars: [Unicode.Scalar] = [
    "\"", "'", "`", "\u{2018}", "\u{2019}", "\u{201a}", "\u{201b}", "\u{201c}", "\u{201d}",
    "\u{201e}", "\u{201f}", "\u{ab}", "\u{bb}",
  ]

  static func begin(_ text: String) -> Bool {
    text.unicodeScalars.first.map { scalars.contains($0) } ?? false
  }

  static func areAround(_ text: String) -> Bool { begin(text) || end(text) }

  /// A list without those around its items, and without items that are nothing else; nil where no
  /// item has any.
  static func removed(around items: [String]) -> String? {
    guard items.contains(where: areAround) else { return nil }
    return items.map { removed(from: $0) }.filter { !$0.isEmpty }.joined(separator: ",")
  }

  private static func end(_ text: String) -> Bool {
    text.unicodeScalars.last.map { scalars.contains($0) } ?? false
  }

  /// `text` without those at its ends, and without white space there.
  static func removed(from text: String) -> String {
    text.trimmed { $0.isSpace || scalars.contains($0) }
  }
}
