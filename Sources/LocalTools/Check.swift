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
        name: "--json", value: nil, help: ["Print one JSON object on standard output."])
    ],
    examples: [
      "  heroku config --shell | bin/check ../myapp --env-file -", "",
      "Exit status: 0 without problems, 1 with them.",
    ])

  private let processes: [ProcessPlan]
  private let config: Environment
  private var problems: [Advice] = []
  private let notices: [Advice]
  private var version = PracticeRelease.version
  private var source = "the newest (the plan is that of \(PracticeRelease.version))"

  /// - Parameter words: those after the command.
  /// - Returns: the exit status: 0 where nothing is wrong.
  public static func run(_ words: [Path]) -> Int32 {
    Session.run(options, words) { (asked, log) throws(LocalFailure) in
      let check = try Check(asked)
      check.print(to: log)
      if asked.isOn("--json") { BuildLog().plain(JSON.text(check.json)) }
      return check.problems.isEmpty ? 0 : 1
    }
  }

  private init(_ asked: Options.Parsed) throws(LocalFailure) {
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
    } catch { problems.append(error.advice) }
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

  private func print(to log: BuildLog) {
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
    for notice in notices { log.warning(notice) }
    for problem in problems { log.error(problem) }
  }

  private var json: JSON.Value {
    .object([
      ("succeeds", .bool(problems.isEmpty)), ("version", .text(version.description)),
      ("processes", .list(processes.map { $0.json })),
      (
        "key",
        processes.lazy.compactMap { $0.plan }.first.map { .text($0.key.description) } ?? .null
      ),
      ("problems", .list(problems.map { $0.json })), ("notices", .list(notices.map { $0.json })),
    ])
  }
}
