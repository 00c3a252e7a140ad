import CPosix
import HoopAgent
import Output
import Posix

/// The agents of one app: which of them run, and when the others are started again.
struct AgentGroup {
  private var agents: [Agent] = []
  private let start: Start
  private let version: AgentVersion?
  private let file: AgentFile?
  private let score: OutOfMemoryScore?
  private var notices: [Problem] = []
  /// False once this process got SIGTERM or the app has ended: the dyno is shutting down.
  private(set) var restarts = true

  /// No agents.
  init(_ start: Start) { (self.start, version, file, score) = (start, nil, nil, nil) }

  /// Opens the agent. If that fails, says so and starts none.
  ///
  /// - Parameters:
  ///   - environment: The app's.
  ///   - score: This process's, or nil if it has the agents' for good.
  ///   - niceness: Added to this process's for the agents.
  init(
    of plan: LaunchPlan, agent: Path, environment: Environment, _ score: OutOfMemoryScore?,
    niceness: Int32 = 0, _ start: Start
  ) {
    (self.start, version, self.score, notices) = (start, plan.version, score, plan.notices)
    do throws(SystemError) { file = try AgentFile(agent) } catch {
      file = nil
      LogLine("agent-error").with("reason", error.description).write()
    }
    agents = plan.commands.map { Agent($0, of: plan, agent, environment, niceness: niceness) }
    if file == nil { stopRestarting() }
  }

  /// Their open file, or -1.
  var descriptorNumber: Int32 { file?.descriptorNumber ?? -1 }

  /// Those that run.
  var pids: [pid_t] { agents.compactMap { $0.pid } }

  /// When the next one is to be started, or nil if none is.
  var due: Instant? { agents.compactMap { $0.dueMoment }.min() }

  /// Starts those that are due.
  mutating func startDue() {
    guard let due, due <= .now else { return }
    for notice in notices { LogLine("notice").with(notice, in: start.wording).write() }
    notices = []
    score?.set(forAgents: true)
    for index in agents.indices {
      guard let due = agents[index].dueMoment, due <= .now else { continue }
      start(index)
    }
    score?.set(forAgents: false)
  }

  /// Starts all of them, and tries once.
  ///
  /// - Returns: Whether every one was executed.
  mutating func startAll() -> Bool {
    restarts = false
    startDue()
    restarts = true
    return agents.allSatisfy { $0.pid != nil }
  }

  /// Starts none any more.
  mutating func stopRestarting() {
    restarts = false
    for index in agents.indices where agents[index].pid == nil { agents[index].state = .over }
  }

  /// Takes note of an agent's end and has it started again, unless all is shutting down.
  mutating func note(endOf pid: pid_t, _ end: ExitStatus, isShuttingDown: Bool) {
    guard let index = agents.firstIndex(where: { $0.pid == pid }),
      case .running(_, let start) = agents[index].state
    else { return }
    self.start.trace.step("agent \(pid) has ended")
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
    planRestart(of: index, afterLifeOf: .now - start, line)
  }

  private mutating func start(_ index: Int) {
    guard let file, let version else { return }
    do throws(SystemError) {
      let pid = try file.start(agents[index].configuration)
      agents[index].state = .running(pid, since: .now)
      start.trace.step("started agent \(pid)")
      if agents[index].isKnown { return }
      LogLine("agent-start").with("pid", pid).with("version", version.description)
        .with("connections", agents[index].connections).write()
      // Once, if the agent's environment is not closed to this user's other processes.
      if !file.isScript, !agents.contains(where: { $0.isKnown }),
        let exposure = KeyExposure(of: pid, file)
      {
        LogLine("notice").with(exposure.problem, in: start.wording).write()
      }
      agents[index].isKnown = true
    } catch {
      if error.code == AgentFile.changed {
        agents[index].state = .over
        return LogLine("agent-error").with(.agentChanged(file.path), in: start.wording).write()
      }
      planRestart(
        of: index, afterLifeOf: error.isPassing ? 0 : nil,
        LogLine("agent-error").with("reason", error.description))
    }
  }

  /// Has an agent that is not running started again, unless all is shutting down, and writes the line.
  ///
  /// - Parameter life: How long it ran, in milliseconds, or nil if it would not run later either.
  private mutating func planRestart(of index: Int, afterLifeOf life: Int?, _ line: LogLine) {
    guard restarts, let life else {
      agents[index].state = .over
      return line.write()
    }
    var random = SystemRandomNumberGenerator()
    let unscaled = life * Backoff.calm / max(start.scale.scaled(Backoff.calm), 1)
    let wait = agents[index].backoff.delay(afterLifeOf: unscaled, using: &random)
    let delay = start.scale.scaled(wait)
    agents[index].state = .due(.now + delay)
    line.with("restart-in", inSeconds(delay)).write()
  }
}

/// Milliseconds as a log line has them, such as `2s` or `1.1s`.
func inSeconds(_ milliseconds: Int) -> String {
  let tenths = (milliseconds + 50) / 100
  return tenths % 10 == 0 ? "\(tenths / 10)s" : "\(tenths / 10).\(tenths % 10)s"
}

extension SystemError {
  /// Whether a program that could not be started may be started later: the machine was short of
  /// something, or the file was being written.
  fileprivate var isPassing: Bool { [EAGAIN, ENOMEM, EMFILE, ENFILE, ETXTBSY].contains(code) }
}
