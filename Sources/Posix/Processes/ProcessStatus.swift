import CPosix

/// What /proc says about a process.
package struct ProcessStatus {
  /// Whether it has ended and its parent has not looked yet.
  package let isZombie: Bool
  /// 0 where it has none in this PID namespace.
  package let parent: pid_t
  /// In clock ticks since the machine started. It stays the same through exec.
  package let startTime: Int

  /// Nil where there is no such process.
  package init?(of pid: pid_t) {
    guard let line = try? Path("/proc/\(pid)/stat").content(atMost: 1024) else { return nil }
    self.init(String(decoding: line, as: UTF8.self))
  }

  /// Parses a line of /proc/PID/stat.
  package init?(_ line: String) {
    // The name may hold anything. After it come the third field and the others, the 22nd the start.
    let bytes = line.utf8  // which take a tenth of the time that characters do
    guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = bytes[bytes.index(after: end)...].split(separator: UInt8(ascii: " "))
      .map { Substring($0) }
    guard fields.count > 19, let parent = pid_t(fields[1]), let started = Int(fields[19]) else {
      return nil
    }
    isZombie = fields[0] == "Z" || fields[0] == "X"
    self.parent = parent
    startTime = started
  }
}
