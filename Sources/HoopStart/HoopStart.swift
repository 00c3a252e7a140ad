import CPosix
import HoopAgent
import Output
import Posix

/// The command that starts an app with the Hoop agent beside it: `hoopstart -- COMMAND ARG…`.
///
/// It forks the supervisor off and then becomes the app by exec, so the app has the pid, the
/// terminal, the signals and the exit status that it would have had without. As pid 1 it stays, as
/// the container's init and the supervisor in one process.
package enum HoopStart {
  /// The name that this command goes by.
  package static let name = "hoopstart"

  /// Whether this process was started under that name, in whatever folder.
  package static var isCalled: Bool { calledName.map { strcmp($0, name) == 0 } ?? false }

  /// The name under which this process was started, without its folder.
  static var calledName: UnsafePointer<CChar>? {
    guard let path = Arguments.words?[0] else { return nil }
    return UnsafePointer(strrchr(path, CInt(UInt8(ascii: "/"))).map { $0 + 1 } ?? path)
  }

  /// Does what the process's arguments say.
  package static func main() -> Never {
    let score = OutOfMemoryScore()
    // The key is in this process's environment.
    cposix_set_dumpable(false)
    switch Arguments.words.map(Invocation.init) ?? .wrong("There is no command.") {
    case .run(let command, let assignments):
      let start = Start(command, AppEnvironment.make(assignments))
      if getpid() == 1 { Init.run(start, score) }
      AppProcess.run(start, score)
    case .check(let connects):
      check(connects)
    case .help:
      exit(Standard.write(Usage.help, to: STDOUT_FILENO) ? EXIT_SUCCESS : EXIT_FAILURE)
    case .version:
      let line = "\(name) \(BuildpackVersion.current)"
      exit(Standard.write([line], to: STDOUT_FILENO) ? EXIT_SUCCESS : EXIT_FAILURE)
    case .wrong(let why):
      Standard.write(Usage.error(why), to: STDERR_FILENO)
      exit(EX_USAGE)
    }
  }

  private static func check(_ connects: Bool) -> Never {
    Start.learnSecrets()
    do throws(SystemError) {
      let check = StartCheck(
        variable: Environment.value(of:), installation: Installation(),
        signals: connects ? try Signals() : nil)
      do throws(Signals.Stop) { exit(try check.run() ? EXIT_SUCCESS : EXIT_FAILURE) } catch {
        Signals.die(of: error)
      }
    } catch {
      Standard.write(Row("Result", "No check: \(error)").text, to: STDERR_FILENO)
      exit(EXIT_FAILURE)
    }
  }
}

/// What hoopstart's arguments ask for.
enum Invocation {
  /// `[--] [NAME=VALUE…] COMMAND [ARGUMENT…]`
  ///
  /// The command and its arguments, and the words before them.
  case run(ArgumentVector, assignments: [UnsafeMutablePointer<CChar>])
  /// `--check`: whether the gateway is asked too.
  case check(connects: Bool)
  case help
  case version
  /// Something else: what is wrong with it.
  case wrong(String)

  /// Reads the arguments of a process, its own name first.
  init(_ arguments: ArgumentVector) {
    let words = arguments.words.dropFirst()
    let hasDashes = words.first.map { strcmp($0, "--") == 0 } ?? false
    if let first = words.first, !hasDashes, first[0] == CChar(UInt8(ascii: "-")) {
      // A word that is not an option is shown.
      Start.learnSecrets()
      self = Self.option(words.map { String(cString: $0) })
      return
    }
    let assignments = words.dropFirst(hasDashes ? 1 : 0).prefix(while: Self.isAssignment)
    let command = arguments + (hasDashes ? 2 : 1) + assignments.count
    let isThere = assignments.endIndex < words.endIndex
    self = isThere ? .run(command, assignments: Array(assignments)) : .wrong("There is no command.")
  }

  /// Whether a word is `NAME=VALUE`, as env(1) takes it, and not a path.
  private static func isAssignment(_ word: UnsafeMutablePointer<CChar>) -> Bool {
    let length = strcspn(word, "=/")
    return length > 0 && word[length] == CChar(UInt8(ascii: "="))
  }

  private static func option(_ words: [String]) -> Invocation {
    switch (words[0], words.count) {
    case ("--check", 1): .check(connects: true)
    case ("--check", 2) where words[1] == "--no-connect": .check(connects: false)
    case ("--check", _): .wrong("--check takes --no-connect and nothing else.")
    case ("--help", 1), ("-h", 1): .help
    case ("--version", 1): .version
    case ("--help", _), ("-h", _), ("--version", _): .wrong("\(words[0]) takes nothing else.")
    default: .wrong("There is no option \(quoted(words[0])).")
    }
  }
}

/// What hoopstart says about itself.
enum Usage {
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
      + ["", "Add a connection's name to set it for that one only, as in HOOP_REVIEW_MYAPP."]
  }
}

extension UnsafeMutablePointer where Pointee == UnsafeMutablePointer<CChar>? {
  var words: [UnsafeMutablePointer<CChar>] {
    var (words, next) = ([UnsafeMutablePointer<CChar>](), self)
    while let word = next.pointee {
      words.append(word)
      next += 1
    }
    return words
  }
}

/// What the app gets of this process's environment: all but the secrets that are for the agents, every
/// byte and the order as they were.
enum AppEnvironment {
  /// - Parameter assignments: `NAME=VALUE`, which replace a variable or come last, as env(1) has it.
  static func make(_ assignments: [UnsafeMutablePointer<CChar>]) -> ArgumentVector {
    let all = cposix_environment()?.words ?? []
    // Most variables are not ours, and this is in the app's way.
    let secrets = Setting.hiddenFromApp(
      among: all.filter(isOurs).map(name), variable: Environment.value(of:))
    func isShown(_ entry: UnsafeMutablePointer<CChar>) -> Bool {
      !isOurs(entry) || !secrets.contains(name(of: entry))
    }
    var kept = all.filter(isShown)
    for assignment in assignments where isShown(assignment) {
      let length = strcspn(assignment, "=") + 1
      let index = kept.firstIndex { strncmp($0, assignment, length) == 0 } ?? kept.endIndex
      kept.replaceSubrange(index..<min(index + 1, kept.endIndex), with: [assignment])
    }
    // Not freed: it is there until exec.
    let vector = ArgumentVector.allocate(capacity: kept.count + 1)
    vector.initialize(repeating: nil, count: kept.count + 1)
    for (index, entry) in kept.enumerated() { vector[index] = entry }
    return vector
  }

  private static func isOurs(_ entry: UnsafeMutablePointer<CChar>) -> Bool {
    strncmp(entry, "HOOP_", 5) == 0
  }

  private static func name(of entry: UnsafeMutablePointer<CChar>) -> String {
    String(String(cString: entry).splitOnce(at: "=").before)
  }
}
