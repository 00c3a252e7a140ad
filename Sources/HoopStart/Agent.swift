import CPosix
import HoopAgent
import Posix

/// One agent process of the plan, through all its lives.
struct Agent {
  enum State {
    case due(Instant)
    case running(pid_t, since: Instant)
    /// It cannot be executed, or is not wanted anymore.
    case over
  }

  /// What it publishes, as a log line has it.
  let connections: String
  let configuration: ProcessConfiguration
  var state = State.due(.now)
  var backoff = Backoff()
  /// Whether its first start was reported.
  var isKnown = false

  /// - Parameter environment: The app's.
  init(
    _ command: AgentCommand, of plan: LaunchPlan, _ program: Path, _ environment: Environment,
    niceness: Int32 = 0
  ) {
    var environment = plan.environment(of: command, from: environment)
    AgentTools.add(to: &environment, besides: program)
    var configuration = ProcessConfiguration(program, command.arguments, environment: environment)
    configuration.isInOwnSession = true
    configuration.diesWithParent = true
    configuration.niceness = niceness
    // Standard output is the app's. A stream that the app does not have is /dev/null for the agent.
    let log = fcntl(STDERR_FILENO, F_GETFD) >= 0 ? STDERR_FILENO : ProcessConfiguration.nullDevice
    configuration.descriptors = [ProcessConfiguration.nullDevice, log, log]
    self.configuration = configuration
    let names = command.publishes.joined(separator: ",")
    connections = names.isEmpty ? plan.publication : names
  }

  var pid: pid_t? {
    if case .running(let pid, _) = state { pid } else { nil }
  }

  var dueMoment: Instant? {
    if case .due(let moment) = state { moment } else { nil }
  }

  /// Added to the app's.
  static let niceness: Int32 = 5
}

extension LaunchPlan {
  /// The environment of one of the plan's agents: the app's, with what this version of the agent
  /// reads under the name it reads, and without the secrets that are not for this agent.
  ///
  /// The key has one name only: an agent takes from its sessions the variables it knows, and those
  /// before 1.21.5 do not know HOOP_KEY.
  func environment(of command: AgentCommand, from app: Environment) -> Environment {
    var environment = app
    environment.remove(command.isKeptFrom)
    if let key = app.bytes(of: keySource.name) { environment.set(version.keyVariable.name, key) }
    for variable in command.variables { environment[variable.name] = variable.value }
    if let database = command.settings.database, let url = app.bytes(of: database.variable) {
      environment.set(Setting.agentDatabase, database.handedOn(url))
    }
    return environment
  }
}

/// How long to wait before an agent that exited is started again.
///
/// All times are in milliseconds.
package struct Backoff: Hashable, Sendable {
  package static let shortest = 1000
  package static let longest = 60_000
  /// An agent that lived this long was well, and its next restart is a quick one again.
  package static let calm = 60_000

  private var next = Backoff.shortest

  package init() {}

  /// Returns the wait after one more life of this length. Each is twice the one before, give or take
  /// 20 %, so that the dynos of an app do not all come back to the gateway at the same moment.
  package mutating func delay(
    afterLifeOf life: Int, using generator: inout some RandomNumberGenerator
  ) -> Int {
    if life >= Self.calm { next = Self.shortest }
    let delay = next
    next = min(2 * next, Self.longest)
    return delay * Int.random(in: 800...1200, using: &generator) / 1000
  }
}

/// The oom_score_adj of this process, which decides whom the kernel ends first when memory runs out.
///
/// A process that cannot be looked into cannot open its own either, so it is opened before. Children
/// inherit what is written meanwhile.
final class OutOfMemoryScore {
  /// Nil if there is no /proc.
  private let file: Descriptor?
  private let own: Int

  /// Added to the app's, so that agents go first.
  private static let (difference, highest) = (500, 1000)

  init() {
    file = try? Descriptor(opening: Path("/proc/self/oom_score_adj"), O_RDWR)
      .awayFromStandardStreams()
    let text = (try? file?.read(atMost: 16)) ?? []
    own = Int(String(decoding: text, as: UTF8.self).trimmed()) ?? 0
  }

  /// Its open file, or -1.
  var descriptorNumber: Int32 { number(of: file) ?? -1 }

  /// Gives the children that start from now on the agents' score, or this process's own.
  func set(forAgents isForAgents: Bool) {
    let score = isForAgents ? min(own + Self.difference, Self.highest) : own
    let text = Array(String(score).utf8)
    pwrite(descriptorNumber, text, text.count, 0)
  }
}
