import CPosix
import HoopAgent

/// A command and its arguments as exec takes them: ends with NULL.
typealias ArgumentVector = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// What hoopstart's arguments ask for.
enum Invocation {
  /// `-- COMMAND ARG…`
  case run(ArgumentVector)
  /// Whether the gateway is asked too.
  case check(connects: Bool)
  case help
  case version
  /// Something else: what is wrong with it.
  case wrong(String)

  /// Reads the arguments of a process, its own name first.
  init(_ arguments: ArgumentVector) {
    guard let name = arguments[0], let first = arguments[1] else {
      self = .wrong("There is no command.")
      return
    }
    _ = name
    if strcmp(first, "--") == 0 {
      self = arguments[2] == nil ? .wrong("There is no command after --.") : .run(arguments + 2)
      return
    }
    let word = String(cString: first)
    switch word {
    case _ where Self.hasDashes(arguments): self = .wrong("There is something before the --.")
    case "--check" where arguments[2] == nil: self = .check(connects: true)
    case "--check"
    where arguments[2].map { strcmp($0, "--no-connect") == 0 } == true && arguments[3] == nil:
      self = .check(connects: false)
    case "--check": self = .wrong("--check takes --no-connect, and nothing else.")
    case "--help" where arguments[2] == nil, "-h" where arguments[2] == nil: self = .help
    case "--version" where arguments[2] == nil: self = .version
    case "--help", "-h", "--version": self = .wrong("\(word) stands alone.")
    case _ where word.hasPrefix("-"): self = .wrong("There is no option \(quoted(word)).")
    default: self = .wrong("There is no --.")
    }
  }

  private static func hasDashes(_ arguments: ArgumentVector) -> Bool {
    var next = arguments
    while let word = next.pointee {
      if strcmp(word, "--") == 0 { return true }
      next += 1
    }
    return false
  }
}
