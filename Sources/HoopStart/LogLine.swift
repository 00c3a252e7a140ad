import CPosix
import HoopAgent
import Posix

/// One event on stderr in logfmt, as Heroku's own wrappers write it:
///
///     buildpack=hoop at=agent-exit pid=7 status=1 restart-in=2s
struct LogLine {
  private(set) var text = "buildpack=hoop"

  /// The most bytes that a pipe takes whole or not at all (PIPE_BUF), so that no other process's
  /// line gets into this one.
  private static let maximumBytes = 4096

  init(_ event: String) { add("at", event) }

  /// The line with one more field. A value that holds anything else than plain characters is put in
  /// quotes.
  func with(_ name: String, _ value: String) -> LogLine {
    var line = self
    line.add(name, value)
    return line
  }

  func with(_ name: String, _ value: some BinaryInteger) -> LogLine { with(name, String(value)) }

  /// The line with a problem's fields: its code, what happened, with what else has come of it, and
  /// what to do.
  func with(_ advice: Advice, _ end: String = "") -> LogLine {
    let remedy = ([advice.remedy] + advice.example).joined(separator: " ")
    return with("code", advice.code).with("reason", advice.summary + end).with("remedy", remedy)
  }

  /// Writes the line to stderr if that takes it without waiting, since nothing here is worth the
  /// app's time.
  func write() {
    let bytes = Array(text.utf8.prefix(Self.maximumBytes - 1)) + [UInt8(ascii: "\n")]
    Descriptor.writeIfReady(bytes, to: STDERR_FILENO)
  }

  private mutating func add(_ name: String, _ value: String) {
    let value = printable(value)
    let isPlain = !value.isEmpty && !value.utf8.contains { " =\"\\".utf8.contains($0) }
    text += " \(name)=\(isPlain ? value : quote(value))"
  }

  private func quote(_ value: String) -> String {
    var quoted: [UInt8] = []
    for byte in value.utf8 {
      if "\"\\".utf8.contains(byte) { quoted.append(UInt8(ascii: "\\")) }
      quoted.append(byte)
    }
    return "\"\(String(decoding: quoted, as: UTF8.self))\""
  }
}
