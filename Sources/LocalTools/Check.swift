import BuildpackKit
import CPosix
import HoopAgent
import Posix

/// `bin/check`: says without a build what the agent will do beside each process type, and what
/// stands in the way of it, from the same source as `bin/compile` and `hoopstart --check`.
public struct Check {
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
        name: "--json", value: nil, help: ["Print one JSON object on standard output."]),
    ],
    examples: [
      "  heroku config --shell | bin/check ../myapp --env-file -", "",
      "Exit status: 0 without problems, 1 with them.",
    ])

  let processes: [ProcessPlan]
  let config: Environment
  var problems: [Advice] = []
  private let notices: [Advice]
  var version = PracticeRelease.version
  private var source = "the newest (the plan is that of \(PracticeRelease.version))"
  /// Where the agent comes from, where it is to be tried.
  private(set) var origin: AgentSource?
  /// What the gateway said; nil where it was not asked.
  var gateway: GatewayReport?

  /// - Parameter words: those after the command.
  /// - Returns: the exit status: 0 where nothing is wrong.
  public static func run(_ words: [Path]) -> Int32 {
    guard words.contains(Path("--connect")) else { return run(words, nil) }
    do throws(SystemError) {
      switch try runGuarded({ (signals) throws(Signals.Stop) in run(words, signals) }) {
      case .exited(let status): return status
      case .killed(let signal): Signals.die(of: Signals.Stop(signal: signal))
      }
    } catch {
      BuildLog().error(LocalFailure(error).advice)
      return 1
    }
  }

  /// - Parameter signals: those of a process that may start agents; nil where none is started.
  private static func run(_ words: [Path], _ signals: Signals?) -> Int32 {
    Session.run(options, words) { (asked, log) throws(LocalFailure) in
      let workspace = signals.map { ($0, log) }
      var check = try Check(asked, workspace)
      check.printPlans(to: log)
      if let signals { try check.connect(signals, log) }
      check.printAdvice(to: log)
      if asked.isOn("--json") { BuildLog().plain(JSON.text(check.json)) }
      return check.problems.isEmpty ? 0 : 1
    }
  }

  /// - Parameter trial: what it takes to get the agent, where it is to be tried.
  private init(
    _ asked: Options.Parsed, _ trial: (signals: Signals, log: BuildLog)?
  ) throws(LocalFailure) {
    let app = asked.operand ?? Path(".")
    try LocalFailure.checkApp(app)
    let procfile = try LocalFailure.build(try Procfile(of: app))
    let config = try GivenConfig(asked).environment
    self.config = config
    let configVars = try LocalFailure.build(try ConfigVars(folder: nil, environment: config))
    do throws(BuildFailure) {
      if case .exact(let exact) = try configVars.versionRequest() {
        (version, source) = (exact, "from HOOP_VERSION")
      }
      _ = try configVars.pinnedDigest()
      _ = try configVars.releasesURL()
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
      problems.append(error.advice)
    }
    let advice = BuildAdvice(for: version, procfile, app: app, configVars)
    problems +=
      advice.ofProcfile + advice.ofDynos + advice.ofReading
      + (config.entries.isEmpty ? [Self.noConfig] : advice.problems)
    notices = advice.notices
    let (plannedVersion, plannedConfig) = (version, config)
    processes = procfile.processes.map { ProcessPlan($0, plannedVersion, plannedConfig) }
  }

  /// The app may well have a key: nobody has said.
  private static let noConfig = Advice(
    code: "no-config", summary: "No config vars were given.",
    meaning: ["This asks nobody for them, and takes none from its environment."],
    remedy: "Hand over those of the app:",
    example: ["heroku config --shell | bin/check APP_DIR --env-file -"])

  private func printPlans(to log: BuildLog) {
    for process in processes {
      log.step("\(process.process.type): \(process.process.command)")
      log.detail(process.words)
      for row in process.plan?.outputs ?? [] { for line in row.text { log.detail(line) } }
    }
    if let plan = processes.lazy.compactMap({ $0.plan }).first {
      log.step("The agent")
      for row in plan.inputs(agent: source, keyName: config["HOOP_KEY_NAME"]) {
        for line in row.text { log.detail(line) }
      }
    }
  }

  private func printAdvice(to log: BuildLog) {
    for notice in notices { log.warning(notice) }
    for problem in problems { log.error(problem) }
  }

  private var gatewayJSON: JSON.Value {
    guard let gateway, let plan = processes.lazy.compactMap({ $0.plan }).first else { return .null }
    return gateway.json(of: plan)
  }

  private var json: JSON.Value {
    .object([
      ("succeeds", .bool(problems.isEmpty)), ("version", .text(version.description)),
      ("processes", .list(processes.map { $0.json })),
      (
        "key",
        processes.lazy.compactMap { $0.plan }.first.map { .text($0.key.description) } ?? .null
      ),
      ("gateway", gatewayJSON),
      ("problems", .list(problems.map { $0.json })), ("notices", .list(notices.map { $0.json })),
    ])
  }
}
