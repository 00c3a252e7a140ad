import CPosix
import HoopAgent
import Output

/// Words as exec takes them: they end with NULL.
typealias ArgumentVector = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// What hoopstart's arguments ask for.
enum Invocation {
  /// `[--] [NAME=VALUE…] COMMAND [ARGUMENT…]`
  ///
  /// - Parameters:
  ///   - assignments: The words, the first so many of which are `NAME=VALUE`.
  case run(ArgumentVector, assignments: ArraySlice<UnsafeMutablePointer<CChar>>)
  /// Whether the gateway is asked too.
  case check(connects: Bool)
  case help
  case version
  /// Something else: what is wrong with it.
  case wrong(String)

  /// Reads the arguments of a process, its own name first.
  init(_ arguments: ArgumentVector) {
    guard arguments[0] != nil, let first = arguments[1] else {
      self = .wrong("There is no command.")
      return
    }
    if strcmp(first, "--") == 0 {
      self = Self.command(arguments + 2)
    } else if first[0] == CChar(UInt8(ascii: "-")) {
      self = Self.option(arguments + 1)
    } else {
      self = Self.command(arguments + 1)
    }
  }

  private static func command(_ words: ArgumentVector) -> Invocation {
    var next = words
    var assignments: [UnsafeMutablePointer<CChar>] = []
    while let word = next.pointee, isAssignment(word) {
      assignments.append(word)
      next += 1
    }
    return next.pointee == nil
      ? .wrong("There is no command.") : .run(next, assignments: assignments[...])
  }

  /// Whether a word is `NAME=VALUE`, as env(1) takes it. A path is none.
  private static func isAssignment(_ word: UnsafeMutablePointer<CChar>) -> Bool {
    let length = strcspn(word, "=/")
    return length > 0 && word[length] == CChar(UInt8(ascii: "="))
  }

  private static func option(_ words: ArgumentVector) -> Invocation {
    let word = words[0].map { String(cString: $0) } ?? ""
    let next = words[1].map { String(cString: $0) }
    switch (word, next) {
    case ("--check", nil): return .check(connects: true)
    case ("--check", "--no-connect"?) where words[2] == nil: return .check(connects: false)
    case ("--check", _): return .wrong("--check takes --no-connect and nothing else.")
    case ("--help", nil), ("-h", nil): return .help
    case ("--version", nil): return .version
    case ("--help", _), ("-h", _), ("--version", _): return .wrong("\(word) takes nothing else.")
    default: return .wrong("There is no option \(quoted(word)).")
    }
  }
}

/// What hoopstart says about itself.
enum Usage {
  /// EX_USAGE of sysexits.h.
  static let exitStatus: Int32 = 64

  private static let synopsis = [
    "usage: hoopstart [--] [NAME=VALUE…] COMMAND [ARGUMENT…]",
    "       hoopstart --check [--no-connect] | --help | --version",
  ]

  static func error(_ what: String) -> [String] {
    ["hoopstart: \(what) Name the app's command: hoopstart -- bundle exec puma"] + synopsis
  }

  static var help: [String] {
    synopsis + [
      "",
      "Starts the Hoop agent in the background and becomes COMMAND, which runs as if it had been",
      "started without hoopstart, but without the key in its environment. The agent ends with it.",
      "As pid 1 of a container hoopstart stays instead, as tini does: it passes signals on, reaps",
      "orphans and ends as COMMAND does.",
      "",
      "  --check       say what would be started here and why, who can read the key, and whether the",
      "                gateway takes it; exit 1 unless it does. No connection is made or changed. An",
      "                agent's key is online for a moment if no other agent has it: a session that",
      "                is waiting may get lost. An organisation's key has no such moment.",
      "  --no-connect  start no agent for that",
      "  --help        say this",
      "  --version     say the version",
      "",
      "Config vars:",
    ]
      + Setting.allCases.filter { $0.isReadAtStart }.map { setting in
        "  \(setting.name)" + String(repeating: " ", count: max(1, 20 - setting.name.utf8.count))
          + setting.description.help
      }
      + ["", "Those of the connections can end in a connection's name, as in HOOP_REVIEW_MYAPP."]
  }
}
