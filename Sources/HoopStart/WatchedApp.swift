import CPosix
import Posix

/// The app as the supervisor sees it.
struct WatchedApp: ~Copyable {
  let pid: pid_t
  /// Whether it is this process's child, which reports how it ended.
  let isChild: Bool
  /// Can be read from once the app has ended. Nil for a child, or if the kernel has no pidfd.
  private let descriptor: Descriptor?
  /// What tells the app from a later process with its pid, if there is no descriptor.
  private let startTime: Int
  /// How a child ended, or nil until it is reaped.
  var status: ExitStatus?

  /// How often to look if the kernel does not tell, in milliseconds.
  static let lookInterval = 250

  /// Watches this process, which may become another program by exec.
  ///
  /// - Throws: If the kernel has no pidfd and no /proc either.
  init(hasDescriptor: Bool = true) throws(SystemError) {
    pid = getpid()
    isChild = false
    do throws(SystemError) {
      if !hasDescriptor { throw SystemError("pidfd_open", code: ENOSYS) }
      descriptor = try Descriptor(process: pid)
      startTime = 0
    } catch {
      guard let status = ProcessStatus(of: pid) else { throw error }
      descriptor = nil
      startTime = status.startTime
    }
  }

  /// A child of this process.
  ///
  /// - Parameter status: How it ended already, if it could not even be executed.
  init(child pid: pid_t, endedWith status: ExitStatus? = nil) {
    self.pid = pid
    isChild = true
    descriptor = nil
    startTime = 0
    self.status = status
  }

  /// The number of its descriptor, or -1.
  var descriptorNumber: Int32 { number(of: descriptor) ?? -1 }

  /// Whether nothing tells of its end.
  var hasToBeLookedAt: Bool { !isChild && descriptorNumber < 0 }

  var hasEnded: Bool {
    if isChild { return status != nil }
    if descriptorNumber >= 0 { return Descriptor.waitToRead([descriptorNumber], atMost: 0)[0] }
    guard let status = ProcessStatus(of: pid) else { return true }
    return status.startTime != startTime || status.isZombie
  }
}
