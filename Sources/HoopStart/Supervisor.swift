import CPosix
import HoopAgent
import Posix

/// Keeps the agents of a plan up while the app lives, and ends with it.
///
/// It runs in a process of its own that is no child of the app (`forkApart`). Between events it
/// waits in one system call.
public struct Supervisor: ~Copyable {
  private let app: WatchedApp
  private let signals: SignalQueue
  private let version: AgentVersion
  private let scale: TimeScale
  private let trace: Trace
  private let notices: [LaunchNotice]
  private var agents: [Agent]
  /// False once somebody sent SIGTERM: the dyno is shutting down.
  private var restarts = true

  /// In milliseconds.
  private static let timeToEnd = 5000
  /// How long after that SIGKILL may take to show, and how often it is sent, in milliseconds.
  private static let (timeToDie, killInterval) = (900, 50)

  /// Makes this process the supervisor of `plan`: from here on it takes no signal but SIGTERM, and
  /// adopts what the agents orphan.
  ///
  /// - Parameters:
  ///   - agent: the agent's executable.
  ///   - environment: the app's.
  public init(
    of plan: LaunchPlan, agent: Path, environment: Environment, for app: consuming WatchedApp
  ) throws(SystemError) {
    try self.init(
      of: plan, agent: agent, environment: environment, for: app, scale: TimeScale(nil),
      trace: Trace { _ in nil })
  }

  init(
    of plan: LaunchPlan, agent: Path, environment: Environment, for app: consuming WatchedApp,
    scale: TimeScale, trace: Trace
  ) throws(SystemError) {
    // A SIGCHLD that was ignored for the app would reap the agents unseen.
    signal(SIGCHLD, SIG_DFL)
    signals = try SignalQueue([SIGCHLD, SIGTERM])
    try? Children.adoptOrphans()
    self.app = app
    (self.scale, self.trace, version) = (scale, trace, plan.version)
    let score = Agent.outOfMemoryScore
    agents = plan.commands.map {
      Agent($0, of: plan, program: agent, environment: environment, outOfMemoryScore: score)
    }
    notices = plan.notices
  }

  /// Runs until the app has ended and nothing is left of the agents.
  public mutating func run() {
    takeSignals()
    if app.hasEnded || !restarts { return }
    for notice in notices { LogLine("notice").with(notice.advice).write() }
    while !app.hasEnded {
      startDueAgents()
      waitForEvent(until: agents.compactMap { $0.dueMoment }.min())
      guard reap() || agents.contains(where: { $0.dueMoment != nil }) else { return }
    }
    trace.step("the app has ended")
    restarts = false
    end()
  }

  private mutating func startDueAgents() {
    for index in agents.indices {
      guard let due = agents[index].dueMoment, due <= .now else { continue }
      var agent = agents[index]
      start(&agent)
      agents[index] = agent
    }
  }

  private func start(_ agent: inout Agent) {
    do throws(SystemError) {
      let pid = try agent.launch.start()
      agent.state = .running(pid, since: .now)
      trace.step("started agent \(pid)")
      if agent.isKnown { return }
      agent.isKnown = true
      LogLine("agent-start").with("pid", pid).with("version", version.description)
        .with("connections", agent.connections).write()
    } catch {
      let line = LogLine("agent-error").with("reason", error.description)
      if error.isPassing {
        plan(&agent, afterLifeOf: 0, line)
      } else {
        agent.state = .over
        line.write()
      }
    }
  }

  /// Has an agent that is not running started again, unless none is to be, and writes the line.
  private func plan(_ agent: inout Agent, afterLifeOf life: Int, _ line: LogLine) {
    guard restarts else {
      agent.state = .over
      return line.write()
    }
    var random = SystemRandomNumberGenerator()
    let unscaled = life * Backoff.calm / max(scale.scaled(Backoff.calm), 1)
    let delay = scale.scaled(agent.backoff.delay(afterLifeOf: unscaled, using: &random))
    agent.state = .due(.now + delay)
    line.with("restart-in", seconds(delay)).write()
  }

  /// Waits for a signal, the app's end or the moment, and takes the signals.
  private mutating func waitForEvent(until moment: Instant?) {
    var timeout = moment.map { $0 - .now }
    if app.descriptorNumber < 0 {
      timeout = min(timeout ?? .max, max(scale.scaled(WatchedApp.lookInterval), 1))
    }
    _ = Descriptor.waitToRead(
      [signals.descriptor.number, app.descriptorNumber], atMost: timeout)
    takeSignals()
  }

  private mutating func takeSignals() {
    while let signal = signals.next() {
      guard signal == SIGTERM, restarts else { continue }
      trace.step("SIGTERM: no more restarts")
      restarts = false
      for index in agents.indices where agents[index].pid == nil { agents[index].state = .over }
    }
  }

  /// Reaps what has ended.
  ///
  /// - Returns: whether anything is left to wait for.
  private mutating func reap() -> Bool {
    while true {
      switch Children.next {
      case .allAlive: return true
      case .none: return false
      case .ended(let pid):
        guard let index = agents.firstIndex(where: { $0.pid == pid }) else {
          _ = Children.reap(pid)
          continue
        }
        // What it leaves in its group goes with it, while the group's number is still its own.
        kill(-pid, SIGTERM)
        var agent = agents[index]
        ended(&agent, pid, Children.reap(pid))
        agents[index] = agent
      }
    }
  }

  private func ended(_ agent: inout Agent, _ pid: pid_t, _ end: ExitStatus) {
    guard case .running(_, let start) = agent.state else { return }
    trace.step("agent \(pid) has ended")
    if app.hasEnded {
      agent.state = .over
      return
    }
    var line = LogLine("agent-exit").with("pid", pid)
    switch end {
    case .exited(let status): line = line.with("status", status)
    case .killed(let signal): line = line.with("signal", signal)
    }
    if agents.count > 1 { line = line.with("connections", agent.connections) }
    plan(&agent, afterLifeOf: .now - start, line)
  }

  /// Ends the agents and what they left behind.
  private mutating func end() {
    let deadline = Instant.now + scale.scaled(Self.timeToEnd)
    signalAll(SIGTERM)
    if isAlone(at: deadline) { return }
    LogLine("agent-kill").with("reason", "It did not end within \(seconds(Self.timeToEnd)).")
      .write()
    let last = deadline + Self.timeToDie
    repeat {
      signalAll(SIGKILL)
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

  private func signalAll(_ signal: Int32) {
    let running = agents.compactMap { $0.pid }
    for pid in running { kill(-pid, signal) }
    for pid in Children.pids where !running.contains(pid) { kill(pid, signal) }
  }
}

/// Milliseconds as seconds, such as `2s` or `1.1s`.
private func seconds(_ milliseconds: Int) -> String {
  let tenths = (milliseconds + 50) / 100
  return tenths % 10 == 0 ? "\(tenths / 10)s" : "\(tenths / 10).\(tenths % 10)s"
}
