import CPosix
import HoopAgent
import Posix

/// An app's Procfile: its process types and their commands.
///
/// A line is `TYPE: COMMAND`, TYPE of letters, digits, `-` and `_` (Dev Center, "The Procfile").
/// Other lines say nothing.
public struct Procfile: Hashable, Sendable {
  public struct Process: Hashable, Sendable {
    /// The process type, such as `web`.
    public let type: String
    /// The command, as bash gets it.
    public let command: String

    public init(type: String, command: String) { (self.type, self.command) = (type, command) }
  }

  /// In the order of the file; a type that is there twice counts with its last command.
  public let processes: [Process]

  /// The longest Procfile that is read, in bytes. What follows says nothing.
  public static let maximumBytes = 1 << 20

  public init(_ bytes: some Collection<UInt8>) {
    var processes: [Process] = []
    var places: [String: Int] = [:]
    let lines = bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    for line in lines {
      guard let process = Self.process(line) else { continue }
      if let place = places[process.type] {
        processes[place] = process
      } else {
        places[process.type] = processes.count
        processes.append(process)
      }
    }
    self.processes = processes
  }

  /// Whether an app has a Procfile; a link that leads nowhere is none.
  package static func isThere(in app: Path) throws(SystemError) -> Bool {
    do throws(SystemError) {
      return try (app / app.resolvedBeneath(Path("Procfile"))).linkStatus()?.kind == .file
    } catch {
      if error.code == ELOOP || error.code == ENOENT { return false }
      throw error
    }
  }

  /// The Procfile of an app; without processes where there is no such file.
  ///
  /// - Throws: where it is there and cannot be read: the slug would lack the links that it names.
  package init(of app: Path) throws(BuildFailure) {
    do throws(SystemError) {
      // A link that leads out of the app would show in the log what is there.
      self.init(
        try (app / app.resolvedBeneath(Path("Procfile"))).content(atMost: Self.maximumBytes))
    } catch {
      // EINVAL: a folder, a device or a pipe.
      guard [ENOENT, ENOTDIR, ELOOP, EINVAL].contains(error.code) else {
        throw .slug(.unreadableProcfile(error))
      }
      self.init([])
    }
  }

  private static func process(_ line: some Collection<UInt8>) -> Process? {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let type = line[..<colon]
    let command = String(decoding: line[line.index(after: colon)...], as: UTF8.self).trimmed()
    guard !type.isEmpty, type.allSatisfy(isTypeByte), !command.isEmpty else { return nil }
    return Process(type: String(decoding: type, as: UTF8.self), command: command)
  }

  private static func isTypeByte(_ byte: UInt8) -> Bool {
    ASCII.isAlphanumeric(byte) || byte == ASCII.hyphen || byte == ASCII.underscore
  }
}

extension Procfile.Process {
  /// How a command calls hoopstart.
  public enum Use: Hashable, Sendable {
    case none
    /// As the word `hoopstart`, with `--` behind it.
    case proper
    /// Without `--`, so that hoopstart would take the command's words for its own.
    case withoutDashes
  }

  public var use: Use {
    let words = self.words
    guard let place = words.firstIndex(where: Self.isHoopstart) else { return .none }
    return words[(place + 1)...].first == "--" ? .proper : .withoutDashes
  }

  /// The first word that calls the program `name` in the app's own bin/: `bin/hoopstart`.
  func calls(inBin name: String) -> Bool {
    words.contains { $0 == "bin/\(name)" || $0 == "./bin/\(name)" }
  }

  /// The command as it should be: `hoopstart -- ` before the program, which is behind the last
  /// `&&`, `||` or `;`, behind variables that are set for it, and behind `exec`.
  public var corrected: Procfile.Process {
    var command = command
    let words = self.words
    if let place = words.firstIndex(where: Self.isHoopstart) {
      if use == .withoutDashes { command.insert(contentsOf: " --", at: words[place].endIndex) }
    } else {
      let start = words.lastIndex { ["&&", "||"].contains($0) || $0.hasSuffix(";") } ?? -1
      let program = words[(start + 1)...].first { $0 != "exec" && !Self.isAssignment($0) }
      command.insert(contentsOf: "hoopstart -- ", at: program?.startIndex ?? command.startIndex)
    }
    return Procfile.Process(type: type, command: command)
  }

  /// The command's words, told apart by bytes: to bash a space with a combining mark behind it is a
  /// space.
  private var words: [Substring] {
    command.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.map(Substring.init)
  }

  private static func isHoopstart(_ word: Substring) -> Bool {
    word.split(separator: "/").last == "hoopstart"
  }

  private static func isAssignment(_ word: Substring) -> Bool {
    guard let equals = word.firstIndex(of: "="), equals > word.startIndex else { return false }
    return word[..<equals].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }
}
