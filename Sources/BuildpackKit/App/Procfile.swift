import CPosix
import HoopAgent
import Posix

/// An app's Procfile: its process types and their commands.
///
/// A line is `TYPE: COMMAND`, TYPE of letters, digits, `-` and `_` (Dev Center, "The Procfile"). As on
/// Heroku, blanks may stand before it, and the colon may be left out before a blank.
package struct Procfile: Hashable, Sendable {
  package struct Process: Hashable, Sendable {
    /// The process type, such as `web`.
    package let type: String
    /// The command, as bash gets it.
    package let command: String

    /// The process as a line of a Procfile.
    package var line: String { "\(type): \(command)" }
  }

  /// In the order of the file. A type that is there more than once counts with its last command.
  package private(set) var processes: [Process] = []
  /// The numbers, from 1, of lines that are not empty, a comment or a process type.
  package private(set) var otherLines: [Int] = []
  /// The numbers, from 1, of process types without a colon.
  package private(set) var linesWithoutColon: [Int] = []
  /// The types that are there more than once.
  package private(set) var repeatedTypes: [String] = []
  /// Whether it is written in UTF-16, as some editors on Windows do. Nothing is read of it.
  package let isUTF16: Bool

  /// The longest Procfile that is read, in bytes.
  package static let maximumBytes = 1 << 20

  package init(_ bytes: some Collection<UInt8>) {
    let start = Array(bytes.prefix(4))
    isUTF16 =
      start.starts(with: [0xff, 0xfe]) || start.starts(with: [0xfe, 0xff]) || start.contains(0)
    if isUTF16 { return }
    let text = start.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...]
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // A carriage return alone ends a line too, and with a newline it is one end.
    let parts = lines.enumerated().flatMap { index, line in
      line.split(separator: UInt8(ascii: "\r")).map { (number: index + 1, bytes: $0) }
    }
    var places: [String: Int] = [:]
    var repeated: Set<String> = []
    for (number, bytes) in parts {
      let line = bytes.drop(while: Self.isBlank)
      guard let first = line.first, first != UInt8(ascii: "#") else { continue }
      guard let (process, hasColon) = Self.process(line) else {
        otherLines.append(number)
        continue
      }
      if !hasColon { linesWithoutColon.append(number) }
      if let place = places[process.type] {
        processes[place] = process
        if repeated.insert(process.type).inserted { repeatedTypes.append(process.type) }
      } else {
        places[process.type] = processes.count
        processes.append(process)
      }
    }
  }

  private static func process(_ line: some Collection<UInt8>) -> (Process, hasColon: Bool)? {
    let type = line.prefix(while: isTypeByte)
    let rest = line.dropFirst(type.count)
    guard !type.isEmpty, let next = rest.first else { return nil }
    let hasColon = next == UInt8(ascii: ":")
    guard hasColon || isBlank(next) else { return nil }
    // White space that the shell does not take for a blank is left for it to see.
    var command = Array(rest.dropFirst().drop(while: isBlank))
    while let last = command.last, isBlank(last) { command.removeLast() }
    if command.isEmpty { return nil }
    let text = String(decoding: command, as: UTF8.self)
    return (Process(type: String(decoding: type, as: UTF8.self), command: text), hasColon)
  }

  private static func isTypeByte(_ byte: UInt8) -> Bool {
    ASCII.isAlphanumeric(byte) || byte == ASCII.hyphen || byte == ASCII.underscore
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0d).contains(byte)
  }
}

extension Procfile {
  /// Returns whether an app has a Procfile. A link that leads nowhere is not one.
  package static func isThere(in app: Path) throws(Problem) -> Bool {
    do throws(SystemError) {
      return try (app / app.resolvedBeneath(Path("Procfile"))).linkStatus()?.kind == .file
    } catch {
      if error.code == ELOOP || error.code == ENOENT { return false }
      throw .unreadableProcfile(error)
    }
  }

  /// Reads the Procfile of an app. Without such a file it has no processes.
  ///
  /// - Throws: If it is there and cannot be read: the slug would lack the links that it names.
  package init(of app: Path) throws(Problem) {
    self.init([])
    guard try Self.isThere(in: app) else { return }
    do throws(SystemError) {
      // A link that leads out of the app would show in the log what is there.
      let file = app / (try app.resolvedBeneath(Path("Procfile")))
      let bytes = try file.content(atMost: Self.maximumBytes + 1)
      if bytes.count > Self.maximumBytes { throw SystemError("read", file, code: EFBIG) }
      self.init(bytes)
    } catch { throw .unreadableProcfile(error) }
  }
}

extension Procfile.Process {
  /// The same process with hoopstart in its command, as a line to paste into the Procfile.
  package var suggested: Procfile.Process {
    Procfile.Process(type: type, command: HoopstartCall(in: command).suggested)
  }

  /// Returns whether its command, or a script in it, has one of these words.
  func calls(_ names: [String]) -> Bool {
    ShellLine(command).allCommands().contains { simple in
      simple.command.contains { names.contains($0.text) }
    }
  }
}

extension Procfile {
  /// The app has no Procfile.
  package static let missing = Problem(
    "no-procfile", "The app has no Procfile.",
    meaning: [
      "hoopstart starts the Hoop agent with a process, so a Procfile must name one.",
      "If another buildpack moves the app to its place, as for a monorepo, it must come before this one.",
    ],
    Remedy(
      "Put a file `Procfile` at the top of the repository, with your own command:",
      .procfile("web: \(HoopstartCall.exampleCommand)")))
}

extension Problem {
  fileprivate static func unreadableProcfile(_ error: SystemError) -> Problem {
    let reason =
      switch error.code {
      case EXDEV: "It is a link that leads out of the app, and only files of the app are read."
      case EFBIG: "It has more than \(Procfile.maximumBytes >> 20) MiB."
      default: "\(error.call): \(error.reason)"
      }
    return Problem(
      "unreadable-procfile", "The app's Procfile cannot be read.", meaning: [reason],
      Remedy(
        "Make it a file of the app, and let the build's user read it:", .run("chmod -R u+rX .")))
  }
}
