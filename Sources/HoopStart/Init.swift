import CPosix
import HoopAgent
import Output
import Posix

/// Pid 1: the container's init and the supervisor in one process.
///
/// The app is its child in a process group of its own, which has the terminal if there is one. Every
/// signal that can be caught is sent on to the app, once each; orphans are reaped. It ends with the
/// app's status once the agents, and what the app has left behind, have ended. It stays if no agent is
/// wanted too: an app as pid 1 would have to reap orphans and handle every signal.
enum Init {
  static func run(_ start: Start, _ score: OutOfMemoryScore) -> Never {
    var before = cposix_signals()
    cposix_take_signals(&before)
    let signals: SignalQueue
    do throws(SystemError) { signals = try SignalQueue([]) } catch {
      start.logMissingSupervisor(error)
      if start.isRequired { start.refuse() }
      cposix_give_signals_back(&before)
      AppProcess.become(start)
    }
    var agents = AgentGroup(start)
    if start.isRequired {
      agents = self.agents(start.decide(), score, start)
      if !agents.startAll() { start.refuseWithoutAgents() }
    }
    let pid = cposix_start_app(start.command, start.environment, &before)
    let failure = pid > 0 ? nil : start.report(SystemError("exec", code: -pid))
    let app = WatchedApp(child: max(pid, 0), endedWith: failure.map { .exited($0) })
    if failure == nil { start.trace.step("started the app as pid \(pid)") }
    let number = signals.descriptor.number
    var supervisor = Supervisor(of: app, signals: signals, agents: agents, start)
    // An app that has ended already, such as `ls`, needs no agent.
    if supervisor.appLives(for: start.scale.scaled(Start.headStart)) {
      // What the app alone holds ends with the app.
      Descriptor.closeAll(
        except: [number, score.descriptorNumber, agents.descriptorNumber])
      Descriptor.detachStandardStreams()
      if !start.isRequired { supervisor.take(self.agents(start.decide(), score, start)) }
    }
    switch supervisor.run() {
    case .exited(let status): exit(status)
    case .killed(let signal): exit(128 + signal)
    case nil: exit(EXIT_FAILURE)
    }
  }

  /// The agents of a decision. None if none is wanted or something is wrong, which it says.
  private static func agents(
    _ decision: Decision, _ score: OutOfMemoryScore, _ start: Start
  ) -> AgentGroup {
    decision.line(start)?.write()
    guard case .launch(let plan, let agent) = decision else {
      if start.isRequired, decision.isWanted { start.refuse() }
      ProcessTitle.setShort(.initAlone)
      return AgentGroup(start)
    }
    start.trace.step("plan: \(plan.summary)")
    ProcessTitle.setShort(.supervisor)
    AgentFile.protectLauncher()
    return AgentGroup(
      of: plan, agent: agent, environment: .current, score, niceness: Agent.niceness, start)
  }
}
