import CPosix
import HoopAgent
import Posix

/// What the user of a deploy reads: steps and their details on standard output, warnings and errors
/// on standard error.
///
/// No control character gets through, whatever a server or a file had in it. On a terminal steps,
/// warnings and errors are coloured.
public struct BuildLog: Sendable {
  /// How logs look on either of Heroku's generations.
  package enum Style: Sendable {
    /// As those of Heroku's classic buildpacks.
    case classic
    /// As those of Heroku's Cloud Native Buildpacks: Markdown's headings and lists.
    case cloudNative
  }

  private let output: Int32
  private let style: Style
  package let outputInk: Ink
  private let errorInk = Ink(for: STDERR_FILENO)

  /// - Parameter output: where steps and details go.
  public init(output: Int32 = STDOUT_FILENO) { self.init(.classic, output: output) }

  package init(_ style: Style, output: Int32 = STDOUT_FILENO) {
    self.style = style
    self.output = output
    outputInk = Ink(for: output)
  }

  /// `-----> TEXT` or `## TEXT`
  public func step(_ text: String) {
    switch style {
    case .classic: heading("-----> \(text)", .cyan)
    case .cloudNative:
      plain("")
      heading("## \(text)", .cyan)
      plain("")
    }
  }

  /// A line of its own colour.
  package func heading(_ text: String, _ colour: Ink.Colour) {
    write("\(outputInk.paint(printable(text), colour))\n", to: output)
  }

  /// A line of a program's own output, as it is but for control characters.
  public func plain(_ text: String) { write("\(printable(text))\n", to: output) }

  /// Writes a line over the one that the cursor is in. For terminals alone.
  func overwrite(_ text: String) { write("\r\u{1b}[K\(printable(text))", to: output) }

  /// What is wrong with a command line, and how it should be.
  package func misuse(_ problem: String, usage: String) {
    write("\(printable(problem))\n\n\(usage)\n", to: STDERR_FILENO)
  }

  /// The detail of a step, under its text.
  public func detail(_ text: String) {
    plain((style == .classic ? "       " : "- ") + text)
  }

  /// What belongs to the detail before it.
  package func subdetail(_ text: String) {
    plain((style == .classic ? "       " : "  - ") + text)
  }

  /// Advice that ends nothing. More output follows, so a line without text does too.
  public func warning(_ advice: Advice) { self.advise([advice.with(.warning)]) }

  package func advise(_ advice: Advice) { advise([advice]) }

  /// Several at once, which stand apart from each other, each as its severity wants it.
  package func advise(_ advice: [Advice]) {
    if advice.isEmpty { return }
    let parts: [String] = advice.map { advice in
      switch advice.severity {
      case .error: marked("Error", advice, .red)
      case .warning: marked("Warning", advice, .yellow)
      case .notice: marked("Notice", advice, .cyan)
      }
    }
    write(before + parts.map { $0 + "\n" }.joined(), to: STDERR_FILENO)
  }

  /// What ends the command.
  public func error(_ advice: Advice) {
    write(before + marked("Error", advice, .red), to: STDERR_FILENO)
  }

  /// What parts a warning or an error from a list.
  private var before: String { style == .classic ? "" : "\n" }

  private func marked(_ kind: String, _ advice: Advice, _ colour: Ink.Colour) -> String {
    let advice = style == .classic ? advice : advice.forImages
    let (mark, space) = style == .classic ? (" !", "     ") : ("!", " ")
    var lines = ["\(kind): \(advice.summary)"]
    if !advice.meaning.isEmpty { lines += [""] + advice.meaning }
    lines += ["", advice.remedy]
    if !advice.example.isEmpty { lines += [""] + advice.example.map { "    \($0)" } }
    return lines.map { line in
      errorInk.paint(line.isEmpty ? mark : mark + space + printable(line), colour) + "\n"
    }.joined()
  }

  private func write(_ text: String, to descriptor: Int32) {
    // A reader that has gone is no reason to fail a build.
    try? Descriptor.write(Array(text.utf8), to: descriptor)
  }
}

/// A size for people, in decimal units: `731 B`, `12.3 kB`, `31.4 MB`.
package func size(_ bytes: Int) -> String {
  switch bytes {
  case ..<1000: "\(bytes) B"
  case ..<1_000_000: "\(tenths(bytes / 100)) kB"
  default: "\(tenths(bytes / 100_000)) MB"
  }
}

/// A time for people, in seconds: `2.3 s`.
package func seconds(_ milliseconds: Int) -> String { "\(tenths(milliseconds / 100)) s" }

/// `23` as `2.3`.
func tenths(_ count: Int) -> String {
  "\(count < 0 ? "-" : "")\(count.magnitude / 10).\(count.magnitude % 10)"
}
