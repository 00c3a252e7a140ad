import CPosix
import Posix

/// The app as the supervisor watches it.
public struct WatchedApp: ~Copyable {
  public let pid: pid_t
  /// Can be read from once the app has ended; nil where the kernel has no such thing.
  private let descriptor: Descriptor?
  /// Its number; -1 where there is none and the app has to be looked at.
  let descriptorNumber: Int32
  /// What tells the app from a later process with its pid, where there is no descriptor.
  private let startTime: String?

  /// How often to look where the kernel does not tell, in milliseconds.
  static let lookInterval = 250

  /// Watches this process, which may become another program by exec.
  ///
  /// - Throws: where the kernel has no pidfd and no /proc either.
  public init() throws(SystemError) { try self.init(hasDescriptor: true) }

  init(hasDescriptor: Bool) throws(SystemError) {
    pid = getpid()
    if hasDescriptor, let descriptor = try? Descriptor(process: pid) {
      descriptorNumber = descriptor.number
      self.descriptor = consume descriptor
      startTime = nil
      return
    }
    guard let status = ProcessStatus(of: pid) else { throw SystemError("pidfd_open", code: ENOSYS) }
    descriptor = nil
    descriptorNumber = -1
    startTime = status.startTime
  }

  public var hasEnded: Bool {
    if descriptorNumber >= 0 { return Descriptor.waitToRead([descriptorNumber], atMost: 0)[0] }
    guard let status = ProcessStatus(of: pid) else { return true }
    return status.startTime != startTime || status.isZombie
  }
}

/// What /proc says about a process.
struct ProcessStatus {
  /// In clock ticks since the machine started. It stays the same through exec.
  let startTime: String
  /// Whether it has ended and its parent has not looked yet.
  let isZombie: Bool

  /// Nil where there is no such process.
  init?(of pid: pid_t) {
    guard let line = try? Path("/proc/\(pid)/stat").content(atMost: 1024) else { return nil }
    self.init(String(decoding: line, as: UTF8.self))
  }

  /// Parses a line of /proc/PID/stat.
  init?(_ line: String) {
    // The name may hold anything. After it comes the third field, the state; the 22nd is the start.
    guard let name = line.lastIndex(of: ")") else { return nil }
    let fields = line[line.index(after: name)...].split(separator: " ")
    let (state, start) = (0, 19)
    guard fields.count > start else { return nil }
    isZombie = fields[state] == "Z" || fields[state] == "X"
    startTime = String(fields[start])
  }
}
