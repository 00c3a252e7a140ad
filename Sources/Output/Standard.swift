import CPosix
import HoopAgent
import Posix

/// This process's output. Nothing else in this project writes text to it.
///
/// Every line goes through `printable`, which masks the secrets that this process knows before it
/// escapes control characters. There is no second way to print.
package enum Standard {
  /// Writes lines, each masked and ended by a newline.
  ///
  /// - Returns: Whether they could be written. A reader that has gone is not a reason to fail.
  @discardableResult
  package static func write(_ lines: [String], to stream: Int32) -> Bool {
    writeUnchecked(lines.map { printable($0) + "\n" }.joined(), to: stream)
  }

  /// Writes text whose values are masked already, such as coloured lines.
  @discardableResult
  static func writeUnchecked(_ text: String, to stream: Int32) -> Bool {
    do throws(SystemError) {
      try Descriptor.write(Array(text.utf8), to: stream)
      return true
    } catch { return error.code == EPIPE }
  }
}

/// Colours on a terminal, nothing anywhere else.
package struct Ink: Sendable {
  /// Whether the stream is a terminal that may be written to with control sequences.
  package let isOn: Bool

  /// - Parameter stream: Standard output or error. NO_COLOR (no-color.org) and TERM=dumb ask for
  ///   plain text even on a terminal.
  package init(for stream: Int32) { isOn = isatty(stream) == 1 && !Self.isPlain }

  /// Whether the user has asked for plain text.
  package static var isPlain: Bool {
    !(Environment.value(of: "NO_COLOR") ?? "").isEmpty || Environment.value(of: "TERM") == "dumb"
  }

  package enum Colour: Int, Sendable {
    case red = 31
    case green = 32
    case yellow = 33
    case cyan = 36
  }

  package func paint(_ text: String, _ colour: Colour) -> String {
    isOn ? "\u{1b}[\(colour.rawValue)m\(text)\u{1b}[0m" : text
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
package func tenths(_ count: Int) -> String {
  "\(count < 0 ? "-" : "")\(count.magnitude / 10).\(count.magnitude % 10)"
}

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
