import CPosix

extension Descriptor {
  /// Opens a pidfd, a descriptor that can be read from once the process has ended.
  ///
  /// - Throws: ENOSYS on kernels before 5.3.
  package init(process pid: pid_t) throws(SystemError) {
    let opened = Descriptor(owning: try retrying("pidfd_open") { cposix_pidfd_open(pid) })
    self = try opened.awayFromStandardStreams()
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

/// Runs a part of this program that starts others, and makes sure that none of them is left.
///
/// The part runs in a child process, which adopts its descendants' orphans and kills all that is left
/// at the end, also when this process is killed. If the child itself is killed, this process does
/// it. The children that this process has already, and its process group, are left alone.
///
/// - Parameter body: Returns the child's exit status. It must throw soon after a stop signal.
/// - Returns: How the child ended: by the same signal if this process was asked to stop.
package func runGuarded(
  _ body: (Signals) throws(Signals.Stop) -> Int32
) throws(SystemError) -> ExitStatus {
  let signals = try Signals()
  let ends = try SignalQueue([SIGCHLD])
  let others = Set(Processes.descendants)
  try Children.adoptOrphans()
  let child = try retrying("fork") { cposix_fork_guarded() }
  if child == 0 { runAsGuarded(body) }
  while true {
    _ = Descriptor.waitToRead(
      [signals.descriptorNumber, ends.descriptor.number], atMost: 60_000)
    while ends.next() != nil {}
    // The child is in another process group, so it does not get what a terminal sends.
    do throws(Signals.Stop) { try signals.check() } catch { kill(child, error.signal) }
    var status: Int32 = 0
    guard waitpid(child, &status, WNOHANG) == child else { continue }
    let end = ExitStatus(waitStatus: status)
    if case .killed = end { Processes.killDescendants(besides: others) }
    return end
  }
}

private func runAsGuarded(_ body: (Signals) throws(Signals.Stop) -> Int32) -> Never {
  guard let signals = try? Signals(), (try? Children.adoptOrphans()) != nil else {
    exit(EXIT_FAILURE)
  }
  do throws(Signals.Stop) {
    let status = try body(signals)
    Processes.killDescendants()
    exit(status)
  } catch {
    Processes.killDescendants()
    Signals.die(of: error)
  }
}
