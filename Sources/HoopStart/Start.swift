import CPosix
import HoopAgent
import Output
import Posix

/// One start of an app beside its agents: what both ways of doing it, `AppProcess` and `Init`, share.
struct Start {
  let command: ArgumentVector
  /// The app's.
  let environment: ArgumentVector
  /// Whether the app must not run without an agent.
  let isRequired: Bool
  let scale: TimeScale
  let trace: Trace

  init(_ command: ArgumentVector, _ environment: ArgumentVector) {
    (self.command, self.environment) = (command, environment)
    isRequired = Switch.isRequired(Environment.value(of: Setting.required.name))
    scale = TimeScale(Environment.value(of: "HOOPSTART_TIME_SCALE"))
    trace = Trace(variable: Environment.value(of:))
    if trace.isOn { Self.learnSecrets() }
  }

  /// How long the app has the machine to itself before the agents start, in milliseconds. A command
  /// such as `ls` has ended by then, and no agent was started in vain.
  static let headStart = 20

  /// Learns the secrets of this process's environment, to mask them. Call it before anything is
  /// printed, but not while the app waits for no reason.
  static func learnSecrets() {
    for entry in cposix_environment()?.words ?? [] {
      let (name, value) = String(cString: entry).splitOnce(at: "=")
      if let value { Secrets.learn(name: String(name), value: String(value)) }
    }
  }

  func decide() -> Decision {
    Self.learnSecrets()
    let values = Environment.current.values
    return Decision.make(variable: { values[$0] }, installation: Installation())
  }

  var wording: Wording { Installation().wording }

  /// Ends the process, as the app must not run without the agent.
  func refuse() -> Never { exit(EX_CONFIG) }

  /// Ends the process, as the app must not run without an agent and one could not be executed.
  func refuseWithoutAgents() -> Never {
    logNoAgent(
      Problem(
        "agent-not-started", "HOOP_REQUIRED is on, and an agent could not be started.",
        Remedy("See why, or let the app start without it:", .unset(.required))))
    refuse()
  }

  /// Logs why there is no supervisor.
  func logMissingSupervisor(_ error: SystemError) {
    logNoAgent(
      Problem(
        "no-supervisor", "The agent cannot be supervised: \(error).",
        Remedy("See what the dyno is short of, and restart it:", .restart)))
  }

  private func logNoAgent(_ problem: Problem) {
    LogLine("no-agent").with(problem, in: wording).write()
  }

  /// Logs that the command could not be executed.
  ///
  /// - Returns: The status with which a shell would end.
  func report(_ error: SystemError) -> Int32 {
    Self.learnSecrets()
    let command = command[0].map { Path(cString: $0) } ?? Path("")
    let status: Int32 = error.code == ENOENT ? 127 : 126
    let path = environment.words.first { strncmp($0, "PATH=", 5) == 0 }
    let problem = CommandProblem(command, error, path: path.map { String(cString: $0 + 5) })
    var line = LogLine("command-error").with("command", command.string)
      .with("reason", problem.reason).with("status", status)
    if let remedy = problem.remedy {
      let words = [remedy.text] + wording.lines(for: remedy)
      line = line.with("remedy", words.joined(separator: " "))
    }
    line.write()
    return status
  }
}

/// Logs the steps that HOOPSTART_XTRACE asks for, with the milliseconds since the start.
struct Trace: Sendable {
  /// Nil to say nothing.
  private let start: Instant?

  /// Any value that does not say off turns it on, as it did in the scripts that came before.
  init(variable: (String) -> String?) {
    let isOn = variable(Setting.xtrace.name).map { Switch.parse($0) ?? true } ?? false
    start = isOn ? .now : nil
  }

  var isOn: Bool { start != nil }

  func step(_ what: @autoclosure () -> String) {
    guard let start else { return }
    LogLine("trace").with("ms", .now - start).with("pid", getpid()).with("step", what()).write()
  }
}

/// Why the app's command could not be executed, in more words than errno has.
struct CommandProblem {
  private(set) var reason: String
  private(set) var remedy: Remedy?

  /// - Parameter path: PATH as the command has it.
  init(_ command: Path, _ error: SystemError, path: String?) {
    reason = error.reason
    let file = Path.program(command.string, path: path)
    switch error.code {
    case ENOENT:
      remedy = Remedy(
        "Correct the Procfile, or see which buildpack brings the program:", .listBuildpacks)
      // The file is there, so what it needs is not.
      guard let file, let status = try? file.status(), status.kind == .file else { return }
      explainMissingInterpreter(of: file)
    case EACCES where file?.isOnNoExecMount == true:
      reason = "Its file system is mounted noexec."
    default: return
    }
  }

  private mutating func explainMissingInterpreter(of file: Path) {
    let shown = printable(file.string)
    // The kernel reads so much of a script (BINPRM_BUF_SIZE).
    let start = (try? file.content(atMost: 256)) ?? []
    guard start.starts(with: "#!".utf8) else {
      reason = "\(shown) needs a dynamic loader that is not there: it was built for another system."
      return
    }
    let line = start.dropFirst(2).prefix { $0 != UInt8(ascii: "\n") }
    let words = line.drop { " \t".utf8.contains($0) }.prefix { !" \t\r".utf8.contains($0) }
    let interpreter = String(decoding: words, as: UTF8.self)
    if line.last == UInt8(ascii: "\r") {
      reason =
        "The lines of \(shown) end with CR and LF, so its interpreter \(interpreter) is not found."
      remedy = Remedy("Save it with LF alone:", .run("sed -i 's/\\r$//' \(shellWord(file.string))"))
    } else {
      reason = "The interpreter of \(shown), \(interpreter), is not there."
      remedy = Remedy("Correct its first line, or see which buildpack brings it:", .listBuildpacks)
    }
  }
}
