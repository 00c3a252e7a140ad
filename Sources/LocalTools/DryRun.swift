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
  private static let repository = "https://github.com/hoophq/heroku-hoop-buildpack"

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
        help: ["The stack to build for, \(PlatformBuild.stack) by default."]),
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
  /// Whether the command line gives some.
  private let isConfigGiven: Bool

  /// - Parameter words: Those after the command.
  /// - Returns: The exit status: 0 if a deploy would succeed.
  package static func run(_ words: [Path]) -> Int32 {
    options.run(words) { (asked, log, report) throws(Problem) in
      let config = try GivenConfig(asked)
      umask(0o022)
      try LocalFolder.temporary { (folder, signals) throws(Problem) in
        try DryRun(asked, config, signals, log, report, in: folder).tryOut()
      }
    }
  }

  private init(
    _ asked: Options.Parsed, _ config: GivenConfig, _ signals: Signals, _ log: BuildLog,
    _ report: CommandReport, in folder: Path
  ) {
    (self.asked, self.config, self.signals) = (asked, config, signals)
    (self.log, self.report, self.folder, isConfigGiven) = (log, report, folder, !config.isEmpty)
    report.wording = isImage ? .imageBuild : .slug
    report.isOffline = isOffline
  }

  var isDemonstration: Bool { asked.operand == nil }

  var isImage: Bool { asked.isOn("--cloud-native") }

  var isOffline: Bool {
    asked.isOn("--offline") || (isDemonstration && asked.value("--releases-url") == nil)
  }

  private func tryOut() throws(Problem) {
    let original = if let app = asked.operand { app } else { try demonstration() }
    let procfile = try LocalFolder.procfile(of: original, for: Self.options)
    let type = try typeToBoot(procfile)
    let buildpacks = try buildpacks()
    try checkKeep()
    try chooseRelease()
    let build = try prepare(original)
    try deploy(build, buildpacks)

    let isVerbose = asked.isOn("--verbose")
    let configVars = try ConfigVars(folder: nil, environment: config.environment)
    let isConfigKnown = isDemonstration || isConfigGiven
    let forecast = AppForecast(
      for: report.version ?? .newestKnown, procfile, app: original, configVars,
      isConfigKnown: isConfigKnown, target: report.wording)
    report.problems = forecast.problems
    if !isConfigKnown { report.problems.append(.noConfig(for: Self.options.command)) }
    if let step = report.failedStep {
      return report.fail(at: step, configVars, log, isVerbose: isVerbose)
    }
    report.forecast = forecast
    let result = isImage ? build.layers : build.app
    report.added = try Problem.system(
      try additions(in: result, to: isImage ? folder / "nothing" : original))
    if let keep = asked.value("--keep") {
      try Problem.system(try keep.makeFolders())
      do throws(Problem) {
        try copy(Problem.system(try result.names()), of: result, to: keep)
      } catch {
        try? keep.removeTree()
        throw error
      }
      log.detail("The \(isImage ? "layers are" : "slug is") in \(keep)")
    }
    var end: String?
    if let plan = forecast.processes.first(where: { $0.type == type }) {
      end = try boot(plan, build)
    }
    report.succeeds = report.problems.isGood && !report.hasWarned && end == nil
    report.printSummary(to: log, isVerbose: isVerbose, end: end, next: next)
  }

  /// What to do next to get the same on the platform. What came by `--env-file` is set there already.
  private var next: [String] {
    if !isConfigGiven {
      return ["heroku config --shell | bin/dry-run APP_DIR --env-file -"]
    }
    let unset = config.named.filter { Setting.isRead($0) }.sorted().map { "\($0)='…'" }
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
}

/// What is asked for, checked before anything is done.
extension DryRun {
  private func demonstration() throws(Problem) -> Path {
    log.heading("A dry run with a small app and an agent that connects to nothing.", .cyan)
    let app = folder / "demonstration"
    try Problem.system(try Demonstration.makeApp(at: app))
    return app
  }

  private func typeToBoot(_ procfile: Procfile) throws(Problem) -> String? {
    let types = procfile.processes.map { $0.type }
    guard let type = asked.value("--boot")?.string else {
      return isDemonstration && !asked.isOn("--json") ? Demonstration.type : nil
    }
    if types.contains(type) { return type }
    throw Self.options.misuse(
      "The Procfile has no process type \(quoted(type)). It has \(types.isEmpty ? "none" : few(types))."
    )
  }

  /// This buildpack, then those that were named.
  private func buildpacks() throws(Problem) -> [Buildpack] {
    var buildpacks: [Buildpack] = [(Self.name, folder / "buildpack")]
    for named in asked.values("--buildpack") {
      if isImage {
        throw Self.options.misuse("--buildpack is for slugs, and --cloud-native builds an image.")
      }
      guard let other = try? named.resolved(), (try? (other / "bin/compile").status()) != nil else {
        throw Self.options.misuse("There is no bin/compile in \(quoted(named.string)).")
      }
      buildpacks.append((other.name.string, other))
    }
    return buildpacks
  }

  private func checkKeep() throws(Problem) {
    if let keep = asked.value("--keep"), try Problem.system(try keep.linkStatus()) != nil {
      throw Self.options.misuse("\(quoted(keep.string)) exists already. --keep makes a new folder.")
    }
  }
}
