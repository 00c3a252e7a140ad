import BuildpackKit
import CPosix
import HoopAgent
import HoopStart
import Posix

extension CheckCommand {
  /// Starts the agents of the first process type that carries some, as its first dyno does, and says
  /// what the gateway makes of them.
  mutating func connect(_ signals: Signals, _ log: BuildLog) throws(LocalFailure) {
    guard let origin, let process = advice.processes.first(where: { $0.plan != nil }),
      let plan = process.plan
    else {
      let why = origin == nil ? "there is no agent to start" : "no process type carries an agent"
      log.step("The gateway")
      log.detail("Not asked: \(why)")
      return
    }
    log.step("The gateway")
    let work = try DryRun.privateFolder()
    let agent = try LocalFailure.system(
      try AgentFolder(making: work.path / "agent", launcher: Path.executable()))
    try LocalFailure.build { () throws(BuildFailure) in
      let archive = origin.archive(version)
      try origin.install(
        archive, expecting: try origin.digest(of: archive), into: agent, by: work.path / "scratch")
    }
    let report: GatewayReport
    do throws(Signals.Stop) {
      report = try GatewayTrial.run(
        plan, agent: agent.path / AgentLayout.agent,
        environment: environment(of: "\(process.process.type).1"), signals)
    } catch { throw .build(.stopped(error)) }
    for row in report.rows(of: plan) { for line in row.text { log.detail(line) } }
    gateway = report
    gatewayAdvice = report.problems(of: plan)
  }

  /// That of a dyno, with this machine's PATH and HOME.
  private func environment(of dyno: String) -> Environment {
    var environment = Environment.current.keeping(["PATH", "HOME"])
    for variable in config.variables { environment.set(variable.name, variable.value) }
    environment["DYNO"] = dyno
    return environment
  }
}

extension GatewayReport {
  /// An object for each agent.
  func json(of plan: LaunchPlan) -> JSON.Value {
    .list(
      entries.map { entry in
        .object([
          ("connections", .text(entry.connections)), ("answer", .text(entry.answer.code)),
          ("connected", .bool(entry.answer.isConnected)),
          (
            "says",
            .list(entry.answer.words(of: plan, after: entry.milliseconds).map { .text($0) })
          ),
          ("seconds", .tenths(entry.milliseconds / 100)),
        ])
      })
  }
}
