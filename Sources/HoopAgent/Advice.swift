/// A problem in words: what happened, what it means, and what to do about it.
///
/// Every error and warning of this project is one of these, so that all of them speak alike. No
/// part of it ever holds a secret.
public struct Advice: Hashable, Sendable {
  /// A short name for programs, such as `no-key`. It stays the same when the words change.
  public let code: String
  /// What happened, in one sentence, with the value in question quoted.
  public let summary: String
  /// What that means, a line each.
  public let meaning: [String]
  /// What to do, in one sentence.
  public let remedy: String
  /// The lines to paste, if the remedy is a command or a line of a file.
  public let example: [String]
  /// What `BuildFailure`, `LocalFailure` and `BuildAdvice` say it is, wherever it is printed.
  package var severity = Severity.warning

  package enum Severity: String, Hashable, Sendable {
    /// It ends the build or the command.
    case error
    /// Something is not as it was meant: the build goes on, and `bin/check` fails.
    case warning
    /// All is as it was meant, but for something that a user may want to know.
    case notice
  }

  package init(
    code: String, summary: String, meaning: [String] = [], remedy: String, example: [String] = []
  ) {
    self.code = code
    self.summary = summary
    self.meaning = meaning
    self.remedy = remedy
    self.example = example
  }

  /// The line that has the next build take the newest agent. A digest is one version's, and goes with
  /// it.
  package static let takingTheNewest =
    "heroku config:unset \(ConfigVar.version.name) \(ConfigVar.sha256.name)"

  package func with(_ severity: Severity) -> Advice {
    var advice = self
    advice.severity = severity
    return advice
  }
}

/// The value of a config var, quoted for a message: one line, no control characters, and cut after
/// 60 characters. Three asterisks where it may hold a secret that was put there by mistake.
package func quoted(_ value: String) -> String {
  let maximum = 60
  if MisplacedSecret.mayBe(in: value) { return "“***”" }
  let shown = String(value.unicodeScalars.prefix(maximum).map(escaped).joined())
  return "“\(shown)\(value.unicodeScalars.count > maximum ? "…" : "")”"
}

/// `text` with every control character, and whatever else could move a terminal's cursor or turn
/// its text around, written as `\u{…}`.
package func printable(_ text: String) -> String {
  // Nearly every text is plain, which is told sooner so.
  if text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) { return text }
  return text.unicodeScalars.map(escaped).joined()
}

private func escaped(_ scalar: Unicode.Scalar) -> String {
  switch scalar.value {
  // C0, DEL and C1; invisible and direction-changing characters; line and paragraph separators;
  // the byte order mark; tags. Written out, since the tables of Unicode's categories would add a
  // tenth to the executable.
  case 0x00...0x1f, 0x7f...0x9f, 0xad, 0x061c, 0x180e, 0x200b...0x200f, 0x2028...0x202e,
    0x2060...0x206f, 0xfeff, 0xfff0...0xfffb, 0xe0000...0xe0fff:
    "\\u{\(String(scalar.value, radix: 16))}"
  default: String(scalar)
  }
}
