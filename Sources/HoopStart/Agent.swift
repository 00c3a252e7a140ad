import CPosix
import HoopAgent
import Posix

/// One agent process of the plan, through all its lives.
struct Agent {
  enum State {
    case due(Instant)
    case running(pid_t, since: Instant)
    /// It cannot be executed, or is not wanted any more.
    case over
  }

  /// What it publishes, as a log line has it.
  let connections: String
  let launch: ProcessConfiguration
  var state: State
  var backoff = Backoff()
  /// Whether its first start was reported.
  var isKnown = false

  init(
    _ command: AgentCommand, of plan: LaunchPlan, program: Path, environment: Environment,
    outOfMemoryScore: Int?, niceness: Int32 = 0
  ) {
    var launch = ProcessConfiguration(
      program, command.arguments, environment: plan.environment(of: command, from: environment))
    launch.isInOwnSession = true
    launch.diesWithParent = true
    launch.outOfMemoryScore = outOfMemoryScore
    launch.niceness = niceness
    // A stream that the app does not have is /dev/null for the agent.
    launch.descriptors = [-1] + [STDOUT_FILENO, STDERR_FILENO].map { isOpen($0) ? $0 : -1 }
    self.launch = launch
    let names = command.publishes.joined(separator: ",")
    connections = names.isEmpty ? plan.publication : names
    state = .due(.now)
  }

  var pid: pid_t? {
    if case .running(let pid, _) = state { pid } else { nil }
  }

  var dueMoment: Instant? {
    if case .due(let moment) = state { moment } else { nil }
  }

  /// Added to the app's.
  static let niceness: Int32 = 5

  /// The oom_score_adj that lets the kernel take an agent before the app: this process's and 500
  /// more, at most 1000.
  static var outOfMemoryScore: Int? {
    guard let text = try? Path("/proc/self/oom_score_adj").content(atMost: 16),
      let own = Int(String(decoding: text, as: UTF8.self).trimmed())
    else { return nil }
    return min(own + 500, 1000)
  }
}

private func isOpen(_ stream: Int32) -> Bool { fcntl(stream, F_GETFD) >= 0 }

extension SystemError {
  /// Whether a program that could not be started may be started later: the machine was short of
  /// something, or the file was being written.
  var isPassing: Bool { [EAGAIN, ENOMEM, EMFILE, ENFILE, ETXTBSY].contains(code) }
}
