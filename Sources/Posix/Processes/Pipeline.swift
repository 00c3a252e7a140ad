import CPosix

/// How a program ended.
package enum ExitStatus: Hashable, Sendable, CustomStringConvertible {
  case exited(Int32)
  case killed(signal: Int32)

  package init(waitStatus: Int32) {
    self =
      cposix_exited(waitStatus)
      ? .exited(cposix_exit_status(waitStatus)) : .killed(signal: cposix_term_signal(waitStatus))
  }

  package var isSuccess: Bool { self == .exited(0) }

  package var description: String {
    switch self {
    case .exited(let status): "exit status \(status)"
    case .killed(let signal): "signal \(signal)"
    }
  }
}

/// Programs that run together, and the bytes that flow between them and this process.
///
/// Whatever happens, no program outlives its `Pipeline`: those that still run are killed.
package final class Pipeline {
  package enum Failure: Error, Hashable, Sendable {
    case stopped(Signals.Stop)
    case timedOut
    case system(SystemError)
  }

  private let signals: Signals
  var flows: [any Flow] = []
  /// Those that end all programs at their limit.
  var bounds: [OutputCollector] = []
  /// The programs' own ends of their pipes, open until the programs have them.
  var ends: [Int32] = []
  private var running: [Int: Running] = [:]

  private struct Running {
    let pid: pid_t
    let isGroup: Bool
    /// A pidfd, which reads as ready when the program has ended; -1 where the kernel has none.
    let end: Int32
  }
  /// Something to do again and again, so many milliseconds apart, while the programs run.
  package var whileRunning: (interval: Int, body: () -> Void)?
  private var lastCall = Instant.now
  /// How long the programs have, in milliseconds, to end by themselves when this process is asked to
  /// stop: they get the same signal, and are killed after that time.
  package var stopGrace = 0
  /// How each program ended, in the order in which they were started.
  package private(set) var statuses: [ExitStatus?] = []

  package init(signals: Signals) { self.signals = signals }

  deinit {
    kill()
    closeEnds()
  }

  /// Starts programs whose pipes are laid.
  package func start(_ launches: ProcessConfiguration...) throws(Failure) { try start(launches) }

  package func start(_ launches: [ProcessConfiguration]) throws(Failure) {
    for launch in launches {
      do throws(SystemError) {
        let pid = try launch.start()
        running[statuses.count] = Running(
          pid: pid, isGroup: launch.isInOwnGroup, end: cposix_pidfd_open(pid))
        statuses.append(nil)
      } catch { throw .system(error) }
    }
    closeEnds()
  }

  private func closeEnds() {
    for end in ends { close(end) }
    ends = []
  }

  /// Moves bytes until every program has ended.
  ///
  /// - Parameter deadline: when to give up and kill them; nil: never.
  /// - Throws: and has killed them all then.
  package func run(until deadline: Instant? = nil) throws(Failure) {
    do throws(Failure) {
      while !running.isEmpty { try step(until: deadline) }
      // What the last of them wrote is in the pipes by now. Whoever else holds these open, such as
      // a child of theirs, is not waited for.
      for flow in flows { try advance(flow) }
      // Ctrl-C goes to the programs too, and may be seen in their end first.
      try checkSignals()
    } catch {
      if case .stopped(let stop) = error { letEnd(after: stop) }
      kill()
      throw error
    }
  }

  private func letEnd(after stop: Signals.Stop) {
    if stopGrace == 0 { return }
    let deadline = Instant.now + stopGrace
    for program in running.values { _ = CPosix.kill(program.pid, stop.signal) }
    while !running.isEmpty {
      // Whoever asks again does not want to wait.
      do throws(Failure) { try step(until: deadline) } catch { return }
    }
  }

  private func step(until deadline: Instant?) throws(Failure) {
    let flowing = flows.filter { $0.awaited != nil }
    var waits = [pollfd(fd: signals.descriptorNumber, events: Int16(POLLIN), revents: 0)]
    for awaited in flowing.compactMap({ $0.awaited }) {
      waits.append(pollfd(fd: awaited.descriptor, events: awaited.events, revents: 0))
    }
    for program in running.values {
      waits.append(pollfd(fd: program.end, events: Int16(POLLIN), revents: 0))
    }
    var rest = deadline.map { $0 - .now } ?? Int(Int32.max)
    if rest <= 0 { throw .timedOut }
    // Where the kernel cannot tell of a program's end, somebody has to look.
    if running.values.contains(where: { $0.end < 0 }) { rest = min(rest, 50) }
    if let whileRunning {
      if .now - lastCall >= whileRunning.interval {
        lastCall = .now
        whileRunning.body()
      }
      rest = min(rest, whileRunning.interval)
    }
    if poll(&waits, nfds_t(waits.count), Int32(clamping: rest)) < 0 {
      if errno == EINTR { return }
      throw .system(SystemError("poll"))
    }
    try checkSignals()
    for (flow, wait) in zip(flowing, waits.dropFirst()) where wait.revents != 0 {
      try advance(flow)
    }
    if bounds.contains(where: { $0.isOverLimit }) { kill() }
    reap()
  }

  private func checkSignals() throws(Failure) {
    do throws(Signals.Stop) { try signals.check() } catch { throw .stopped(error) }
  }

  private func advance(_ flow: any Flow) throws(Failure) {
    do throws(SystemError) { try flow.advance() } catch { throw .system(error) }
  }

  private func reap() {
    for (index, program) in running {
      var status: Int32 = 0
      guard waitpid(program.pid, &status, WNOHANG) == program.pid else { continue }
      statuses[index] = ExitStatus(waitStatus: status)
      forget(index, program)
    }
  }

  private func kill() {
    for (index, program) in running {
      _ = CPosix.kill(program.isGroup ? -program.pid : program.pid, SIGKILL)
      while waitpid(program.pid, nil, 0) < 0, errno == EINTR {}
      forget(index, program)
    }
  }

  private func forget(_ index: Int, _ program: Running) {
    running[index] = nil
    if program.end >= 0 { close(program.end) }
  }
}
