import CPosix
import HoopAgent
import Posix

/// The agents of one app: which of them run, and when the others are started again.
struct AgentGroup {
  private var agents: [Agent] = []
  private let scale: TimeScale
  private let trace: Trace
  private var version = ""
  private var notices: [LaunchNotice] = []
  /// False once somebody sent SIGTERM, or the app has ended: the dyno is shutting down.
  private(set) var restarts = true

  /// No agents.
  init(scale: TimeScale, trace: Trace) { (self.scale, self.trace) = (scale, trace) }

  /// - Parameters:
  ///   - agent: the agent's executable.
  ///   - environment: the app's.
  ///   - niceness: added to this process's for the agents.
  init(
    of plan: LaunchPlan, agent: Path, environment: Environment, niceness: Int32 = 0,
    scale: TimeScale, trace: Trace
  ) {
    self.init(scale: scale, trace: trace)
    version = plan.version.description
    notices = plan.notices
    let score = Agent.outOfMemoryScore
    agents = plan.commands.map {
      Agent(
        $0, of: plan, program: agent, environment: environment, outOfMemoryScore: score,
        niceness: niceness)
    }
  }

  /// Those that run.
  var pids: [pid_t] { agents.compactMap { $0.pid } }

  /// When the next one is to be started; nil where none is.
  var due: Instant? { agents.compactMap { $0.dueMoment }.min() }

  /// Starts those that are due.
  mutating func startDue() {
    guard let due, due <= .now else { return }
    for notice in notices { LogLine("notice").with(notice.advice).write() }
    notices = []
    for index in agents.indices {
      guard let due = agents[index].dueMoment, due <= .now else { continue }
      start(&agents[index])
    }
  }

  /// Starts all of them, each of which is due, and tries once.
  ///
  /// - Returns: whether every one has been executed.
  mutating func startAll() -> Bool {
    restarts = false
    startDue()
    restarts = true
    return agents.allSatisfy { $0.pid != nil }
  }

  /// Has none started any more.
  mutating func stopRestarting() {
    restarts = false
    for index in agents.indices where agents[index].pid == nil { agents[index].state = .over }
  }

  /// Takes note of an agent's end and has it started again, unless all is shutting down.
  mutating func note(endOf pid: pid_t, _ end: ExitStatus, isShuttingDown: Bool) {
    guard let index = agents.firstIndex(where: { $0.pid == pid }),
      case .running(_, let start) = agents[index].state
    else { return }
    trace.step("agent \(pid) has ended")
    if isShuttingDown {
      agents[index].state = .over
      return
    }
    var line = LogLine("agent-exit").with("pid", pid)
    switch end {
    case .exited(let status): line = line.with("status", status)
    case .killed(let signal): line = line.with("signal", signal)
    }
    if agents.count > 1 { line = line.with("connections", agents[index].connections) }
    plan(&agents[index], afterLifeOf: .now - start, line)
  }

  private func start(_ agent: inout Agent) {
    do throws(SystemError) {
      let pid = try agent.launch.start()
      agent.state = .running(pid, since: .now)
      trace.step("started agent \(pid)")
      if agent.isKnown { return }
      agent.isKnown = true
      LogLine("agent-start").with("pid", pid).with("version", version)
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
}

/// Milliseconds as seconds, such as `2s` or `1.1s`.
func seconds(_ milliseconds: Int) -> String {
  let tenths = (milliseconds + 50) / 100
  return tenths % 10 == 0 ? "\(tenths / 10)s" : "\(tenths / 10).\(tenths % 10)s"
}
