import BuildpackKit
import CPosix
import HoopAgent
import Output
import Posix

/// The options of a command. Command lines are parsed by this table, and the help is made from it.
struct Options {
  struct Option {
    /// With its dashes.
    let name: String
    /// What follows it, such as `FILE`, or nil if it is a switch.
    var value: String?
    /// Lines of at most 50 characters.
    let help: [String]
  }

  /// How the command is called, such as `bin/check`.
  let command: String
  let about: [String]
  let table: [Option]
  let examples: [String]

  static let json = Option(
    name: "--json",
    help: ["Print one JSON object, and all else to standard", "error. Its shape: docs/json.md."])

  private var all: [Option] { table + [Option(name: "--help", help: ["Print this."])] }

  /// What a command line says.
  struct Parsed {
    /// APP_DIR.
    fileprivate(set) var operand: Path?
    fileprivate var given: [(name: String, value: Path)] = []

    func isOn(_ name: String) -> Bool { given.contains { $0.name == name } }
    /// The last value counts.
    func value(_ name: String) -> Path? { values(name).last }
    /// In the order of the command line.
    func values(_ name: String) -> [Path] { given.filter { $0.name == name }.map { $0.value } }
  }

  /// Parses `--name VALUE`, `--name=VALUE` and `--name`. After `--` there are no options.
  func parse(_ words: [Path]) throws(Problem) -> Parsed {
    var parsed = Parsed()
    var rest = words[...]
    var areOptionsOver = false
    while let word = rest.popFirst() {
      if areOptionsOver || word == Path("-") || word.bytes.first != ASCII.hyphen {
        guard parsed.operand == nil else {
          throw misuse("There is one argument too many: \(quoted(word.string)).")
        }
        parsed.operand = word
      } else if word == Path("--") {
        areOptionsOver = true
      } else {
        parsed.given.append(try option(word, &rest))
      }
    }
    return parsed
  }

  private func option(
    _ word: Path, _ rest: inout ArraySlice<Path>
  ) throws(Problem) -> (name: String, value: Path) {
    let parts = word.bytes.split(
      separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(decoding: parts[0], as: UTF8.self)
    let attached = parts.count > 1 ? Path(bytes: parts[1]) : nil
    guard let option = all.first(where: { $0.name == (name == "-h" ? "--help" : name) }) else {
      // Two letters may differ, such as the l of --offline and a dash.
      let meant = all.first { editDistance(name.utf8.prefix(64), $0.name.utf8) <= 2 }
      let hint = meant.map { " Did you mean \($0.name)?" } ?? ""
      throw misuse("There is no option \(quoted(name)).\(hint)")
    }
    guard let placeholder = option.value else {
      if attached != nil { throw misuse("\(option.name) does not take a value.") }
      return (option.name, Path(""))
    }
    guard let value = attached ?? rest.popFirst(), !value.bytes.isEmpty else {
      throw misuse("\(option.name) needs a value: \(option.name) \(placeholder).")
    }
    return (option.name, value)
  }

  /// The code of the problem that a command line is wrong.
  private static let misuse = "usage"

  func misuse(_ summary: String) -> Problem {
    Problem(Self.misuse, summary, Remedy("See the options:", .run("\(command) --help")))
  }

  /// How to call the command, in lines.
  private var usage: [String] {
    ["Usage: \(command) [APP_DIR] [OPTION…]", "       \(command) --help"]
  }

  /// Fits a terminal of 80 columns and 24 lines.
  var help: [String] {
    let names = all.map { "  \($0.name)\($0.value.map { " \($0)" } ?? "")" }
    let width = (names.map { $0.count }.max() ?? 0) + 2
    let rows = zip(names, all).flatMap { name, option in
      columns(option.help.enumerated().map { ($0 == 0 ? name : "", $1) }, width)
    }
    return [usage[0], ""] + about + [""] + rows + [""] + examples
  }
}

extension Options {
  /// Runs a command: parses the words, prints the help, or runs `body` and says why it failed.
  ///
  /// - Returns: The exit status. A process that was asked to stop does not return: it ends as the
  ///   signal would have ended it, after `body` has cleaned up.
  func run(
    _ words: [Path], _ body: (Parsed, BuildLog, CommandReport) throws(Problem) -> Void
  ) -> Int32 {
    let output = BuildLog()
    let report = CommandReport(command)
    var status: Int32 = 1
    var isJSON = words.prefix(while: { $0 != Path("--") }).contains(Path("--json"))
    do throws(Problem) {
      let asked = try parse(words)
      if asked.isOn("--help") { return help.allSatisfy { output.plain($0) } ? 0 : 1 }
      isJSON = asked.isOn("--json")
      report.isOffline = asked.isOn("--offline")
      try body(asked, isJSON ? BuildLog(output: STDERR_FILENO) : output, report)
      status = report.succeeds ? 0 : 1
    } catch {
      if let stop = error.stop { Signals.die(of: stop) }
      let failure = error.code == Problem.diskFull.code ? .temporary("The disk is full") : error
      report.failure = failure
      if error.code == Self.misuse {
        output.misuse(error.summary, usage: usage)
        status = EX_USAGE
      } else {
        output.problem(failure)
      }
    }
    return !isJSON || output.plain(report.json) ? status : max(status, 1)
  }
}

/// Rows of two texts, the second of each in the same column.
///
/// - Parameter width: The room for the first text, or nil for what the longest one needs.
func columns(_ rows: [(String, String)], _ width: Int? = nil) -> [String] {
  let width = width ?? (rows.map { $0.0.count }.max() ?? 0) + 2
  return rows.map { $0 + String(repeating: " ", count: width - $0.count) + $1 }
}
