import CPosix
import HoopAgent
import Posix

/// The agents of a plan, started for as long as it takes to see what the gateway makes of them.
///
/// They are started as the supervisor starts them, and say more. The process that runs this must
/// adopt orphans and have no other children (`runGuarded`), which ends what they leave behind.
package struct GatewayTrial: ~Copyable {
  private let agents: [TriedAgent]
  private let signals: Signals
  private let ends: SignalQueue
  private let scale: TimeScale
  private let deadline: Instant

  /// How long an agent has to be connected or to say why not, in seconds.
  private static let patience = 15
  /// Up to 1.19 an agent that has begun to ask has its answer within 5 s, or says that it has none
  /// (hoop 1.14.10 and 1.19.3, agent/main.go: fetchGrpcURL). A second more, in milliseconds.
  private static let patienceWithSilence = 6_000
  /// How long the agents have to end after SIGTERM, in milliseconds.
  private static let timeToEnd = 5_000

  /// Starts the agents, waits until each has its answer, and ends them.
  ///
  /// - Parameters:
  ///   - agent: the agent's executable.
  ///   - environment: the app's.
  /// - Throws: when a stop was asked for; the agents are gone then too.
  package static func run(
    _ plan: LaunchPlan, agent: Path, environment: Environment, _ signals: Signals
  ) throws(Signals.Stop) -> GatewayReport {
    guard let ends = try? SignalQueue([SIGCHLD]) else {
      return GatewayReport([
        .init(plan.publication, .notStarted(SystemError("signalfd").description), after: 0)
      ])
    }
    let trial = GatewayTrial(plan, agent, environment, signals, ends)
    do throws(Signals.Stop) { try trial.waitForAnswers() } catch {
      trial.end()
      throw error
    }
    trial.end()
    return trial.report
  }

  private init(
    _ plan: LaunchPlan, _ agent: Path, _ environment: Environment, _ signals: Signals,
    _ ends: consuming SignalQueue
  ) {
    self.signals = signals
    self.ends = ends
    scale = TimeScale(environment["HOOPSTART_TIME_SCALE"])
    deadline = .now + scale.scaled(Self.patience * 1000)
    let isSilent = AgentCapabilities(plan.version).isSilentWhileWell
    let silence = isSilent ? scale.scaled(Self.patienceWithSilence) : nil
    agents = plan.commands.map {
      TriedAgent(
        Agent($0, of: plan, program: agent, environment: environment, outOfMemoryScore: nil),
        wellAfterSilence: silence)
    }
  }

  private func waitForAnswers() throws(Signals.Stop) {
    while let next = nextMoment {
      if Instant.now >= deadline { break }
      wait(until: next)
      try signals.check()
      reap()
      for agent in agents { agent.noteSilence() }
    }
    for agent in agents { agent.timedOut(after: Self.patience) }
  }

  /// When to look again at the latest; nil where every agent has its answer.
  private var nextMoment: Instant? {
    let open = agents.filter { $0.answer == nil }
    return open.isEmpty ? nil : (open.compactMap { $0.silentMoment } + [deadline]).min()
  }

  /// Waits for a signal, for an agent's words or end, or until `moment`, and reads the words.
  private func wait(until moment: Instant) {
    let ready = Descriptor.waitToRead(
      [signals.descriptorNumber, ends.descriptor.number] + agents.map { $0.descriptorNumber },
      atMost: moment - .now)
    for (agent, isReady) in zip(agents, ready.dropFirst(2)) where isReady { agent.read() }
    while ends.next() != nil {}
  }

  /// Reaps what has ended.
  ///
  /// - Returns: whether something is left.
  @discardableResult
  private func reap() -> Bool {
    while true {
      switch Children.next {
      case .allAlive: return true
      case .none: return false
      case .ended(let pid):
        let agent = agents.first { $0.pid == pid }
        // What it leaves in its group goes with it, while the group's number is still its own.
        if agent != nil { kill(-pid, SIGTERM) }
        let status = Children.reap(pid)
        agent?.ended(status)
      }
    }
  }

  /// Ends the agents and what they have started; what does not end in time is killed.
  private func end() {
    for pid in Processes.descendants { kill(pid, SIGTERM) }
    let last = Instant.now + scale.scaled(Self.timeToEnd)
    while reap(), .now < last { wait(until: last) }
    Processes.killDescendants()
  }

  private var report: GatewayReport {
    GatewayReport(
      agents.compactMap { agent in
        agent.answer.map { .init(agent.connections, $0, after: agent.milliseconds) }
      })
  }
}
