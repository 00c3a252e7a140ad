import HoopAgent
import Posix

/// The options of a command: one table, by which words are parsed and of which the help is made.
struct Options {
  struct Option {
    /// With its dashes.
    let name: String
    /// What stands behind it, such as `FILE`; nil for one that is on or off.
    let value: String?
    /// A line each, at most 50 characters.
    let help: [String]
    /// The values that it takes; empty for any.
    var choices: [String] = []
  }

  /// How the command is called, such as `bin/check`.
  let command: String
  /// The word that is no option, such as `[APP_DIR]`.
  let operand: String
  let about: [String]
  let table: [Option]
  let examples: [String]

  private static let helpOption = Option(name: "--help", value: nil, help: ["Print this."])

  private var all: [Option] { table + [Self.helpOption] }

  /// What the words of a command line say.
  struct Parsed {
    fileprivate(set) var operand: Path?
    fileprivate var given: [(name: String, value: Path)] = []

    func isOn(_ name: String) -> Bool { given.contains { $0.name == name } }
    /// The last value counts.
    func value(_ name: String) -> Path? { given.last { $0.name == name }?.value }
    /// Values of several options, in the order of the command line.
    func values(_ names: Set<String>) -> [(name: String, value: Path)] {
      given.filter { names.contains($0.name) }
    }
  }

  /// What is wrong with a command line, in one sentence.
  struct Misuse: Error, Hashable { let words: String }

  /// Parses `--name VALUE`, `--name=VALUE` and `--name`; what follows `--` is no option.
  func parse(_ words: [Path]) throws(Misuse) -> Parsed {
    var parsed = Parsed()
    var rest = words[...]
    var areOptionsOver = false
    while let word = rest.popFirst() {
      if areOptionsOver || word == Path("-") || word.bytes.first != UInt8(ascii: "-") {
        guard parsed.operand == nil else {
          throw Misuse(words: "There is one word too many: \(quoted(word.string)).")
        }
        parsed.operand = word
      } else if word == Path("--") {
        areOptionsOver = true
      } else {
        try take(word, &rest, &parsed)
      }
    }
    return parsed
  }

  private func take(
    _ word: Path, _ rest: inout ArraySlice<Path>, _ parsed: inout Parsed
  ) throws(Misuse) {
    let equals = word.bytes.firstIndex(of: UInt8(ascii: "=")) ?? word.bytes.endIndex
    let name = String(decoding: word.bytes[..<equals], as: UTF8.self)
    let attached = equals < word.bytes.endIndex ? Path(bytes: word.bytes[(equals + 1)...]) : nil
    guard
      let option = all.first(where: { $0.name == name || (name == "-h" && $0.name == "--help") })
    else {
      let nearest = nearest(to: name).map { " The nearest is \($0)." } ?? ""
      throw Misuse(words: "There is no option \(quoted(name)).\(nearest)")
    }
    guard let placeholder = option.value else {
      if attached != nil { throw Misuse(words: "\(option.name) takes no value.") }
      parsed.given.append((option.name, Path("")))
      return
    }
    guard let value = attached ?? rest.popFirst(), !value.bytes.isEmpty else {
      throw Misuse(words: "\(option.name) needs a value: \(option.name) \(placeholder).")
    }
    guard option.choices.isEmpty || option.choices.contains(value.string) else {
      let choices = option.choices.sorted().asList
      throw Misuse(words: "\(option.name) is one of \(choices), not \(quoted(value.string)).")
    }
    parsed.given.append((option.name, value))
  }

  /// The option that was probably meant; nil where none is near.
  private func nearest(to name: String) -> String? {
    let distances = all.map { option in
      (option.name, editDistance(name.utf8.prefix(64), option.name.utf8))
    }
    guard let (nearest, distance) = distances.min(by: { $0.1 < $1.1 }) else { return nil }
    // One letter in three behind the dashes, such as the s of --releases-url and its dash.
    return distance <= max(1, (nearest.utf8.count - 2) / 3) ? nearest : nil
  }

  /// How the command is called, in one line.
  var usage: String { "Usage: \(command) \(operand) [OPTION…]" }

  /// Fits a terminal of 80 columns and 24 lines.
  var help: [String] {
    let names = all.map { "  \($0.name)\($0.value.map { " \($0)" } ?? "")" }
    let width = (names.map { $0.count }.max() ?? 0) + 2
    let rows = zip(names, all).flatMap { name, option in
      option.help.enumerated().map { index, line in
        let label = index == 0 ? name : ""
        return label + String(repeating: " ", count: width - label.count) + line
      }
    }
    return [usage, ""] + about + [""] + rows + (examples.isEmpty ? [] : [""] + examples)
  }
}
