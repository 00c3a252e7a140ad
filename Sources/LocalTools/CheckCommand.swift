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
      "Exit status: 0 without problems, 1 with problems, 64 if an option is wrong.",
    ])

  private let config: GivenConfig
  private let forecast: AppForecast
  private var version = AgentVersion.newestKnown
  private var source = "the newest that this buildpack knows; a build takes the newest there is"
  /// Where the agent comes from, if it is to be tried.
  private var origin: AgentSource?
  private let log: BuildLog
  private let report: CommandReport

  /// - Parameter words: Those after the command.
  /// - Returns: The exit status: 0 if nothing is wrong.
  package static func run(_ words: [Path]) -> Int32 {
    guard words.contains(Path("--connect")) else { return run(words, nil) }
    do throws(SystemError) {
      switch try runGuarded({ (signals) throws(Signals.Stop) in run(words, signals) }) {
      case .exited(let status): return status
      case .killed(let signal): Signals.die(of: Signals.Stop(signal: signal))
      }
    } catch {
      BuildLog().problem(Problem(error))
      return 1
    }
  }

  /// - Parameter signals: The signals to watch while agents run, or nil if none will be started.
  private static func run(_ words: [Path], _ signals: Signals?) -> Int32 {
    Session.run(options, words) { (asked, log, report) throws(Problem) in
      let check = try CheckCommand(asked, signals, log, report)
      check.printPlans()
      if let signals { try check.connect(signals) }
      log.problems(report.problems)
      report.succeeds = report.problems.isGood
    }
  }

  private init(
    _ asked: Options.Parsed, _ signals: Signals?, _ log: BuildLog, _ report: CommandReport
  ) throws(Problem) {
    let app = asked.operand ?? Path(".")
    try LocalFolder.checkApp(app, for: Self.options.command)
    let procfile = try Procfile(of: app)
    (self.log, self.report, config) = (log, report, try GivenConfig(asked))
    let configVars = try ConfigVars(folder: nil, environment: config.environment)
    do throws(Problem) {
      if case .exact(let exact) = try configVars.versionRequest() {
        (version, source) = (exact, "from HOOP_VERSION")
      }
      try configVars.check()
      if let signals {
        let origin = try AgentSource(
          Workspace(
            configVars: configVars, environment: .current, signals: signals, log: log))
        version = try origin.version()
        if origin.request == .latest { source = "the newest" }
        self.origin = origin
      }
    } catch {
      if error.stop != nil { throw error }
      // It would end the build.
      (report.failure, report.problems) = (error, [error])
    }
    forecast = AppForecast(
      for: version, procfile, app: app, configVars, isConfigKnown: !config.isEmpty, target: .slug)
    (report.version, report.forecast) = (version, forecast)
    report.problems += forecast.problems.filter { $0.with(.error) != report.failure }
    report.problems += config.problems
    if config.isEmpty { report.problems.append(.noConfig(for: Self.options.command)) }
  }

  private func printPlans() {
    for process in forecast.processes {
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

  /// Starts the agents of the first process type that has some, as its first dyno does, and says
  /// what the gateway answers.
  private func connect(_ signals: Signals) throws(Problem) {
    log.step("The gateway")
    guard let origin, let process = forecast.processes.first(where: { $0.plan != nil }),
      let plan = process.plan
    else {
      let why = origin == nil ? "there is no agent to start" : "no process type has an agent"
      return log.detail("Not asked: \(why)")
    }
    let work = try LocalFolder.temporary()
    let agent = work.path / "agent"
    try origin.fetch(
      origin.release(of: version), into: agent,
      cacheFolder: LocalFolder.cache ?? work.path / "cache")
    let machine = Environment.current
    let environment = Environment(
      of: "\(process.process.type).1", config.variables,
      home: Path(machine["HOME"] ?? "/"), path: machine["PATH"] ?? "/usr/bin:/bin", port: 5000)
    let answer: GatewayReport
    do throws(Signals.Stop) {
      answer = try GatewayTrial.run(
        plan, agent: agent / "bin/hoop", environment: environment, signals)
    } catch { throw .stopped(error) }
    print(answer.rows(of: plan))
    report.gateway = .object([
      ("answer", .text(answer.code(of: plan))), ("takes_key", .bool(answer.takesKey)),
      ("says", .texts(answer.rows(of: plan).flatMap { $0.lines })),
      ("seconds", .tenths(answer.milliseconds / 100)),
    ])
    report.problems += answer.problems(of: plan)
  }
}
