import CPosix
import Glibc

/// How a program ended.
public enum ExitStatus: Hashable, Sendable, CustomStringConvertible {
  case exited(Int32)
  case killed(signal: Int32)

  public init(waitStatus: Int32) {
    self =
      cposix_exited(waitStatus)
      ? .exited(cposix_exit_status(waitStatus)) : .killed(signal: cposix_term_signal(waitStatus))
  }

  public var isSuccess: Bool { self == .exited(0) }

  public var description: String {
    switch self {
    case .exited(let status): "exit status \(status)"
    case .killed(let signal): "signal \(signal)"
    }
  }
}

/// Programs that run together, and the bytes that flow between them and this process.
///
/// Whatever happens, no program outlives its `Programs`: those that still run are killed.
public final class Programs {
  public enum Failure: Error, Hashable, Sendable {
    case stopped(Signals.Stop)
    case timedOut
    case system(SystemError)
  }

  private let signals: Signals
  var flows: [any Flow] = []
  /// The programs' own ends of their pipes, open until the programs have them.
  var ends: [Int32] = []
  private var running: [Int: (pid: pid_t, isGroup: Bool)] = [:]
  /// How each program ended, in the order in which they were started.
  public private(set) var statuses: [ExitStatus?] = []

  public init(signals: Signals) { self.signals = signals }

  deinit {
    kill()
    closeEnds()
  }

  /// Starts programs whose pipes are laid.
  public func start(_ launches: Launch...) throws(Failure) {
    for launch in launches {
      do throws(SystemError) {
        running[statuses.count] = (try launch.start(), launch.isInOwnGroup)
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
  public func run(until deadline: Moment? = nil) throws(Failure) {
    do throws(Failure) {
      while !running.isEmpty { try step(until: deadline) }
      // What the last of them wrote is in the pipes by now. Whoever else holds these open, such as
      // a child of theirs, is not waited for.
      for flow in flows { try advance(flow) }
    } catch {
      kill()
      throw error
    }
  }

  private func step(until deadline: Moment?) throws(Failure) {
    var waits = [pollfd(fd: signals.descriptor.number, events: Int16(POLLIN), revents: 0)]
    let open = flows.filter { $0.awaited != nil }
    for awaited in open.compactMap(\.awaited) {
      waits.append(pollfd(fd: awaited.descriptor, events: awaited.events, revents: 0))
    }
    let rest = deadline.map { $0 - .now }
    if let rest, rest <= 0 { throw .timedOut }
    if poll(&waits, nfds_t(waits.count), rest.map { Int32(clamping: $0) } ?? -1) < 0 {
      if errno == EINTR { return }
      throw .system(SystemError("poll"))
    }
    for (flow, wait) in zip(open, waits.dropFirst()) where wait.revents != 0 { try advance(flow) }
    if waits[0].revents != 0 {
      do throws(Signals.Stop) { try signals.check() } catch { throw .stopped(error) }
      reap()
    }
  }

  private func advance(_ flow: any Flow) throws(Failure) {
    do throws(SystemError) { try flow.advance() } catch { throw .system(error) }
  }

  private func reap() {
    for (index, program) in running {
      var status: Int32 = 0
      guard waitpid(program.pid, &status, WNOHANG) == program.pid else { continue }
      statuses[index] = ExitStatus(waitStatus: status)
      running[index] = nil
    }
  }

  private func kill() {
    for program in running.values {
      _ = Glibc.kill(program.isGroup ? -program.pid : program.pid, SIGKILL)
      while waitpid(program.pid, nil, 0) < 0, errno == EINTR {}
    }
    running = [:]
  }
}
