import CPosix
import HoopAgent
import Posix

/// What the user of a deploy reads: steps and their details on standard output, warnings and errors
/// on standard error. On a terminal headings, warnings and errors are coloured.
public struct BuildLog: Sendable {
  /// How logs look on the two kinds of platform.
  package enum Style: Sendable {
    /// As those of Heroku's classic buildpacks.
    case classic
    /// As those of Heroku's Cloud Native Buildpacks: headings and lists in Markdown.
    case cloudNative
  }

  private let output: Int32
  private let style: Style
  private let outputInk: Ink
  private let errorInk = Ink(for: STDERR_FILENO)

  /// - Parameter output: Where steps and details go.
  public init(output: Int32 = STDOUT_FILENO) { self.init(.classic, output: output) }

  package init(_ style: Style, output: Int32 = STDOUT_FILENO) {
    (self.style, self.output, outputInk) = (style, output, Ink(for: output))
  }

  package var wording: Wording { style == .classic ? .slug : .imageBuild }

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

  /// A line in a colour of its own.
  package func heading(_ text: String, _ colour: Ink.Colour) {
    Standard.writeUnchecked("\(outputInk.paint(printable(text), colour))\n", to: output)
  }

  /// A line without a mark.
  ///
  /// - Returns: Whether it could be written.
  @discardableResult
  public func plain(_ text: String) -> Bool { Standard.write([text], to: output) }

  /// A detail of a step.
  public func detail(_ text: String) { plain((style == .classic ? "       " : "- ") + text) }

  /// What belongs to the detail before it.
  package func subdetail(_ text: String) {
    plain((style == .classic ? "       " : "  - ") + text)
  }

  /// What is wrong with a command line, and how to call the command.
  package func misuse(_ problem: String, usage: [String]) {
    Standard.write([problem, ""] + usage, to: STDERR_FILENO)
  }

  public func problem(_ problem: Problem) { problems([problem]) }

  /// Several problems, with a space between them.
  package func problems(_ problems: [Problem]) {
    if problems.isEmpty { return }
    let before = style == .classic ? "" : "\n"
    // More output follows a warning. Nothing follows an error, which ends the command.
    let end = problems.last?.severity == .error ? "" : "\n"
    let texts = problems.map { text(of: $0) }
    Standard.writeUnchecked(
      before + texts.joined(separator: "\n") + end, to: STDERR_FILENO)
  }

  private func text(of problem: Problem) -> String {
    let (kind, colour): (String, Ink.Colour) =
      switch problem.severity {
      case .error: ("Error", .red)
      case .warning: ("Warning", .yellow)
      case .notice: ("Notice", .cyan)
      }
    let (mark, space) = style == .classic ? (" !", "     ") : ("!", " ")
    var lines = ["\(kind): \(problem.summary)"]
    if !problem.meaning.isEmpty { lines += [""] + problem.meaning }
    lines += ["", problem.remedy.text]
    let steps = wording.lines(for: problem.remedy)
    if !steps.isEmpty { lines += [""] + steps.map { "    \($0)" } }
    return lines.map { line in
      errorInk.paint(line.isEmpty ? mark : mark + space + printable(line), colour) + "\n"
    }.joined()
  }
}
