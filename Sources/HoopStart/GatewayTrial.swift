import CPosix
import HoopAgent
import Posix

/// An agent that is started for as long as it takes to see what the gateway makes of its key.
///
/// It is the plan's question, which makes and changes no connection, and it is killed at its first
/// answer, with all that it has started.
package final class GatewayTrial {
  package typealias Starter = (ProcessConfiguration) throws(SystemError) -> pid_t

  /// Nil if the agent could not be started, or has ended.
  private(set) var pid: pid_t?
  /// What the gateway made of it, or nil while that is open.
  private var answer: GatewayAnswer?
  private var milliseconds = 0
  /// When the agent's silence will have become an answer, or nil if silence says nothing.
  private var silentMoment: Instant?

  private let plan: LaunchPlan
  private let silence: Int?
  private let signals: Signals
  /// The children that this process had before, and their descendants.
  private let others = Set(Processes.descendants())
  private let ends: SignalQueue?
  private let start = Instant.now
  private let deadline: Instant
  /// What the agent writes, or nil once nothing more can come.
  private var output: Descriptor?
  private var lines = LineBuffer()
  private var lastLines: [String] = []
  /// What was wrong with the agent's command line. Pages of usage follow it.
  private var complaint: String?

  /// How long the agent has to say what the gateway answers, in seconds.
  private static let patience = 15
  /// Up to 1.19 an agent that has begun to ask has its answer within 5 s, or says that it has none
  /// (hoop 1.14.10 and 1.19.3, agent/main.go: fetchGrpcURL). A second more, in milliseconds.
  private static let patienceWithSilence = 6_000
  /// How many lines are kept to be shown, and how many characters of each.
  private static let (linesShown, charactersShown) = (3, 300)

  /// Starts the agent, with a more detailed log than in a dyno.
  ///
  /// - Parameters:
  ///   - agent: The agent's executable.
  ///   - environment: The app's.
  package init(
    _ plan: LaunchPlan, _ agent: Path, _ environment: Environment, _ signals: Signals,
    by starter: Starter = { (configuration) throws(SystemError) in try configuration.start() }
  ) {
    (self.plan, self.signals) = (plan, signals)
    ends = try? SignalQueue([SIGCHLD])
    try? Children.adoptOrphans()
    let scale = TimeScale(environment["HOOPSTART_TIME_SCALE"])
    deadline = start + scale.scaled(Self.patience * 1000)
    let isSilent = plan.version.isSilentWhileWell
    silence = isSilent ? scale.scaled(Self.patienceWithSilence) : nil
    var configuration = Agent(plan.question, of: plan, agent, environment).configuration
    configuration.environment["LOG_LEVEL"] = "debug"
    configuration.environment["LOG_ENCODING"] = "json"
    do throws(SystemError) {
      let pipe = try Pipe()
      let end = pipe.writeEnd.number
      configuration.descriptors = [ProcessConfiguration.nullDevice, end, end]
      pid = try starter(configuration)
      let readEnd = pipe.withoutWriteEnd()
      try readEnd.doNotBlock()
      output = consume readEnd
    } catch {
      let isChanged = error.code == AgentFile.changed
      decide(.notStarted(isChanged ? "its file was changed meanwhile" : error.description))
    }
  }

  /// Waits for the answer, and kills the agent and what it has started, also if a stop was asked for.
  package func wait() throws(Signals.Stop) -> GatewayReport {
    defer { Processes.killDescendants(besides: others) }
    while answer == nil, .now < deadline {
      waitForEvent(until: min(deadline, silentMoment ?? deadline))
      try signals.check()
      while case .ended(let pid) = Children.next {
        let status = Children.reap(pid)
        if pid == self.pid { note(status) }
      }
      if let silentMoment, silentMoment <= .now { decide(.silent) }
    }
    decide(.none(seconds: Self.patience, last: lastLines))
    return GatewayReport(answer ?? .silent, to: plan, after: milliseconds)
  }

  /// Waits for a signal, for the agent's words or end, or until `moment`, and reads the words.
  private func waitForEvent(until moment: Instant) {
    let end =
      switch ends {
      case .some(let ends): ends.descriptor.number
      case .none: Int32(-1)
      }
    let numbers = [signals.descriptorNumber, end, number(of: output) ?? -1]
    if Descriptor.waitToRead(numbers, atMost: moment - .now)[2] { read() }
    while ends?.next() != nil {}
  }

  /// Reads what has come, at most a piece of it: other things have to be looked at too.
  private func read() {
    let piece = LineBuffer.maximumBytes
    guard let bytes = try? output?.readAvailable(atMost: piece) ?? nil else { return }
    if bytes.isEmpty { output = nil }
    for line in lines.lines(in: bytes) { note(line) }
  }

  /// Takes note of the agent's end, after what it wrote before that.
  private func note(_ end: ExitStatus) {
    pid = nil
    var pieces = 0
    while let number = number(of: output), pieces < 64,
      Descriptor.waitToRead([number], atMost: 0)[0]
    {
      read()
      pieces += 1
    }
    for line in lines.rest() { note(line) }
    decide(.ended(end.description, last: complaint.map { [$0] } ?? lastLines))
  }

  private func note(_ line: String) {
    let line = AgentLine(line)
    if line.isAsking, silentMoment == nil, let silence { silentMoment = .now + silence }
    let shown = String(line.message.unicodeScalars.prefix(Self.charactersShown))
    lastLines = lastLines.suffix(Self.linesShown - 1) + [shown]
    if complaint == nil, shown.hasPrefix("Error: ") { complaint = shown }
    if let answer = line.answer { decide(answer) }
  }

  /// Takes an answer, unless there is one.
  private func decide(_ answer: GatewayAnswer) {
    if self.answer != nil { return }
    self.answer = answer
    milliseconds = .now - start
  }
}
