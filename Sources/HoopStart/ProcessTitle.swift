import CPosix
import Posix

/// The name under which `ps` shows a supervisor, and by which others know it.
enum ProcessTitle {
  /// What `ps` shows as the program's name; the kernel keeps 15 bytes.
  static let short = "hoop-supervisor"
  private static let prefix = "hoopstart: supervisor of pid "

  /// Names this process the supervisor of an app.
  static func set(supervisorOf app: pid_t) {
    setShort()
    set("\(prefix)\(app)")
  }

  static func setShort() { _ = cposix_set_process_name(short) }

  /// Whether a process is named so, be it pid 1 or one beside its app.
  static func isSupervisor(_ pid: pid_t) -> Bool {
    guard let name = try? Path("/proc/\(pid)/comm").content(atMost: 32) else { return false }
    return name.elementsEqual("\(short)\n".utf8)
  }

  /// The app of which a process says that it is the supervisor.
  static func app(of supervisor: pid_t) -> pid_t? {
    guard let name = Processes.name(of: supervisor)?.utf8, name.starts(with: prefix.utf8) else {
      return nil
    }
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    return pid_t(Substring(name.dropFirst(prefix.utf8.count).prefix { digits.contains($0) }))
  }

  /// Sets what `ps` shows as the command line.
  ///
  /// It goes where the kernel looks for the arguments, and over the environment where it is longer
  /// than they are. After this the process has neither, so take copies before.
  private static func set(_ title: String) {
    guard let arguments = Arguments.words, let start = arguments[0] else { return }
    // The kernel puts them in one piece, the environment after the arguments.
    let endOfArguments = end(of: arguments, from: start)
    let environment = cposix_environment()
    let end = environment.map { Self.end(of: $0, from: endOfArguments) } ?? endOfArguments
    let bytes = Array(title.utf8CString)
    guard bytes.count < end - start else { return }
    environment?.pointee = nil
    arguments[1] = nil
    // With something else than a NUL there the kernel takes what comes before the first NUL.
    if endOfArguments > start { endOfArguments[-1] = 1 }
    for (index, byte) in bytes.enumerated() { start[index] = byte }
  }

  /// Where the strings end, as long as each follows on the one before.
  private static func end(
    of strings: ArgumentVector, from start: UnsafeMutablePointer<CChar>
  ) -> UnsafeMutablePointer<CChar> {
    var (end, next) = (start, strings)
    while let string = next.pointee, string == end {
      end += strlen(string) + 1
      next += 1
    }
    return end
  }
}
