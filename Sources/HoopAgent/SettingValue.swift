/// The value of a setting of a connection.
package enum SettingValue: Hashable, Sendable {
  /// Groups, or types of data; never empty, and none is there twice.
  case list([String])
  /// The words of a command, at least one.
  case command([String])
  case database(ConnectionDatabase)

  /// The longest value taken, in bytes: Heroku holds 64 kB of config vars for an app (Dev Center,
  /// "Config Vars").
  static let maximumBytes = 65_536

  /// Reads a value.
  ///
  /// - Parameters:
  ///   - value: Trimmed, and not empty.
  ///   - source: The config var that it comes from: the setting's, or one with a suffix.
  init(
    _ value: String, of setting: Setting, from source: String, _ variable: (String) -> String?
  ) throws(Problem) {
    let kind = setting.description.value
    let malformed = MalformedSetting(setting: setting, source: source)
    guard value.utf8.count <= Self.maximumBytes else {
      throw malformed.problem(
        "it has \(value.utf8.count) bytes, and \(Self.maximumBytes) are taken")
    }
    guard kind == .database || !SecretText.isLikely(in: value) else {
      throw malformed.problem("it holds a key, or a URL with a password")
    }
    switch kind {
    case .database: self = .database(try ConnectionDatabase(value, malformed, variable))
    case .command: self = .command(try Self.words(value, malformed))
    case .types:
      self = .list(
        try Self.items(value, malformed) {
          ASCII.isAlphanumeric($0) || $0 == ASCII.underscore || $0 == ASCII.hyphen
        })
    // The agent reads the list as CSV, in which a quotation mark is not a letter (hoop 1.21.1:
    // spf13/pflag, StringSlice).
    case .groups, .key, .names, .dynos, .text, .version, .digest, .url, .toggle, .choice:
      self = .list(
        try Self.items(value, malformed) { $0 != UInt8(ascii: "\"") && !ASCII.isControl($0) })
    }
  }

  /// The operand of the agent's flag, and what a check shows.
  package var text: String {
    switch self {
    case .list(let items): items.joined(separator: ",")
    case .command(let words): words.joined(separator: " ")
    case .database(let database): database.url.description
    }
  }

  /// For a message.
  var words: String {
    if case .list(let items) = self { items.map(printable).asList } else { printable(text) }
  }

  // MARK: Lists

  private static func items(
    _ value: String, _ malformed: MalformedSetting, allowing isAllowed: (UInt8) -> Bool
  ) throws(Problem) -> [String] {
    let parts = Bytes(value.utf8)
      .split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { $0.text.trimmed() }
    if parts.contains(where: Quotes.areAround) { throw malformed.quotes(value) }
    var seen: Set<String> = []
    for item in parts {
      guard !item.isEmpty else { throw malformed.problem("it holds an empty name") }
      guard item.utf8.allSatisfy(isAllowed) else {
        throw malformed.problem("\(quoted(item)) is not a name")
      }
      guard seen.insert(item).inserted else {
        throw malformed.problem("it names \(quoted(item)) twice")
      }
    }
    return parts
  }

  // MARK: Commands

  /// What a word may hold, besides letters and digits.
  private static let marks = "_@%+=:,./^~-"
  /// What begins something else than a command in a shell's grammar.
  private static let reserved = [
    "if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac",
    "select", "function", "time", "coproc", "let", "declare", "local", "export", "readonly",
    "typeset", "nameref",
  ]

  /// The agent reads a command with a shell's grammar, runs no shell, and keeps quotes and
  /// backslashes in the words (hoop 1.21.23 to 1.148.0, client/cmd/run.go: parsePosixCmd). Only
  /// plain words arrive as they were written.
  private static func words(
    _ value: String, _ malformed: MalformedSetting
  ) throws(Problem) -> [String] {
    func notPlain(_ why: String) -> Problem {
      malformed.problem(
        why, "bin/console",
        "Put it into a script of the app, and name that; a word has letters, digits and \(marks) and no"
          + " quotes:")
    }
    func isPlain(_ byte: UInt8) -> Bool {
      ASCII.isAlphanumeric(byte) || marks.utf8.contains(byte)
    }
    let words = value.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      .map { String(decoding: Array($0), as: UTF8.self) }
    if let word = words.first(where: { !$0.utf8.allSatisfy(isPlain) }) {
      if Quotes.areAround(String(value.prefix(1))), Quotes.areAround(String(value.suffix(1))) {
        throw malformed.quotes(value)
      }
      throw notPlain("the word \(quoted(word)) is not plain")
    }
    guard let first = words.first, !first.utf8.contains(UInt8(ascii: "=")),
      !reserved.contains(first)
    else { throw notPlain("it begins with \(quoted(words.first ?? "")), which is not a program") }
    return words
  }
}

/// The database that a connection leads to, and the variable that holds its URL.
package struct ConnectionDatabase: Hashable, Sendable {
  package let url: DatabaseURL
  /// HOOP_DATABASE, one with a connection's suffix, or the variable that it refers to.
  package let variable: String

  /// Reads a URL, or `env.NAME` for the value of the variable NAME.
  fileprivate init(
    _ value: String, _ malformed: MalformedSetting, _ variable: (String) -> String?
  ) throws(Problem) {
    if Quotes.areAround(value) { throw malformed.quotes(value) }
    let name = try Self.reference(value, malformed)
    let url = name.map { variable($0)?.trimmed() ?? "" } ?? value
    if let name, url.isEmpty { throw malformed.unset(name) }
    let what = name.map { "the URL in \($0)" } ?? "the URL"
    guard url.utf8.count <= SettingValue.maximumBytes else {
      throw malformed.problem("\(what) is longer than a config var can be")
    }
    do throws(DatabaseURL.Malformed) { self.url = try DatabaseURL(url) } catch {
      throw malformed.problem("\(what) \(error.rawValue)", name == nil ? nil : "env.NAME")
    }
    self.variable = name ?? malformed.source
  }

  /// The NAME of `env.NAME`, or nil.
  private static func reference(
    _ text: String, _ malformed: MalformedSetting
  ) throws(Problem) -> String? {
    guard let name = Bytes(text.utf8).rest(after: "env.")?.text else { return nil }
    guard name != Setting.key.name, name != Setting.dsn.name else {
      throw malformed.problem("it refers to \(name), which holds the key")
    }
    guard ConnectionList.isVariable(name) else { throw malformed.unset(name) }
    return name
  }
}

/// Makes the problems of one setting whose value cannot be read.
struct MalformedSetting {
  let setting: Setting
  let source: String

  /// - Parameter example: A value to paste; that of the setting if there is no better one.
  func problem(
    _ why: String, _ example: String? = nil, _ remedy: String = "Set a value such as this:"
  ) -> Problem {
    .blocking(
      "malformed-setting", "\(source) cannot be read: \(why).", remedy,
      .set(source, to: example ?? setting.description.example))
  }

  /// - Parameter value: Has quotation marks around it, or around an item of a list.
  func quotes(_ value: String) -> Problem {
    let longest = 200  // bytes of a line to paste
    let bare = Quotes.removed(from: value)
    let isShown = bare.utf8.count <= longest && !bare.isEmpty && !SecretText.isLikely(in: bare)
    return problem(
      "it has quotation marks around it, or around a part of it", isShown ? bare : nil,
      "Set it without them:")
  }

  func unset(_ name: String) -> Problem {
    problem("it refers to the config var \(quoted(name)), which is unset or empty", "env.NAME")
  }
}
