import BuildpackKit
import CPosix
import HoopAgent
import Output
import Posix

/// `bin/dry-run`: does to a copy of an app what a deploy does, and starts it if asked.
///
/// `tryOut` is the recipe. All that it makes is in one private folder, which is removed at the end.
package final class DryRun {
  /// This buildpack's name in the output.
  static let name = "Hoop"
  static let repository = "https://github.com/hoophq/heroku-hoop-buildpack"

  static let options = Options(
    command: "bin/dry-run",
    about: [
      "Does to a copy of an app what a deploy to Heroku does, and prints the same.",
      "Without APP_DIR: a demonstration that needs no network and no configuration.",
    ],
    table: GivenConfig.options + [
      Options.Option(
        name: "--cloud-native", help: ["Build an image, as Fir and pack do, not a slug."]),
      Options.Option(
        name: "--stack", value: "STACK",
        help: ["The stack to build for, \(HerokuBuild.stacks[0]) by default."],
        choices: HerokuBuild.stacks),
      Options.Option(
        name: "--offline", help: ["Install an agent that connects to nothing."]),
      Options.Option(name: "--releases-url", value: "URL", help: ["Get the agent from a mirror."]),
      Options.Option(
        name: "--buildpack", value: "DIR", help: ["Run this buildpack after ours. Repeatable."]),
      Options.Option(
        name: "--boot", value: "TYPE",
        help: ["Then start this process type as a dyno does,", "until it ends or Ctrl-C."]),
      Options.Option(name: "--keep", value: "DIR", help: ["Keep the slug in a new folder."]),
      Options.Option(name: "--verbose", help: ["Also show each step and each file added."]),
      Options.json,
    ],
    examples: ["  heroku config --shell | bin/dry-run ../myapp --env-file - --boot web"])

  let asked: Options.Parsed
  let signals: Signals
  let log: BuildLog
  let report: CommandReport
  /// The private folder.
  let folder: Path
  /// The config vars of the build and of the dyno.
  var config: GivenConfig
  /// Those of them that the command line gives.
  let given: GivenConfig

  /// - Parameter words: Those after the command.
  /// - Returns: The exit status: 0 if a deploy would succeed.
  package static func run(_ words: [Path]) -> Int32 {
    Session.run(options, words) { (asked, log, report) throws(Problem) in
      let config = try GivenConfig(asked)
      let signals = try Problem.system(try Signals())
      let work = try LocalFolder.temporary()
      try Problem.system(try Children.adoptOrphans())
      // What a buildpack has left running must not outlive the folder that it runs in.
      defer { Processes.killDescendants() }
      umask(0o022)
      try DryRun(asked, config, signals, log, report, in: work.path).tryOut()
    }
  }

  private init(
    _ asked: Options.Parsed, _ config: GivenConfig, _ signals: Signals, _ log: BuildLog,
    _ report: CommandReport, in folder: Path
  ) {
    (self.asked, self.config, given, self.signals) = (asked, config, config, signals)
    (self.log, self.report, self.folder) = (log, report, folder)
    report.wording = isImage ? .imageBuild : .slug
    report.isOffline = isOffline
  }

  /// PATH of the build and of the dyno.
  var path: String { Environment.current["PATH"] ?? "/usr/local/bin:/usr/bin:/bin" }

  /// The copy of this buildpack that is run.
  var buildpack: Path { folder / "buildpack" }

  var tools: Tools {
    var environment = Environment.current
    environment["PATH"] = path
    return Tools(environment: environment)
  }

  var isDemonstration: Bool { asked.operand == nil }

  var isImage: Bool { asked.isOn("--cloud-native") }

  var isOffline: Bool {
    asked.isOn("--offline") || (isDemonstration && asked.value("--releases-url") == nil)
  }

  private func tryOut() throws(Problem) {
    let original = try originalApp()
    let procfile = try Procfile(of: original)
    let type = try typeToBoot(procfile)
    let buildpacks = try buildpacks()
    try checkKeep()
    try chooseRelease()
    let target = try prepare(original)
    try deploy(target, buildpacks)

    let configVars = try ConfigVars(folder: nil, environment: config.environment)
    let isConfigKnown = isDemonstration || !given.isEmpty
    let forecast = AppForecast(
      for: report.version ?? .newestKnown, procfile, app: original, configVars,
      isConfigKnown: isConfigKnown, target: report.wording)
    // The demonstration asks for nothing.
    let exported = isDemonstration ? [] : given.problems
    let unknown = isConfigKnown ? [] : [Problem.noConfig(for: Self.options.command)]
    report.problems = forecast.problems + unknown + exported
    let isVerbose = asked.isOn("--verbose")
    if let failed = report.failedStep {
      log.problems(exported)
      report.printSummary(to: log, isVerbose: isVerbose, next: [])
      report.failure = report.failure(of: failed)
      // If it was a config var, its own problem says more.
      do throws(Problem) { try configVars.check() } catch { report.failure = error }
      return
    }
    report.forecast = forecast
    report.added = try Problem.system(
      try Addition.find(in: target.result, over: isImage ? folder / "nothing" : original))
    if let keep = asked.value("--keep") { try self.keep(target.result, at: keep) }
    if let plan = forecast.processes.first(where: { $0.process.type == type }) {
      report.boot = try start(plan, target)
    }
    let found = report.boot?.problem.map { [$0] } ?? []
    log.problems(found + exported)
    report.problems = found + report.problems
    report.succeeds =
      report.problems.isGood && !report.hasWarned && report.boot?.isGood != false
    report.printSummary(to: log, isVerbose: isVerbose, next: next)
  }

  /// What to do next to get the same on the platform. What came by `--env-file` is set there already.
  private var next: [String] {
    if given.isEmpty {
      return ["heroku config --shell | bin/dry-run APP_DIR --env-file -"]
    }
    let unset = given.named.filter { Setting.isRead($0) }.sorted().map { "\($0)='…'" }
    let set = unset.isEmpty ? [] : ["heroku config:set \(unset.joined(separator: " "))"]
    let push = "git push heroku HEAD:main"
    if !isImage {
      return ["heroku buildpacks:add --index 1 \(Self.repository)   (once)"] + set + [push]
    }
    let version = BuildpackVersion.current
    return [
      "in project.toml, before your language's buildpack and heroku/procfile:",
      "    [[io.buildpacks.group]]",
      "    uri = \"\(Self.repository)/releases/download/v\(version)/hoop-buildpack-\(version).tgz\"",
    ] + set + [push + ", or pack build"]
  }

  private func keep(_ result: Path, at keep: Path) throws(Problem) {
    try Problem.system(try keep.makeFolders())
    do throws(Problem) { try copy(result, to: keep) } catch {
      try? keep.removeTree()
      throw error
    }
    log.detail("The \(isImage ? "layers are" : "slug is") in \(keep)")
  }
}
