import BuildpackKit
import CPosix
import HoopAgent
import HoopStart
import Output
import Posix

/// `bin/check`: says without a build what the agent will do beside each process type, and what is
/// wrong, from the same source as `bin/compile` and `hoopstart --check`.
package final class CheckCommand {
  static let options = Options(
    command: "bin/check",
    about: [
      "Says what the Hoop agent will do beside each process type of an app, and what is",
      "wrong with the Procfile or the config vars. Builds nothing and asks no server.",
      "APP_DIR is the folder with the Procfile, by default the working folder.",
    ],
    table: GivenConfig.options + [
      Options.Option(
        name: "--connect",
        help: [
          "Download the agent and ask the gateway about the",
          "key. Nothing is published. With an agent's key, do",
          "it in a quiet moment: a session that is waiting", "may be taken by the agent that asks.",
        ]),
      Options.json,
    ],
    examples: [
      "  heroku config --shell | bin/check ../myapp --env-file -", "",
      "Exit status: 0 without problems, 1 with problems, 64 for a wrong command line.",
    ])

  private let app: Path
  private let config: GivenConfig
  private let log: BuildLog
  private let report: CommandReport
  private var version = AgentVersion.newestKnown
  private var source = "the newest that this buildpack knows; a build takes the newest there is"

  /// - Parameter words: Those after the command.
  /// - Returns: The exit status: 0 if nothing is wrong.
  package static func run(_ words: [Path]) -> Int32 {
    options.run(words) { (asked, log, report) throws(Problem) in
      let app = asked.operand ?? Path(".")
      let procfile = try LocalFolder.procfile(of: app, for: options)
      let check = CheckCommand(app, try GivenConfig(asked), log, report)
      guard asked.isOn("--connect") else { return try check.run(procfile, nil) }
      try LocalFolder.temporary { (folder, signals) throws(Problem) in
        try check.run(procfile, (folder, signals))
      }
    }
  }

  private init(_ app: Path, _ config: GivenConfig, _ log: BuildLog, _ report: CommandReport) {
    (self.app, self.config, self.log, self.report) = (app, config, log, report)
  }

  /// - Parameter trial: A folder for the agent, and the signals to watch while it runs. Nil if the
  ///   gateway is not asked.
  private func run(
    _ procfile: Procfile, _ trial: (folder: Path, signals: Signals)?
  ) throws(Problem) {
    let configVars = try ConfigVars(folder: nil, environment: config.environment)
    var origin: AgentSource?
    do throws(Problem) {
      if case .exact(let exact) = try configVars.versionRequest() {
        (version, source) = (exact, "from HOOP_VERSION")
      }
      try configVars.check()
      if let trial {
        let workspace = Workspace(
          configVars: configVars, environment: .current, signals: trial.signals, log: log)
        let agents = try AgentSource(workspace)
        version = try agents.version()
        if agents.request == .latest { source = "the newest" }
        origin = agents
      }
    } catch {
      if error.stop != nil { throw error }
      // It would end the build.
      (report.failure, report.problems) = (error, [error])
    }
    let forecast = AppForecast(
      for: version, procfile, app: app, configVars, isConfigKnown: !config.isEmpty, target: .slug)
    (report.version, report.forecast) = (version, forecast)
    report.problems += forecast.problems.filter { $0.with(.error) != report.failure }
    if config.isEmpty { report.problems.append(.noConfig(for: Self.options.command)) }
    printPlans(of: forecast.processes)
    if let trial {
      log.step("The gateway")
      let process = forecast.processes.first { $0.plan != nil }
      if let origin, let process, let plan = process.plan {
        try connect(plan, process.type, origin, in: trial.folder, trial.signals)
      } else {
        let why = origin == nil ? "there is no agent to start" : "no process type has an agent"
        log.detail("Not asked: \(why)")
      }
    }
    log.problems(report.problems)
    report.succeeds = report.problems.isGood
  }

  private func printPlans(of processes: [ProcessPlan]) {
    for process in processes {
      log.step("\(process.process.type): \(process.process.command)")
      log.detail(process.words)
      print(process.plan?.outputs ?? [])
    }
    if let plan = report.plan {
      log.step("The agent")
      print(plan.inputs(agent: source, keyName: config.environment[Setting.keyName.name]))
    }
  }

  private func print(_ rows: [Row]) {
    for row in rows { for line in row.text { log.detail(line) } }
  }

  /// Starts the agent that asks for a process type, as in its first dyno, and says what the gateway
  /// answers.
  private func connect(
    _ plan: LaunchPlan, _ type: String, _ origin: AgentSource, in folder: Path, _ signals: Signals
  ) throws(Problem) {
    let agent = folder / "agent"
    try origin.fetch(
      origin.release(of: version), into: agent, cacheFolder: LocalFolder.cache ?? folder / "cache")
    let machine = Environment.current
    let environment = Environment(
      ofDyno: "\(type).1", config.variables, home: Path(machine["HOME"] ?? "/"),
      path: machine["PATH"] ?? "/usr/bin:/bin")
    let answer: GatewayReport
    do throws(Signals.Stop) {
      answer = try GatewayTrial(plan, agent / AgentLayout.agent, environment, signals).wait()
    } catch { throw .stopped(error) }
    print([answer.row])
    report.gateway = .object([
      ("answer", .text(answer.code)), ("takes_key", .bool(answer.takesKey)),
      ("says", .texts(answer.row.lines)),
      ("seconds", .tenths(answer.milliseconds / 100)),
    ])
    if let problem = answer.problem { report.problems.append(problem) }
  }
}
