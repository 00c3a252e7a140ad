import CPosix

/// The processes of this machine.
package enum Processes {
  /// The children of this process, their children, and so on, as /proc has them now; the
  /// lowest number first.
  package static var descendants: [pid_t] { descendants(besides: []) }

  /// The same without some, and without what is below these.
  private static func descendants(besides others: Set<pid_t>) -> [pid_t] {
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

  /// Kills all that `descendants` has, and reaps them. For a process that adopts orphans.
  ///
  /// - Parameter others: those that stay, with what is below them.
  package static func killDescendants(besides others: Set<pid_t> = []) {
    while case let pids = descendants(besides: others), !pids.isEmpty {
      for pid in pids { _ = kill(pid, SIGKILL) }
      while case .ended(let pid) = Children.next { _ = Children.reap(pid) }
    }
  }

  /// What the process is called in `ps`.
  package static func name(of pid: pid_t) -> String? {
    let maximum = 256
    return (try? Path("/proc/\(pid)/cmdline").content(atMost: maximum)).map {
      String(decoding: $0.map { $0 == 0 ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    }
  }
}
