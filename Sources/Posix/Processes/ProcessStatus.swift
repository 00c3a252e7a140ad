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
    self.init(line)
  }

  /// Parses a line of /proc/PID/stat.
  package init?(_ line: [UInt8]) {
    // The name may hold anything. After it come the third field and the others, the 22nd the start.
    guard let end = line.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = line[(end + 1)...].split(separator: UInt8(ascii: " "), maxSplits: 20)
    guard fields.count > 19, let parent = pid_t(String(decoding: fields[1], as: UTF8.self)),
      let started = Int(String(decoding: fields[19], as: UTF8.self))
    else { return nil }
    // The main thread may end before others do: the process goes on then (field 20: threads).
    isZombie =
      [UInt8(ascii: "Z"), UInt8(ascii: "X")].contains(fields[0].first)
      && fields[17].elementsEqual("1".utf8)
    self.parent = parent
    startTime = started
  }
}
