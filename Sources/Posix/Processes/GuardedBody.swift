import CPosix

/// Runs a part of this program that starts others, so that none of them is left when it is over,
/// however that comes about.
///
/// The part runs in a child process, which adopts what its own children orphan and kills all that
/// is left at the end. It is told when this process has ended, be it by SIGKILL, and does the same
/// then; where it is killed itself, this process does it. What this process has for children already,
/// as far as they live, and its process group, are not touched.
///
/// - Parameter body: returns the child's exit status, and throws soon after a stop was asked for.
/// - Returns: how the child has ended; a stop that this process was asked for ends it so.
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
    // The child is in another group: what a terminal sends it does not get.
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
