/// What a check says of one thing: a label, and a line or more.
package struct Row: Hashable, Sendable {
  package let label: String
  /// What stands behind the label, then what stands below that.
  package let lines: [String]

  /// The room for a label, in columns.
  package static let indent = 12

  package init(_ label: String, _ lines: [String]) { (self.label, self.lines) = (label, lines) }

  package init(_ label: String, _ line: String) { self.init(label, [line]) }

  /// A problem or a notice, with what to do about it.
  package init(_ label: String, _ advice: Advice) {
    self.init(
      label,
      [advice.summary] + advice.meaning + [advice.remedy] + advice.example.map { "  \($0)" })
  }

  /// The row as it is printed.
  package var text: [String] {
    var shown = label
    return lines.map { line in
      defer { shown = "" }
      return shown + String(repeating: " ", count: max(1, Self.indent - shown.utf8.count)) + line
    }
  }
}
