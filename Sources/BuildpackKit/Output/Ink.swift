import CPosix
import Posix

/// Colours on a terminal, nothing anywhere else.
package struct Ink: Sendable {
  /// Whether the stream is a terminal that may be written to with control sequences.
  package let isOn: Bool

  /// - Parameter descriptor: a stream that is a terminal or not. NO_COLOR (no-color.org) and
  ///   TERM=dumb ask for plain text all the same.
  package init(for descriptor: Int32) {
    isOn = isatty(descriptor) == 1 && !Self.isPlain
  }

  /// Whether the user has asked for plain text.
  package static var isPlain: Bool {
    !(Environment.value(of: "NO_COLOR") ?? "").isEmpty || Environment.value(of: "TERM") == "dumb"
  }

  package enum Colour: Int {
    case red = 31
    case green = 32
    case yellow = 33
    case cyan = 36
  }

  package func paint(_ text: String, _ colour: Colour) -> String {
    isOn ? "\u{1b}[\(colour.rawValue)m\(text)\u{1b}[0m" : text
  }
}
