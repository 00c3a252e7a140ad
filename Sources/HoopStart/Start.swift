import CPosix
import HoopAgent
import Posix

/// One start of an app beside its agents: what both ways of doing it, `AppProcess` and `Init`, share.
struct Start {
  let command: ArgumentVector
  let variable: (String) -> String?
  /// Whether there is to be no app without an agent.
  let isRequired: Bool
  let scale: TimeScale
  let trace: Trace

  init(command: ArgumentVector, variable: @escaping (String) -> String?) {
    (self.command, self.variable) = (command, variable)
    isRequired = Switch.isRequired(variable(ConfigVar.required.name))
    scale = TimeScale(variable("HOOPSTART_TIME_SCALE"))
    trace = Trace(variable: variable)
  }

  /// How long the app has the machine to itself before the agents start, in milliseconds. It is gone
  /// by then where it was only a `true` or an `ls`, and no agent was started in vain.
  static let headStart = 20

  func decide() -> Decision { Decision.make(variable: variable, installation: Installation()) }

  /// Ends the process where the app is not to run without the agent: EX_CONFIG of sysexits.h.
  func refuse() -> Never { exit(78) }

  /// Ends the process where the app is not to run without the agent and that was executed by nobody.
  func refuseWithoutAgents() -> Never {
    LogLine("no-agent").with(Self.notStarted).write()
    refuse()
  }

  static let notStarted = Advice(
    code: "agent-not-started",
    summary: "HOOP_REQUIRED is on, and an agent could not be started.",
    remedy: "See why, or let the app start without it:",
    example: ["heroku config:unset \(ConfigVar.required.name)"])

  /// Says why there is no supervisor, and ends the process where the app is not to run without.
  func goOn(without error: SystemError) {
    Self.tellNoSupervisor(error)
    if isRequired { refuse() }
  }

  static func tellNoSupervisor(_ error: SystemError) {
    LogLine("no-agent").with(noSupervisor(error)).write()
  }

  static func noSupervisor(_ error: SystemError) -> Advice {
    Advice(
      code: "no-supervisor", summary: "The agent cannot be supervised: \(error).",
      remedy: "See what the dyno is short of, and restart it:", example: ["heroku ps:restart"])
  }

  /// Says that the command could not be executed.
  ///
  /// - Returns: the status with which a shell would end.
  func report(_ error: SystemError) -> Int32 {
    let status: Int32 = error.code == ENOENT ? 127 : 126
    let line = LogLine("command-error").with(
      "command", command[0].map { String(cString: $0) } ?? ""
    )
    .with("reason", error.reason).with("status", status)
    let remedy =
      "Correct the Procfile, or see which buildpack brings the program: heroku buildpacks"
    (error.code == ENOENT ? line.with("remedy", remedy) : line).write()
    return status
  }
}
