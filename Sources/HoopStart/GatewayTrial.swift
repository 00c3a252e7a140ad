import CPosix
import HoopAgent
import Posix

/// An agent that is started for as long as it takes to see what the gateway makes of its key.
///
/// It is the plan's question, which makes and changes no connection, and is killed at its first answer. The
/// process that runs this must adopt orphans and have no other children (`runGuarded`), which ends
/// what the agent leaves behind.
package struct GatewayTrial: ~Copyable {
  private let plan: LaunchPlan
  private let agent: TriedAgent
  private let signals: Signals
  private let ends: SignalQueue?
  private let deadline: Instant

  /// How long the agent has to say what the gateway answers, in seconds.
  private static let patience = 15
  /// Up to 1.19 an agent that has begun to ask has its answer within 5 s, or says that it has none
  /// (hoop 1.14.10 and 1.19.3, agent/main.go: fetchGrpcURL). A second more, in milliseconds.
  private static let patienceWithSilence = 6_000

  /// Starts the agent, waits for its answer, and kills it.
  ///
  /// - Parameters:
  ///   - agent: The agent's executable.
  ///   - environment: The app's.
  /// - Throws: When a stop was asked for. The agent is gone then too.
  package static func run(
    _ plan: LaunchPlan, agent: Path, environment: Environment, _ signals: Signals
  ) throws(Signals.Stop) -> GatewayReport {
    let trial = GatewayTrial(plan, agent, environment, signals) {
      (configuration) throws(AgentFile.Failure) in
      do throws(SystemError) { return try configuration.start() } catch { throw .system(error) }
    }
    return try trial.wait()
  }

  /// Starts the agent.
  init(
    _ plan: LaunchPlan, _ agent: Path, _ environment: Environment, _ signals: Signals,
    by start: (ProcessConfiguration) throws(AgentFile.Failure) -> pid_t
  ) {
    (self.plan, self.signals) = (plan, signals)
    ends = try? SignalQueue([SIGCHLD])
    let scale = TimeScale(environment["HOOPSTART_TIME_SCALE"])
    deadline = .now + scale.scaled(Self.patience * 1000)
    let isSilent = AgentCapabilities(plan.version).isSilentWhileWell
    let silence = isSilent ? scale.scaled(Self.patienceWithSilence) : nil
    let probe = Agent(plan.question, of: plan, program: agent, environment: environment)
    self.agent = TriedAgent(probe, wellAfterSilence: silence, by: start)
  }

  /// Nil if the agent could not be started, or has ended.
  var pid: pid_t? { agent.pid }

  /// Waits for the answer, and kills the agent and what it has started.
  consuming func wait() throws(Signals.Stop) -> GatewayReport {
    defer { Processes.killDescendants() }
    while agent.answer == nil {
      if Instant.now >= deadline {
        agent.timedOut(after: Self.patience)
        break
      }
      waitForEvent(until: min(deadline, agent.silentMoment ?? deadline))
      try signals.check()
      reap()
      agent.noteSilence()
    }
    let answer = agent.answer ?? .none(seconds: Self.patience, last: [])
    return GatewayReport(answer, after: agent.milliseconds)
  }

  /// Waits for a signal, for the agent's words or end, or until `moment`, and reads the words.
  private func waitForEvent(until moment: Instant) {
    let end =
      switch ends {
      case .some(let ends): ends.descriptor.number
      case .none: Int32(-1)
      }
    let ready = Descriptor.waitToRead(
      [signals.descriptorNumber, end, agent.descriptorNumber], atMost: moment - .now)
    if ready[2] { agent.read() }
    while ends?.next() != nil {}
  }

  private func reap() {
    while case .ended(let pid) = Children.next {
      let status = Children.reap(pid)
      if pid == agent.pid { agent.ended(status) }
    }
  }
}
