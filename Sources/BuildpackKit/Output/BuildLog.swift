import CPosix
import HoopAgent
import Posix

/// What the user of a deploy reads, in Heroku's style: steps and their details on standard output,
/// warnings and errors on standard error.
///
/// No control character gets through, whatever a server or a file had in it. On a terminal steps,
/// warnings and errors are coloured.
public struct BuildLog: Sendable {
  private let output: Int32
  package let outputInk: Ink
  private let errorInk = Ink(for: STDERR_FILENO)

  /// - Parameter output: where steps and details go.
  public init(output: Int32 = STDOUT_FILENO) {
    self.output = output
    outputInk = Ink(for: output)
  }

  /// `-----> TEXT`
  public func step(_ text: String) { heading("-----> \(text)", .cyan) }

  /// A line of its own colour.
  package func heading(_ text: String, _ colour: Ink.Colour) {
    write("\(outputInk.paint(printable(text), colour))\n", to: output)
  }

  /// A line of a program's own output, as it is but for control characters.
  public func plain(_ text: String) { write("\(printable(text))\n", to: output) }

  /// Writes a line over the one that the cursor is in. For terminals alone.
  func overwrite(_ text: String) { write("\r\u{1b}[K\(printable(text))", to: output) }

  /// What is wrong with a command line, and how it should be.
  public func misuse(_ problem: String, usage: String) {
    write("\(printable(problem))\n\n\(usage)\n", to: STDERR_FILENO)
  }

  /// The detail of a step, under its text.
  public func detail(_ text: String) { write("       \(printable(text))\n", to: output) }

  /// Advice that ends nothing. More output follows, so a line without text does too.
  public func warning(_ advice: Advice) {
    write(marked("Warning", advice, .yellow) + "\n", to: STDERR_FILENO)
  }

  /// What ends the command.
  public func error(_ advice: Advice) {
    write(marked("Error", advice, .red), to: STDERR_FILENO)
  }

  private func marked(_ kind: String, _ advice: Advice, _ colour: Ink.Colour) -> String {
    var lines = ["\(kind): \(advice.summary)"]
    if !advice.meaning.isEmpty { lines += [""] + advice.meaning }
    lines += ["", advice.remedy]
    if !advice.example.isEmpty { lines += [""] + advice.example.map { "    \($0)" } }
    return lines.map { line in
      errorInk.paint(line.isEmpty ? " !" : " !     \(printable(line))", colour) + "\n"
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
