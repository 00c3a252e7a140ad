extension StringProtocol {
  /// What is before and after the first `separator`, found byte by byte; all of it and nil if there
  /// is none.
  package func splitOnce(at separator: String) -> (before: Substring, after: Substring?) {
    let text = Substring(self)
    var start = text.startIndex
    while start < text.endIndex {
      if text[start...].utf8.starts(with: separator.utf8) {
        let end = text.utf8.index(start, offsetBy: separator.utf8.count)
        return (text[..<start], text[end...])
      }
      start = text.utf8.index(after: start)
    }
    return (text, nil)
  }

  /// The text without white space at its ends: spaces, tabs, line ends and the other characters that
  /// Unicode calls so, as the agent takes them off (Go's strings.TrimSpace).
  package func trimmed() -> String { trimmed { $0.isSpace } }

  /// The text without such characters at its ends.
  func trimmed(_ isDropped: (Unicode.Scalar) -> Bool) -> String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !isDropped($0) }),
      let last = scalars.lastIndex(where: { !isDropped($0) })
    else { return "" }
    return String(self[first..<scalars.index(after: last)])
  }
}

extension Unicode.Scalar {
  /// Unicode's White_Space (PropList.txt), by hand: the standard library's table of properties, of
  /// which this is one of sixty, is 20 kB.
  package var isSpace: Bool {
    switch value {
    case 0x09...0x0d, 0x20, 0x85, 0xa0, 0x1680, 0x2000...0x200a, 0x2028, 0x2029, 0x202f, 0x205f,
      0x3000:
      true
    default: false
    }
  }
}

extension [String] {
  /// `a`, `a and b`, `a, b and c`.
  package var asList: String {
    guard let last, count > 1 else { return first ?? "" }
    return "\(dropLast().joined(separator: ", ")) and \(last)"
  }
}

/// The first of some words, and how many more there are.
package func few(_ words: [String]) -> String {
  let most = 8
  let more = words.count - most
  return (words.prefix(most) + (more > 0 ? ["\(more) more"] : [])).asList
}

/// `word` as a shell needs it, without secrets and control characters.
package func shellWord(_ word: String) -> String {
  let word = printable(word)
  let plain = "-_.,:/@%+=".utf8
  if !word.isEmpty, word.utf8.allSatisfy({ ASCII.isAlphanumeric($0) || plain.contains($0) }) {
    return word
  }
  var quoted = "'"
  for character in word { quoted += character == "'" ? "'\\''" : String(character) }
  return quoted + "'"
}

/// How many bytes must be inserted, left out, changed or swapped with the next one to turn one text
/// into the other (the optimal string alignment distance). For short texts: it takes time in
/// proportion to the product of the lengths.
package func editDistance(
  _ left: some Collection<UInt8>, _ right: some Collection<UInt8>
) -> Int {
  let (left, right) = (Array(left), Array(right))
  var before: [Int] = []
  var row = Array(0...right.count)
  for (index, byte) in left.enumerated() {
    var next = [index + 1]
    for (column, other) in right.enumerated() {
      var distance = min(
        row[column + 1] + 1, next[column] + 1, row[column] + (byte == other ? 0 : 1))
      if index > 0, column > 0, byte == right[column - 1], other == left[index - 1] {
        distance = min(distance, before[column - 1] + 1)
      }
      next.append(distance)
    }
    (before, row) = (row, next)
  }
  return row[right.count]
}

/// Quotation marks that were meant for a shell, or that an editor made, and that came with a value:
/// `'myapp'`, `"myapp"`, `“myapp”`.
enum Quotes {
  private static let scalars: [Unicode.Scalar] = [
    "\"", "'", "`", "\u{2018}", "\u{2019}", "\u{201a}", "\u{201b}", "\u{201c}", "\u{201d}",
    "\u{201e}", "\u{201f}", "\u{ab}", "\u{bb}",
  ]

  static func areAround(_ text: String) -> Bool {
    [text.unicodeScalars.first, text.unicodeScalars.last].contains {
      $0.map { scalars.contains($0) } ?? false
    }
  }

  /// `text` without any, and trimmed.
  static func removed(from text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { !scalars.contains($0) })).trimmed()
  }
}
