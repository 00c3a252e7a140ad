import BuildpackKit
import HoopAgent
import Posix

/// `bin/check`: says without a build what the agent will do beside each process type, and what
/// stands in the way of it, from the same source as `bin/compile` and `hoopstart --check`.
package struct CheckCommand {
  static let options = Options(
    command: "bin/check", operand: "[APP_DIR]",
    about: [
      "Says what the Hoop agent will do beside each process type of an app, and what is",
      "wrong with the Procfile or the config vars. Builds nothing, asks nobody.",
      "APP_DIR is the folder with the Procfile; left out: the working folder.",
    ],
    table: GivenConfig.options + [
      Options.Option(
        name: "--connect", value: nil,
        help: ["Download the agent, and start it here until the", "gateway answers, at most 15 s."]),
      Options.Option(
        name: "--json", value: nil,
        help: ["Print one JSON object alone; all else goes to", "stderr. Its shape: docs/json.md."]),
    ],
    examples: [
      "  heroku config --shell | bin/check ../myapp --env-file -", "",
      "Exit status: 0 without problems, 1 with them, 64 where an option is wrong.",
    ])

  let config: GivenConfig
  let advice: BuildAdvice
  /// What the build itself goes by and would end with.
  private var failure: Advice?
  var version = AgentVersion.newestKnown
  private var source = "the newest that this buildpack knows; a build takes the newest there is"
  /// Where the agent comes from, where it is to be tried.
  private(set) var origin: AgentSource?
  /// What the gateway said; nil where it was not asked.
  var gateway: GatewayReport?
  var gatewayAdvice: [Advice] = []

  /// - Parameter words: those after the command.
  /// - Returns: the exit status: 0 where nothing is wrong.
  package static func run(_ words: [Path]) -> Int32 {
    guard words.contains(Path("--connect")) else { return run(words, nil) }
    do throws(SystemError) {
      switch try runGuarded({ (signals) throws(Signals.Stop) in run(words, signals) }) {
      case .exited(let status): return status
      case .killed(let signal): Signals.die(of: Signals.Stop(signal: signal))
      }
    } catch {
      BuildLog().error(LocalFailure(error).advice(for: options.command))
      return 1
    }
  }

  /// - Parameter signals: those of a process that may start agents; nil where none is started.
  private static func run(_ words: [Path], _ signals: Signals?) -> Int32 {
    Session.run(options, words) { (asked, log) throws(LocalFailure) in
      var check = try CheckCommand(asked, signals.map { ($0, log) })
      check.printPlans(to: log)
      if let signals { try check.connect(signals, log) }
      for advice in check.all { log.advise(advice) }
      return check.report
    }
  }

  /// - Parameter trial: what it takes to get the agent, where it is to be tried.
  private init(
    _ asked: Options.Parsed, _ trial: (signals: Signals, log: BuildLog)?
  ) throws(LocalFailure) {
    let app = asked.operand ?? Path(".")
    try LocalFailure.checkApp(app)
    let procfile = try LocalFailure.build(try Procfile(of: app))
    config = try GivenConfig(asked)
    let configVars = try LocalFailure.build(
      try ConfigVars(folder: nil, environment: config.environment))
    do throws(BuildFailure) {
      if case .exact(let exact) = try configVars.versionRequest() {
        (version, source) = (exact, "from HOOP_VERSION")
      }
      try configVars.check()
      if let trial {
        let origin = try AgentSource(
          Workspace(
            configVars: configVars, environment: .current, signals: trial.signals, log: trial.log))
        version = try origin.version()
        if origin.request == .latest { source = "the newest" }
        self.origin = origin
      }
    } catch {
      if case .stopped = error { throw .build(error) }
      failure = error.advice
    }
    advice = BuildAdvice(
      for: version, procfile, app: app, configVars, isConfigKnown: !config.isEmpty)
  }

  private var all: [Advice] {
    (failure.map { [$0] } ?? [])
      + (config.isEmpty ? [GivenConfig.missing(for: Self.options.command)] : [])
      + advice.all.besides(failure) + gatewayAdvice
      + config.advice
  }

  private func printPlans(to log: BuildLog) {
    for process in advice.processes {
      log.step("\(process.process.type): \(process.process.command)")
      log.detail(process.words)
      print(process.plan?.outputs ?? [], to: log)
    }
    if let plan {
      log.step("The agent")
      let keyName = config.environment[ConfigVar.keyName.name]
      print(plan.inputs(agent: source, keyName: keyName), to: log)
    }
  }

  private func print(_ rows: [Row], to log: BuildLog) {
    for row in rows { for line in row.text { log.detail(line) } }
  }

  private var plan: LaunchPlan? { advice.processes.lazy.compactMap { $0.plan }.first }

  private var report: CommandReport {
    var report = CommandReport(Self.options.command)
    report.failure = failure
    report.advice = all.filter { $0.severity != .error }
    report.version = version
    report.key = plan?.key.description
    report.publishes = advice.publishes
    report.processes = advice.processes
    if let plan { report.gateway = gateway?.json(of: plan) }
    report.succeeds = all.isGood
    return report
  }
}
