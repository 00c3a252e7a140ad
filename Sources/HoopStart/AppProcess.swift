import CPosix
import HoopAgent
import Posix

/// This process, until it becomes the app.
struct AppProcess: ~Copyable {
  private let command: Command
  private let trace: Trace
  /// Closes by itself when exec works, and then the supervisor goes on; a byte says that it failed.
  private var execution: Pipe?

  init(_ command: Command, trace: Trace) { (self.command, self.trace) = (command, trace) }

  /// Forks the supervisor off, which makes the decision, or takes it as it was made.
  mutating func startSupervisor(of decision: () -> Decision) throws(SystemError) {
    let pipe = try Pipe()
    // Taken here, since this process can still not have ended.
    let app = try WatchedApp()
    if try forkApart() {
      Descriptor.closeAll(except: [pipe.readEnd.number, app.descriptorNumber])
      Descriptor.detachStandardStreams()
      return supervise(app, decision, once: pipe.readEnd, trace)
    }
    trace.step("forked the supervisor")
    execution = consume pipe
  }

  /// Becomes the app. Where that fails, no agent is started and the process ends as a shell would
  /// end it.
  consuming func become() -> Never {
    guard let name = command[0] else { exit(Usage.exitStatus) }
    trace.step("exec \(String(cString: name))")
    execvp(name, command)
    let error = SystemError("exec")
    try? execution?.writeEnd.write([0])
    let status: Int32 = error.code == ENOENT ? 127 : 126
    LogLine("command-error").with("command", String(cString: name))
      .with("reason", error.reason).with("status", status).write()
    exit(status)
  }
}

/// How long the app has the machine to itself before the agents start, in milliseconds. It is gone
/// by then where it was only a `true` or an `ls`, and no agent was started in vain.
private let headStart = 20

/// The supervisor's process, from its first moment to its last: does not return.
private func supervise(
  _ app: consuming WatchedApp, _ decision: () -> Decision, once execution: borrowing Descriptor,
  _ trace: Trace
) {
  // The app comes first, and more so while it starts.
  _ = nice(Agent.niceness)
  let decision = decision()
  guard case .launch(let plan, let agent) = decision else {
    decision.report()
    exit(EXIT_SUCCESS)
  }
  trace.step("plan: \(plan.summary)")
  let environment = Environment.current
  let scale = TimeScale(environment["HOOPSTART_TIME_SCALE"])
  ProcessTitle.set("hoopstart: supervisor of pid \(app.pid)", short: "hoop-supervisor")
  // The file ends when exec has worked, and when the process has ended; a byte says that exec
  // failed.
  guard (try? execution.read(atMost: 1))?.isEmpty == true else { exit(EXIT_SUCCESS) }
  close(execution.number)
  _ = Descriptor.waitToRead([app.descriptorNumber], atMost: scale.scaled(headStart))
  do throws(SystemError) {
    var supervisor = try Supervisor(
      of: plan, agent: agent, environment: environment, for: app, scale: scale, trace: trace)
    supervisor.run()
  } catch {
    LogLine("no-agent").with("reason", "No supervisor: \(error)").write()
  }
  exit(EXIT_SUCCESS)
}
