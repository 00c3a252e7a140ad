import CPosix
import HoopAgent
import Posix

/// Pid 1: the container's init and the supervisor in one process.
///
/// The app is its child in a process group of its own, which has the terminal where there is one.
/// Every signal that can be caught is sent on to the app, once each; orphans are reaped. It ends with
/// the app's status once the agents, and what the app has left behind, have ended. As init it stays
/// where no agent is wanted too: an app as pid 1 would have to reap orphans and handle every signal.
enum Init {
  static func run(_ start: Start) -> Never {
    cposix_forbid_core()
    var before = cposix_signals()
    cposix_take_signals(&before)
    let signals: SignalQueue
    do throws(SystemError) { signals = try SignalQueue.all() } catch {
      start.goOn(without: error)
      cposix_give_signals_back(&before)
      AppProcess.become(start)
    }
    var agents = AgentGroup(scale: start.scale, trace: start.trace)
    if start.isRequired {
      agents = self.agents(of: start)
      if !agents.startAll() { start.refuseWithoutAgents() }
    }
    let app = startApp(start, before)
    let number = signals.descriptor.number
    var supervisor = Supervisor(
      of: app, signals: signals, agents: agents, scale: start.scale, trace: start.trace)
    if supervisor.appLives(for: start.scale.scaled(Start.headStart)) {
      // What the app alone holds ends with the app.
      Descriptor.closeAll(except: [number])
      Descriptor.detachStandardStreams()
      if !start.isRequired { supervisor.take(self.agents(of: start)) }
    }
    switch supervisor.run() {
    case .exited(let status): exit(status)
    case .killed(let signal): exit(128 + signal)
    case nil: exit(EXIT_FAILURE)
    }
  }

  /// The agents as the config vars have it; none where none is wanted or something is wrong.
  private static func agents(of start: Start) -> AgentGroup {
    let decision = start.decide()
    decision.report(isRequired: start.isRequired)
    switch decision {
    case .launch(let plan, let agent):
      start.trace.step("plan: \(plan.summary)")
      ProcessTitle.setShort()
      return AgentGroup(
        of: plan, agent: agent, environment: .current, niceness: Agent.niceness,
        scale: start.scale, trace: start.trace)
    case .impossible where start.isRequired: start.refuse()
    case .impossible, .without: return AgentGroup(scale: start.scale, trace: start.trace)
    }
  }

  private static func startApp(_ start: Start, _ before: cposix_signals) -> WatchedApp {
    var before = before
    let pid = cposix_start_app(start.command, &before)
    if pid > 0 {
      start.trace.step("started the app as pid \(pid)")
      return WatchedApp(child: pid)
    }
    let error = SystemError("exec", code: -pid)
    return WatchedApp(child: 0, endedWith: .exited(start.report(error)))
  }
}
