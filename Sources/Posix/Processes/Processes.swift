import CPosix

/// What /proc says about a process.
package struct ProcessStatus {
  /// Whether it has ended and its parent has not reaped it yet.
  package let isZombie: Bool
  /// 0 if its parent is not in this PID namespace.
  package let parent: pid_t
  /// In clock ticks since the machine started. It stays the same through exec.
  package let startTime: Int

  /// Returns nil if there is no such process.
  package init?(of pid: pid_t) {
    guard let line = try? Path("/proc/\(pid)/stat").content(atMost: 1024) else { return nil }
    self.init(line)
  }

  /// Parses a line of /proc/PID/stat (proc_pid_stat(5)).
  package init?(_ line: [UInt8]) {
    // The name may hold any byte. After it comes the third field.
    guard let end = line.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = line[(end + 1)...].split(separator: UInt8(ascii: " "), maxSplits: 20)
      .map { String(decoding: $0, as: UTF8.self) }
    let (state, parent, threads, start) = (0, 1, 17, 19)
    guard fields.count > start, let parent = pid_t(fields[parent]), let start = Int(fields[start])
    else { return nil }
    // While other threads run, a process whose main thread has ended is a zombie and goes on.
    isZombie = ["Z", "X"].contains(fields[state]) && fields[threads] == "1"
    self.parent = parent
    startTime = start
  }
}

/// The processes of this machine.
package enum Processes {
  /// The children of this process, their children and so on, the lowest number first.
  ///
  /// - Parameter others: Those to leave out, with their descendants.
  package static func descendants(besides others: Set<pid_t> = []) -> [pid_t] {
    var children: [pid_t: [pid_t]] = [:]
    for name in (try? Path("/proc").names()) ?? [] {
      guard let pid = pid_t(name.string), let parent = ProcessStatus(of: pid)?.parent else {
        continue
      }
      children[parent, default: []].append(pid)
    }
    var found: Set<pid_t> = []
    var next = [getpid()]
    while let pid = next.popLast() {
      for child in children[pid] ?? [] where !others.contains(child) {
        if found.insert(child).inserted { next.append(child) }
      }
    }
    return found.sorted()
  }

  /// Kills all descendants and reaps them. For a process that adopts orphans.
  ///
  /// - Parameter others: Processes to leave alone, with their descendants.
  package static func killDescendants(besides others: Set<pid_t> = []) {
    while case let pids = descendants(besides: others), !pids.isEmpty {
      for pid in pids { _ = kill(pid, SIGKILL) }
      while case .ended(let pid) = Children.next { _ = Children.reap(pid) }
    }
  }

  /// Returns the process's command line, as `ps` shows it.
  package static func name(of pid: pid_t) -> String? {
    (try? Path("/proc/\(pid)/cmdline").content(atMost: 256)).map {
      String(decoding: $0.map { $0 == 0 ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    }
  }
}

/// The children of this process.
package enum Children {
  /// What a look at the children found.
  package enum Next: Hashable, Sendable {
    /// This one has ended. It is not reaped yet, so its pid still belongs to it, and so does the
    /// process group of that number.
    case ended(pid_t)
    /// None has ended.
    case allAlive
    /// There are no children.
    case none
  }

  /// Looks for a child that has ended.
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

  /// Those that are alive or not reaped yet. Empty if the kernel has no list of them
  /// (CONFIG_PROC_CHILDREN).
  package static var pids: [pid_t] {
    let limit = 1 << 20  // more than 100,000 children
    guard let list = try? Path("/proc/thread-self/children").content(atMost: limit) else {
      return []
    }
    return String(decoding: list, as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
  }

  /// Makes this process the parent of its descendants' orphans.
  package static func adoptOrphans() throws(SystemError) {
    try retrying("prctl") { cposix_become_subreaper() }
  }
}

/// Forks a process that is not a child of this one, leads a session of its own and has every signal
/// blocked. This process gets no child and no SIGCHLD from it.
///
/// - Returns: Whether this is the new process.
package func forkApart() throws(SystemError) -> Bool {
  let result = cposix_fork_apart()
  if result < 0 { throw SystemError("fork", code: -result) }
  return result == 1
}
