import CPosix
import HoopAgent
import Posix

/// Keeps the agents up while the app lives, and ends with it. Between events it waits in one system
/// call.
///
/// It runs in a process of its own that is no child of the app (`AppProcess`), or, as pid 1, it is
/// the app's parent and the parent of every orphan (`Init`).
struct Supervisor: ~Copyable {
  private var app: WatchedApp
  private let signals: SignalQueue
  private var agents: AgentGroup
  private let scale: TimeScale
  private let trace: Trace

  /// In milliseconds.
  private static let timeToEnd = 5000
  /// How long after that SIGKILL may take to show, and how often it is sent, in milliseconds.
  private static let (timeToDie, killInterval) = (900, 50)

  /// - Parameter signals: SIGCHLD and SIGTERM at least. Where the app is this process's child it
  ///   gets all others than SIGCHLD.
  init(
    of app: consuming WatchedApp, signals: consuming SignalQueue, agents: AgentGroup,
    scale: TimeScale, trace: Trace
  ) {
    self.app = app
    self.signals = signals
    (self.agents, self.scale, self.trace) = (agents, scale, trace)
  }

  /// Waits so long, in milliseconds, as pid 1, before there are agents.
  ///
  /// - Returns: whether the app lives still.
  mutating func appLives(for milliseconds: Int) -> Bool {
    let end = Instant.now + milliseconds
    while reap(), app.status == nil, .now < end { waitForEvent(until: end) }
    return app.status == nil
  }

  /// Has agents from now on, where it had none.
  mutating func take(_ agents: AgentGroup) {
    let restarts = self.agents.restarts
    self.agents = agents
    if !restarts { self.agents.stopRestarting() }
  }

  /// Runs until the app has ended and nothing is left of the agents. Where the app is not this
  /// process's child, also until there is nothing more to do.
  ///
  /// - Returns: how the app ended, where it is this process's child.
  mutating func run() -> ExitStatus? {
    takeSignals()
    while !app.hasEnded {
      agents.startDue()
      let hasChildren = reap()
      if app.status != nil || !hasChildren && agents.due == nil { break }
      waitForEvent(until: agents.due)
    }
    guard app.hasEnded else { return nil }
    trace.step("the app has ended")
    agents.stopRestarting()
    end()
    return app.status
  }

  /// Waits for a signal, the app's end or the moment, and takes the signals.
  private mutating func waitForEvent(until moment: Instant?) {
    var timeout = moment.map { $0 - .now }
    if app.hasToBeLookedAt {
      timeout = min(timeout ?? .max, max(scale.scaled(WatchedApp.lookInterval), 1))
    }
    _ = Descriptor.waitToRead([signals.descriptor.number, app.descriptorNumber], atMost: timeout)
    takeSignals()
  }

  private mutating func takeSignals() {
    while let signal = signals.next() {
      if signal == SIGCHLD { continue }
      if app.isChild, !app.hasEnded { kill(app.pid, signal) }
      if signal == SIGTERM, agents.restarts {
        trace.step("SIGTERM: no more restarts")
        agents.stopRestarting()
      }
    }
  }

  /// Reaps what has ended.
  ///
  /// - Returns: whether any child is left.
  private mutating func reap() -> Bool {
    while true {
      switch Children.next {
      case .allAlive: return true
      case .none: return false
      case .ended(let pid) where app.isChild && pid == app.pid:
        app.status = Children.reap(pid)
      case .ended(let pid) where agents.pids.contains(pid):
        // What it leaves in its group goes with it, while the group's number is still its own.
        kill(-pid, SIGTERM)
        agents.note(endOf: pid, Children.reap(pid), isShuttingDown: app.hasEnded)
      case .ended(let pid): _ = Children.reap(pid)
      }
    }
  }

  /// Ends the agents and what they left behind, and as pid 1 what the app did.
  private mutating func end() {
    if !reap() { return }
    let deadline = Instant.now + scale.scaled(Self.timeToEnd)
    terminate()
    if isAlone(at: deadline) { return }
    let (event, what) =
      agents.pids.isEmpty ? ("kill", "What was left behind") : ("agent-kill", "It")
    LogLine(event).with("reason", "\(what) did not end within \(seconds(Self.timeToEnd)).").write()
    let last = deadline + Self.timeToDie
    repeat {
      killAll()
    } while !isAlone(at: .now + Self.killInterval) && .now < last
  }

  /// Waits until there are no children, or `moment`.
  private mutating func isAlone(at moment: Instant) -> Bool {
    while reap() {
      let timeout = moment - .now
      if timeout <= 0 { return false }
      _ = Descriptor.waitToRead([signals.descriptor.number], atMost: timeout)
      takeSignals()
    }
    return true
  }

  /// Asks for the end of the agents and of what fell to this process. What is stopped hears nothing
  /// else before it goes on.
  private func terminate() {
    for signal in [SIGTERM, SIGCONT] {
      if app.isChild {
        kill(-1, signal)
        continue
      }
      let running = agents.pids
      for pid in running { kill(-pid, signal) }
      for pid in Children.pids where !running.contains(pid) { kill(pid, signal) }
    }
  }

  /// Kills all descendants, however deep. As pid 1 that is every process that there is.
  private func killAll() {
    if app.isChild {
      kill(-1, SIGKILL)
      return
    }
    for pid in agents.pids { kill(-pid, SIGKILL) }
    for pid in Processes.descendants { kill(pid, SIGKILL) }
  }
}
