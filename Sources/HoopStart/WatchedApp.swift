import CPosix
import Posix

/// The app as the supervisor sees it.
struct WatchedApp: ~Copyable {
  let pid: pid_t
  /// Whether it is this process's child, and how it ended is for this process to say.
  let isChild: Bool
  /// Can be read from once the app has ended; nil for a child, or if the kernel has no such
  /// thing.
  private let descriptor: Descriptor?
  /// Its number, or -1.
  let descriptorNumber: Int32
  /// What tells the app from a later process with its pid, if there is no descriptor.
  private let startTime: Int
  /// How a child ended, or nil until it is reaped.
  var status: ExitStatus?

  /// How often to look if the kernel does not tell, in milliseconds.
  static let lookInterval = 250

  /// Watches this process, which may become another program by exec.
  ///
  /// - Throws: If the kernel has no pidfd and no /proc either.
  init() throws(SystemError) { try self.init(hasDescriptor: true) }

  init(hasDescriptor: Bool) throws(SystemError) {
    pid = getpid()
    isChild = false
    var reason = SystemError("pidfd_open", code: ENOSYS)
    if hasDescriptor {
      do throws(SystemError) {
        let descriptor = try Descriptor(process: pid)
        descriptorNumber = descriptor.number
        self.descriptor = consume descriptor
        startTime = 0
        return
      } catch { reason = error }
    }
    guard let status = ProcessStatus(of: pid) else { throw reason }
    descriptor = nil
    descriptorNumber = -1
    startTime = status.startTime
  }

  /// A child of this process.
  ///
  /// - Parameter status: How it ended already, if it could not even be executed.
  init(child pid: pid_t, endedWith status: ExitStatus? = nil) {
    self.pid = pid
    isChild = true
    descriptor = nil
    descriptorNumber = -1
    startTime = 0
    self.status = status
  }

  /// Whether nothing tells of its end.
  var hasToBeLookedAt: Bool { !isChild && descriptorNumber < 0 }

  var hasEnded: Bool {
    if isChild { return status != nil }
    if descriptorNumber >= 0 { return Descriptor.waitToRead([descriptorNumber], atMost: 0)[0] }
    guard let status = ProcessStatus(of: pid) else { return true }
    return status.startTime != startTime || status.isZombie
  }
}
