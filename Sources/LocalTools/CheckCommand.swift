import BuildpackKit
import CPosix
import HoopAgent
import HoopStart
import Output
import Posix

/// `bin/check`: says without a build what the agent will do beside each process type, and what is
/// wrong, from the same source as `bin/compile` and `hoopstart --check`.
package struct CheckCommand {
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
  /// What would end the build.
  private var failure: Problem?
  private var version = AgentVersion.newestKnown
  private var source = "the newest that this buildpack knows; a build takes the newest there is"
  /// Where the agent comes from, if it is to be tried.
  private var origin: AgentSource?
  private var problems: [Problem]
  private var gateway: JSON.Value?

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
    Session.run(options, words) { (asked, log) throws(Problem) in
      var check = try CheckCommand(asked, signals, log)
      check.printPlans(to: log)
      if let signals { try check.connect(signals, log) }
      log.problems(check.problems)
      return check.report
    }
  }

  private init(
    _ asked: Options.Parsed, _ signals: Signals?, _ log: BuildLog
  ) throws(Problem) {
    let app = asked.operand ?? Path(".")
    try LocalFolder.checkApp(app, for: Self.options.command)
    let procfile = try Procfile(of: app)
    config = try GivenConfig(asked)
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
      failure = error
    }
    forecast = AppForecast(
      for: version, procfile, app: app, configVars, isConfigKnown: !config.isEmpty, target: .slug)
    problems = failure.map { [$0] } ?? []
    problems += forecast.problems.filter { $0.with(.error) != failure } + config.problems
    if config.isEmpty { problems.append(.noConfig(for: Self.options.command)) }
  }

  private var plan: LaunchPlan? { forecast.processes.lazy.compactMap { $0.plan }.first }

  private func printPlans(to log: BuildLog) {
    for process in forecast.processes {
      log.step("\(process.process.type): \(process.process.command)")
      log.detail(process.words)
      print(process.plan?.outputs ?? [], to: log)
    }
    if let plan {
      log.step("The agent")
      print(
        plan.inputs(agent: source, keyName: config.environment[Setting.keyName.name]), to: log)
    }
  }

  private func print(_ rows: [Row], to log: BuildLog) {
    for row in rows { for line in row.text { log.detail(line) } }
  }

  /// Starts the agents of the first process type that has some, as its first dyno does, and says
  /// what the gateway answers.
  private mutating func connect(_ signals: Signals, _ log: BuildLog) throws(Problem) {
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
    // That of a dyno, with this machine's PATH and HOME.
    var environment = Environment.current.keeping(["PATH", "HOME"])
    for variable in config.variables { environment.set(variable.name, variable.value) }
    environment["DYNO"] = "\(process.process.type).1"
    let report: GatewayReport
    do throws(Signals.Stop) {
      report = try GatewayTrial.run(
        plan, agent: agent / "bin/hoop", environment: environment, signals)
    } catch { throw .stopped(error) }
    print(report.rows(of: plan), to: log)
    gateway = .object([
      ("answer", .text(report.code(of: plan))), ("takes_key", .bool(report.takesKey)),
      ("says", .texts(report.rows(of: plan).flatMap { $0.lines })),
      ("seconds", .tenths(report.milliseconds / 100)),
    ])
    problems += report.problems(of: plan)
  }

  private var report: CommandReport {
    var report = CommandReport(Self.options.command, failure: failure)
    report.problems = problems
    report.version = version
    report.key = plan?.key.description
    report.publishes = forecast.publishes
    report.processes = forecast.processes
    report.gateway = gateway
    report.succeeds = problems.isGood
    return report
  }
}
