import CPosix

/// The children of this process.
package enum Children {
  /// A child that has ended.
  package enum Next: Hashable, Sendable {
    /// It is not reaped yet, so the pid, and a process group of that number, are still its own.
    case ended(pid_t)
    /// None has ended.
    case allAlive
    /// There are no children.
    case none
  }

  /// Looks for a child that has ended, without reaping it.
  package static var next: Next {
    while true {
      switch cposix_ended_child() {
      case -EINTR: continue
      case ..<0: return .none
      case 0: return .allAlive
      case let pid: return .ended(pid)
      }
    }
  }

  /// Reaps a child that has ended.
  package static func reap(_ pid: pid_t) -> ExitStatus { ExitStatus(waitStatus: cposix_reap(pid)) }

  /// Those alive and those not reaped; none where the kernel has no list of them
  /// (CONFIG_PROC_CHILDREN).
  package static var pids: [pid_t] {
    let limit = 1 << 20  // 100,000 children and more
    guard let list = try? Path("/proc/thread-self/children").content(atMost: limit) else {
      return []
    }
    return String(decoding: list, as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
  }

  /// Makes this process the parent of what its descendants orphan.
  package static func adoptOrphans() throws(SystemError) {
    try retrying("prctl") { cposix_become_subreaper() }
  }
}
