import Glibc

/// A command and its arguments as exec takes them: ends with NULL.
typealias Command = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// What hoopstart's arguments ask for.
enum Invocation {
  /// `-- COMMAND ARG…`
  case run(Command)
  case check
  case help
  case version
  /// Something else: what is wrong with it.
  case wrong(String)

  /// Reads the arguments of a process, its own name first.
  init(_ arguments: Command) {
    guard let name = arguments[0], let first = arguments[1] else {
      self = .wrong("There is no command.")
      return
    }
    _ = name
    if strcmp(first, "--") == 0 {
      self = arguments[2] == nil ? .wrong("There is no command after --.") : .run(arguments + 2)
      return
    }
    guard arguments[2] == nil else {
      self = .wrong("There is something before the --.")
      return
    }
    switch String(cString: first) {
    case "--check": self = .check
    case "--help", "-h": self = .help
    case "--version": self = .version
    default: self = .wrong("There is something before the --.")
    }
  }
}
