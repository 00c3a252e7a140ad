import CPosix
import HoopAgent
import Output
import Posix

/// This process, until it becomes the app; and the supervisor that it forks off before.
///
/// They share a pipe. Usually the supervisor reads: the file ends when exec has worked, and then it
/// starts the agents; a byte says that exec has failed. With HOOP_REQUIRED the app's process reads:
/// a byte says whether the agents have been executed.
enum AppProcess {
  private static let yes: [UInt8] = [1]
  private static let no: [UInt8] = [0]

  static func run(_ start: Start, _ score: OutOfMemoryScore) -> Never {
    do throws(SystemError) {
      let pipe = try Pipe()
      // Taken here, since this process can still not have ended.
      let app = try WatchedApp()
      let end = start.isRequired ? pipe.writeEnd.number : pipe.readEnd.number
      // The supervisor inherits it, so that a hoopstart in the app sees it at once. Exec takes it away.
      ProcessTitle.setShort(.supervisor)
      // The supervisor keeps the agents' score: it is small, so the kernel takes an agent before it.
      score.set(forAgents: true)
      if try forkApart() {
        Descriptor.closeAll(except: [end, app.descriptorNumber])
        Descriptor.detachStandardStreams()
        supervise(app, start, end)
      }
      score.set(forAgents: false)
      start.trace.step("forked the supervisor")
      if !start.isRequired { become(start, pipe.writeEnd.number) }
      let word = try? pipe.withoutWriteEnd().read(atMost: 1)
      if word == no { start.refuse() }
      if word != yes { start.refuseWithoutAgents() }
    } catch {
      score.set(forAgents: false)
      start.logMissingSupervisor(error)
      if start.isRequired { start.refuse() }
    }
    become(start)
  }

  /// Becomes the app. If that fails, no agent is started and the process ends as a shell would end it.
  static func become(_ start: Start, _ failed: Int32 = -1) -> Never {
    guard let name = start.command[0] else { exit(EX_USAGE) }
    start.trace.step("exec \(String(cString: name))")
    cposix_execute(start.command, start.environment)
    let error = SystemError("exec")
    if failed >= 0 { try? Descriptor.write(no, to: failed) }
    exit(start.report(error))
  }

  /// The supervisor's process, from its first moment to its last.
  private static func supervise(
    _ app: consuming WatchedApp, _ start: Start, _ pipe: Int32
  ) -> Never {
    // The app comes first, and more so while it starts.
    _ = nice(Agent.niceness)
    if start.isRequired, isNested(app.pid) {
      tell(pipe, yes)
      exit(EXIT_SUCCESS)
    }
    let decision = start.decide()
    let environment = Environment.current
    if case .launch(let plan, _) = decision {
      start.trace.step("plan: \(plan.summary)")
      ProcessTitle.set(supervisorOf: app.pid)
    }
    if !start.isRequired {
      let bytes = try? Descriptor(owning: pipe).read(atMost: 1)
      guard bytes?.isEmpty == true else { exit(EXIT_SUCCESS) }
    }
    guard case .launch(let plan, let agent) = decision else {
      // A hoopstart within another has no key, which is as it should be.
      if let line = decision.line(start), start.isRequired || !isNested(app.pid) { line.write() }
      if start.isRequired { tell(pipe, decision.isWanted ? no : yes) }
      exit(EXIT_SUCCESS)
    }
    if !start.isRequired {
      _ = Descriptor.waitToRead(
        [app.descriptorNumber], atMost: start.scale.scaled(Start.headStart))
      if app.hasEnded || isNested(app.pid) { exit(EXIT_SUCCESS) }
    }
    AgentFile.protectLauncher()
    // A SIGCHLD that was ignored for the app would reap the agents unseen.
    signal(SIGCHLD, SIG_DFL)
    do throws(SystemError) {
      let signals = try SignalQueue([SIGCHLD, SIGTERM])
      try? Children.adoptOrphans()
      var agents = AgentGroup(of: plan, agent: agent, environment: environment, nil, start)
      if start.isRequired {
        // Without a word the app's process says that there is no agent, and ends.
        if !agents.startAll() { exit(EXIT_SUCCESS) }
        tell(pipe, yes)
      }
      var supervisor = Supervisor(of: app, signals: signals, agents: agents, start)
      _ = supervisor.run()
    } catch { start.logMissingSupervisor(error) }
    exit(EXIT_SUCCESS)
  }

  /// Whether another supervisor has agents beside the app already. Says so.
  private static func isNested(_ app: pid_t) -> Bool {
    guard let outer = OuterSupervisor.pid(above: app) else { return false }
    LogLine("nested").with("reason", "The supervisor \(outer) has agents beside it already.")
      .write()
    return true
  }

  private static func tell(_ pipe: Int32, _ word: [UInt8]) {
    try? Descriptor(owning: pipe).write(word)
  }
}
