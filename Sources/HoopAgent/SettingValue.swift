/// The value of a setting of a connection.
package enum SettingValue: Hashable, Sendable {
  /// Groups, or types of data; never empty, and none is there twice.
  case list([String])
  /// The words of a command, at least one.
  case command([String])
  case database(ConnectionDatabase)

  /// Reads a value, which is trimmed and not empty.
  ///
  /// - Parameter source: The config var that it comes from: the setting's, or one with a suffix.
  init(
    _ value: String, of setting: Setting, from source: String, _ variable: (String) -> String?
  ) throws(Problem) {
    let kind = setting.description.value
    let malformed = MalformedSetting(setting: setting, source: source)
    try malformed.check(value, isURL: kind == .database)
    switch kind {
    case .database: self = .database(try ConnectionDatabase(value, malformed, variable))
    case .command: self = .command(try Self.words(value, malformed))
    case .types, .groups, .key, .names, .dynos, .text, .version, .digest, .url, .toggle:
      let items = value.items
      var seen: Set<String> = []
      for item in items {
        try malformed.checkQuotes(item)
        // The agent reads the list as CSV, in which a quotation mark is not a letter (hoop 1.21.1:
        // spf13/pflag, StringSlice).
        let isName = item.utf8.allSatisfy {
          kind == .types
            ? ASCII.isAlphanumeric($0) || "_-".utf8.contains($0)
            : $0 != UInt8(ascii: "\"") && !ASCII.isControl($0)
        }
        try malformed.require(isName, "\(quoted(item)) is not a name")
        try malformed.check(item, &seen)
      }
      self = .list(items)
    }
  }

  /// The operand of the agent's flag, and what a check shows.
  package var text: String {
    switch self {
    case .list(let items): items.joined(separator: ",")
    case .command(let words): words.joined(separator: " ")
    case .database(let database): database.description
    }
  }

  /// For a message.
  var words: String {
    if case .list(let items) = self { items.map(printable).asList } else { printable(text) }
  }

  /// What a word may hold, besides letters and digits.
  private static let marks = "_@%+=:,./^~-"
  /// What begins something else than a command in a shell's grammar.
  private static let reserved = ["time", "export", "function", "let", "declare"]

  /// The agent reads a command with a shell's grammar, runs no shell, and keeps quotes and
  /// backslashes in the words (hoop 1.21.23 to 1.148.0, client/cmd/run.go: parsePosixCmd). Only
  /// plain words arrive as they were written.
  private static func words(
    _ value: String, _ malformed: MalformedSetting
  ) throws(Problem) -> [String] {
    let words = Bytes(value.utf8).split { $0 == 0x20 || $0 == 0x09 }.map { $0.text }
    let first = words.first ?? ""
    let special = words.first { word in
      !word.utf8.allSatisfy { ASCII.isAlphanumeric($0) || marks.utf8.contains($0) }
    }
    if special != nil { try malformed.checkQuotes(value) }
    let isProgram = !first.utf8.contains(UInt8(ascii: "=")) && !reserved.contains(first)
    if special == nil, isProgram { return words }
    throw malformed.problem(
      special.map { "the word \(quoted($0)) has a quote or another special character" }
        ?? "it begins with \(quoted(first)), which is not a program", "bin/console",
      "Put it into a script of the app, and name that script. A word may have letters, digits and"
        + " \(marks), and no quotes:")
  }
}

/// `env.NAME`, which is the value of the config var NAME.
struct Reference {
  let name: String
  /// Trimmed; empty if the config var is unset, or is not to be looked up.
  let value: String
  let isKey: Bool

  /// - Returns: nil if `text` does not begin with `env.`.
  init?(_ text: String, _ variable: (String) -> String?) {
    guard let name = Bytes(text.utf8).rest(after: "env.") else { return nil }
    self.name = name.text
    isKey = Setting(rawValue: name.text)?.description.value == .key
    // A build reads it from a file of that name.
    let canBeSet =
      !name.isEmpty && name.allSatisfy { ASCII.isAlphanumeric($0) || $0 == ASCII.underscore }
    value = canBeSet && !isKey ? (variable(name.text) ?? "").trimmed() : ""
  }

  func flaw(_ what: String) -> String { "it refers to the config var \(quoted(name)), \(what)" }
}

/// Makes the problems of one setting whose value cannot be read.
struct MalformedSetting {
  let setting: Setting
  let source: String

  /// - Parameter example: A value to paste; that of the setting if there is no better one.
  func problem(
    _ why: String, _ example: String? = nil, _ remedy: String = "Set a value such as this:",
    _ steps: [Remedy.Step] = []
  ) -> Problem {
    let setting = Remedy.Step.set(source, to: example ?? setting.description.example)
    return Problem(
      self.setting == .connection ? "malformed-connections" : "malformed-setting",
      "\(source) cannot be read: \(why).", meaning: [Problem.notPublished],
      Remedy(remedy, steps: steps.isEmpty ? [setting] : steps))
  }

  /// Refuses a value, or an item of one, with quotation marks around it.
  func checkQuotes(_ text: String) throws(Problem) {
    if text.isQuoted {
      throw problem(
        "it has quotation marks around it, or around a part of it", nil, "Set it without any:")
    }
  }

  func require(_ isRight: Bool, _ why: @autoclosure () -> String) throws(Problem) {
    if !isRight { throw problem(why()) }
  }

  /// Refuses a value that is too long, or that holds a secret and is not the URL of a database.
  func check(_ value: String, isURL: Bool = false, atMost bytes: Int = AgentKey.maximumBytes)
    throws(Problem)
  {
    let count = value.utf8.count
    try require(count <= bytes, "it has \(count) bytes, and \(bytes) are taken")
    try require(
      isURL || !SecretText.isLikely(in: value), "it holds a key, or a URL with a password")
  }

  /// Refuses an item of a list that is empty or was there before.
  func check(_ item: String, _ seen: inout Set<String>) throws(Problem) {
    try require(!item.isEmpty, "it holds an empty name")
    try require(seen.insert(item).inserted, "it names \(quoted(item)) twice")
  }
}
