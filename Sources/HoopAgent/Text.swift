extension StringProtocol {
  /// What is before and after the first `separator`, found byte by byte; all of it and nil if there
  /// is none.
  package func splitOnce(at separator: String) -> (before: Substring, after: Substring?) {
    let text = Substring(self)
    guard let range = Bytes(text.utf8).range(of: separator) else { return (text, nil) }
    let start = text.utf8.index(text.startIndex, offsetBy: range.lowerBound)
    return (text[..<start], text[text.utf8.index(start, offsetBy: range.count)...])
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

  /// What is between commas, trimmed.
  var items: [String] {
    Bytes(utf8).split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { $0.text.trimmed() }
  }
}

extension String {
  /// Whether it begins or ends with a quotation mark that was meant for a shell, or that an editor made:
  /// `'myapp'`, `"myapp"`, `“myapp”`.
  var isQuoted: Bool {
    [unicodeScalars.first, unicodeScalars.last].contains { scalar in
      scalar.map { (0x2018...0x201f).contains($0.value) || "\"'`«»".unicodeScalars.contains($0) }
        == true
    }
  }
}

extension Unicode.Scalar {
  /// Unicode's White_Space (PropList.txt), by hand: this is one of sixty properties in a table of the
  /// standard library that has 20 kB.
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

/// `word` as a shell needs it, without secrets and control characters.
package func shellWord(_ word: String) -> String {
  let word = printable(word)
  let plain = "-_.,:/@%+=".utf8
  if !word.isEmpty, word.utf8.allSatisfy({ ASCII.isAlphanumeric($0) || plain.contains($0) }) {
    return word
  }
  return "'\(word.map { $0 == "'" ? "'\\''" : String($0) }.joined())'"
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

/// What a check says about one thing: a label, and at least one line.
package struct Row: Hashable, Sendable {
  package let label: String
  /// The line beside the label, then the lines below it.
  package let lines: [String]

  /// The room for a label, in columns.
  package static let indent = 12

  package init(_ label: String, _ lines: [String]) { (self.label, self.lines) = (label, lines) }

  package init(_ label: String, _ line: String) { self.init(label, [line]) }

  /// The row as it is printed.
  package var text: [String] {
    var shown = label
    return lines.map { line in
      defer { shown = "" }
      return shown + String(repeating: " ", count: max(1, Self.indent - shown.utf8.count)) + line
    }
  }
}
