import Glibc
import HoopAgent
import Posix

/// What the user of a deploy reads, in Heroku's style: steps and their details on standard output,
/// warnings and errors on standard error.
///
/// No control character gets through, whatever a server or a file had in it.
public struct BuildLog: Sendable {
  public init() {}

  /// `-----> TEXT`
  public func step(_ text: String) { write("-----> \(printable(text))\n", to: STDOUT_FILENO) }

  /// A line of a program's own output, as it is but for control characters.
  public func plain(_ text: String) { write("\(printable(text))\n", to: STDOUT_FILENO) }

  /// What is wrong with a command line, and how it should be.
  public func misuse(_ problem: String, usage: String) {
    write("\(printable(problem))\n\n\(usage)\n", to: STDERR_FILENO)
  }

  /// The detail of a step, under its text.
  public func detail(_ text: String) { write("       \(printable(text))\n", to: STDOUT_FILENO) }

  /// Advice that ends nothing. More output follows, so a line without text does too.
  public func warning(_ advice: Advice) {
    write(marked("Warning", advice) + "\n", to: STDERR_FILENO)
  }

  /// What ends the command.
  public func error(_ advice: Advice) { write(marked("Error", advice), to: STDERR_FILENO) }

  private func marked(_ kind: String, _ advice: Advice) -> String {
    var lines = ["\(kind): \(advice.summary)"]
    if !advice.meaning.isEmpty { lines += [""] + advice.meaning }
    lines += ["", advice.remedy]
    if !advice.example.isEmpty { lines += [""] + advice.example.map { "    \($0)" } }
    return lines.map { $0.isEmpty ? " !\n" : " !     \(printable($0))\n" }.joined()
  }

  private func write(_ text: String, to descriptor: Int32) {
    // A reader that has gone is no reason to fail a build.
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count < 0 { return }
      bytes = bytes.dropFirst(count)
    }
  }
}

/// A size for people, in decimal megabytes: `31.4 MB`.
func megabytes(_ bytes: Int) -> String { "\(tenths(bytes / 100_000)) MB" }

/// A time for people, in seconds: `2.3 s`.
func seconds(_ milliseconds: Int) -> String { "\(tenths(milliseconds / 100)) s" }

/// `23` as `2.3`.
func tenths(_ count: Int) -> String { "\(count / 10).\(count % 10)" }
