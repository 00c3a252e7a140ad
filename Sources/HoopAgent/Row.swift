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
