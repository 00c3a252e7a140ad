import CPosix
import HoopAgent
import Posix

/// An app's Procfile: its process types and their commands.
///
/// A line is `TYPE: COMMAND`, TYPE of letters, digits, `-` and `_` (Dev Center, "The Procfile").
/// Other lines say nothing. A byte order mark, as editors on Windows write it, is dropped.
package struct Procfile: Hashable, Sendable {
  package struct Process: Hashable, Sendable {
    /// The process type, such as `web`.
    package let type: String
    /// The command, as bash gets it.
    package let command: String

    package init(type: String, command: String) { (self.type, self.command) = (type, command) }
  }

  /// In the order of the file; a type that is there twice counts with its last command.
  package let processes: [Process]
  /// The numbers, from 1, of the lines that are neither empty, nor a comment, nor a process type.
  package let otherLines: [Int]
  /// The types that are there more than once.
  package let repeatedTypes: [String]

  /// The longest Procfile that is read, in bytes.
  package static let maximumBytes = 1 << 20
  /// The most process types that are read.
  package static let maximumProcesses = 10_000

  package init(_ bytes: some Collection<UInt8>) {
    var processes: [Process] = []
    var places: [String: Int] = [:]
    var otherLines: [Int] = []
    var repeatedTypes: [String] = []
    let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
    let text = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(3) : bytes[...]
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // A carriage return alone ends a line too, and with a newline it is one end.
    let parts = lines.enumerated().flatMap { index, line in
      line.split(separator: UInt8(ascii: "\r")).map { (number: index + 1, bytes: $0) }
    }
    for (number, line) in parts {
      guard let process = Self.process(line) else {
        let first = line.first { $0 != 0x20 && $0 != 0x09 }
        if first != nil, first != UInt8(ascii: "#") { otherLines.append(number) }
        continue
      }
      if let place = places[process.type] {
        processes[place] = process
        repeatedTypes.append(process.type)
      } else {
        places[process.type] = processes.count
        processes.append(process)
      }
    }
    (self.processes, self.otherLines, self.repeatedTypes) = (processes, otherLines, repeatedTypes)
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
      let file = app / (try app.resolvedBeneath(Path("Procfile")))
      let bytes = try file.content(atMost: Self.maximumBytes + 1)
      self.init(bytes)
      if bytes.count > Self.maximumBytes || processes.count > Self.maximumProcesses {
        throw SystemError("read", file, code: EFBIG)
      }
    } catch {
      if error.code == EFBIG { throw .slug(.hugeProcfile) }
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
  package var use: HoopstartUse { HoopstartUse(by: Array(command.utf8)) }

  /// Whether a word calls the program `name` in the app's own bin/: `bin/hoopstart`.
  func calls(inBin name: String) -> Bool {
    // Most commands do not, which is told sooner so.
    guard command.halves(around: "bin/\(name)").after != nil else { return false }
    return ShellCommand(Array(command.utf8)).words().contains {
      $0.text == "bin/\(name)" || $0.text == "./bin/\(name)"
    }
  }

  /// The command as it should be, with hoopstart before the program. Where what is meant cannot be
  /// told, or is too long to paste, it is that of an app like any other.
  package var corrected: Procfile.Process {
    guard command.utf8.count <= HoopstartCorrection.maximumBytes,
      let bytes = HoopstartCorrection.corrected(Array(command.utf8))
    else { return Procfile.Process(type: type, command: Self.exampleCommand) }
    return Procfile.Process(type: type, command: String(decoding: bytes, as: UTF8.self))
  }

  private static let exampleCommand = "hoopstart -- bundle exec puma -C config/puma.rb"

  /// The process as a line of a Procfile.
  var line: String { "\(type): \(command)" }
}
