import CPosix
import HoopAgent
import Posix

/// One event on standard error in logfmt, as Heroku's own wrappers write it:
///
///     buildpack=hoop at=agent-exit pid=7 status=1 restart-in=2s
package struct LogLine {
  private var fields: [String] = ["buildpack=hoop"]

  /// Most bytes that a pipe takes in one piece (PIPE_BUF), so that no other process's output gets
  /// into a line.
  private static let maximumBytes = 4096

  package init(_ event: String) { add("at", event) }

  /// Adds a field. A value is masked, and quoted unless all of its characters are plain.
  package func with(_ name: String, _ value: String) -> LogLine {
    var line = self
    line.add(name, value)
    return line
  }

  package func with(_ name: String, _ value: some BinaryInteger) -> LogLine {
    with(name, String(value))
  }

  /// Adds a problem's fields: its code, what happened, and what to do.
  ///
  /// - Parameter consequence: A sentence that follows the problem's own.
  package func with(
    _ problem: Problem, _ consequence: String = "", in wording: Wording
  ) -> LogLine {
    let remedy = [problem.remedy.text] + wording.lines(for: problem.remedy)
    let reason = [problem.summary, consequence].filter { !$0.isEmpty }
    return with("code", problem.code).with("reason", reason.joined(separator: " "))
      .with("remedy", remedy.joined(separator: " "))
  }

  /// Writes the line if that takes no waiting: nothing here is worth the app's time.
  package func write() {
    Descriptor.writeIfReady(Array("\(text)\n".utf8), to: STDERR_FILENO)
  }

  /// The line, without its last fields if it is too long.
  package var text: String {
    var fields = fields
    while fields.count > 1, fields.reduce(0, { $0 + $1.utf8.count + 1 }) > Self.maximumBytes {
      fields.removeLast()
    }
    return fields.joined(separator: " ")
  }

  private mutating func add(_ name: String, _ value: String) {
    let value = printable(value).unicodeScalars
    // A field alone must leave room for the others.
    let most = Self.maximumBytes / 4
    let text = String(value.prefix(most)) + (value.count > most ? "…" : "")
    let isPlain = !text.isEmpty && !text.utf8.contains { " =\"\\".utf8.contains($0) }
    fields.append("\(name)=\(isPlain ? text : JSON.quote(text))")
  }
}
