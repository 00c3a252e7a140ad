import CPosix
import HoopAgent
import Output
import Posix

/// Keeps the agents up while the app lives, and ends with it. Between events it waits in one system
/// call.
///
/// It runs in a process of its own that is not a child of the app (`AppProcess`), or, as pid 1, it is
/// the parent of the app and of every orphan (`Init`).
struct Supervisor: ~Copyable {
  private var app: WatchedApp
  private let signals: SignalQueue
  private var agents: AgentGroup
  private let start: Start
  /// When this process as pid 1 got the first SIGTERM.
  private var stopMoment: Instant?
  /// What was asked to end.
  private var asked: Set<pid_t> = []

  /// How long agents have to end after the app, in milliseconds.
  private static let timeToEnd = 5000
  /// As pid 1, how long app and agents have together since the SIGTERM, and how long the agents have
  /// at least, in milliseconds: docker stop takes 10 s.
  private static let (timeToStop, leastTimeToEnd) = (8000, 500)
  /// How long after that SIGKILL may take to show, and how often it is sent, in milliseconds.
  private static let (timeToDie, killInterval) = (900, 50)

  /// - Parameter signals: SIGCHLD and SIGTERM at least. If the app is this process's child it gets all
  ///   others than SIGCHLD.
  init(
    of app: consuming WatchedApp, signals: consuming SignalQueue, agents: AgentGroup, _ start: Start
  ) {
    self.app = app
    self.signals = signals
    (self.agents, self.start) = (agents, start)
  }

  /// Waits so long, in milliseconds, as pid 1, before there are agents.
  ///
  /// - Returns: Whether the app is still alive.
  mutating func appLives(for milliseconds: Int) -> Bool {
    let end = Instant.now + milliseconds
    while reap(), app.status == nil, .now < end { waitForEvent(until: end) }
    return app.status == nil
  }

  /// Takes over agents, after it had none.
  mutating func take(_ agents: AgentGroup) {
    let restarts = self.agents.restarts
    self.agents = agents
    if !restarts { self.agents.stopRestarting() }
  }

  /// Runs until the app has ended and nothing is left of the agents. If the app is not this process's
  /// child, also until there is nothing more to do.
  ///
  /// - Returns: How the app ended, if it is this process's child.
  mutating func run() -> ExitStatus? {
    takeSignals()
    while !app.hasEnded {
      agents.startDue()
      let hasChildren = reap()
      if app.status != nil || !hasChildren && agents.due == nil { break }
      waitForEvent(until: agents.due)
    }
    guard app.hasEnded else { return nil }
    start.trace.step("the app has ended")
    agents.stopRestarting()
    end()
    return app.status
  }

  /// Waits for a signal, the app's end or the moment, and takes the signals.
  private mutating func waitForEvent(until moment: Instant?) {
    var timeout = moment.map { $0 - .now }
    if app.hasToBeLookedAt {
      timeout = min(timeout ?? .max, max(start.scale.scaled(WatchedApp.lookInterval), 1))
    }
    _ = Descriptor.waitToRead([signals.descriptor.number, app.descriptorNumber], atMost: timeout)
    takeSignals()
  }

  private mutating func takeSignals() {
    while let signal = signals.next() {
      if signal == SIGCHLD { continue }
      if app.isChild, !app.hasEnded { kill(app.pid, signal) }
      guard signal == SIGTERM else { continue }
      stopMoment = stopMoment ?? .now
      if agents.restarts { start.trace.step("SIGTERM: no more restarts") }
      agents.stopRestarting()
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
    let time = timeToEnd
    if isAlone(at: .now + start.scale.scaled(time)) { return }
    let (event, what) =
      agents.pids.isEmpty ? ("kill", "What was left behind") : ("agent-kill", "It")
    LogLine(event).with("reason", "\(what) did not end within \(inSeconds(time)).").write()
    let last = Instant.now + Self.timeToDie
    repeat {
      killAll()
    } while !isAlone(at: .now + Self.killInterval) && .now < last
  }

  private var timeToEnd: Int {
    guard app.isChild, let stopMoment else { return Self.timeToEnd }
    let second = max(start.scale.scaled(1000), 1)
    let rest = Self.timeToStop - (.now - stopMoment) * 1000 / second
    return max(min(rest, Self.timeToEnd), Self.leastTimeToEnd)
  }

  /// Waits until there are no children, or `moment`. Whatever falls to this process meanwhile is asked
  /// to end.
  private mutating func isAlone(at moment: Instant) -> Bool {
    while reap() {
      terminate()
      let timeout = moment - .now
      if timeout <= 0 { return false }
      _ = Descriptor.waitToRead([signals.descriptor.number], atMost: timeout)
      takeSignals()
    }
    return true
  }

  /// Asks each once to end: the agents, and what falls to this process when an agent ends, such as
  /// what a session has started in a session of its own. As pid 1 that is every process that there is.
  private mutating func terminate() {
    for pid in app.isChild ? [-1] : agents.pids.map({ -$0 }) + Children.pids
    where asked.insert(abs(pid)).inserted {
      kill(pid, SIGTERM)
      // A process that is stopped hears nothing before it goes on.
      kill(pid, SIGCONT)
    }
  }

  /// Kills all descendants, however deep. As pid 1 that is every process that there is.
  private func killAll() {
    for pid in app.isChild ? [-1] : agents.pids.map({ -$0 }) + Processes.descendants() {
      kill(pid, SIGKILL)
    }
  }
}

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
