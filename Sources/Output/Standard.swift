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
