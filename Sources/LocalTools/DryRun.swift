import BuildpackKit
import CPosix
import HoopAgent
import Posix

/// `bin/dry-run`: does to a copy of an app what a deploy does, and starts it if asked.
///
/// `tryOut` is the recipe. All that it makes is in one private folder, which goes at the end.
package struct DryRun {
  /// What this buildpack is called among others.
  static let name = "Hoop"
  static let repository = "https://github.com/hoophq/heroku-hoop-buildpack"

  let asked: Options.Parsed
  let signals: Signals
  let log: BuildLog
  /// PATH of the build and of the dyno.
  let path: String
  let tools: Tools
  let folder: Path
  let isDemonstration: Bool
  let isJSON: Bool
  /// The config vars of the build and of the dyno.
  var config: GivenConfig
  /// Those of them that the command line gives.
  let given: GivenConfig

  /// - Parameter words: those after the command.
  /// - Returns: the exit status: 0 where a deploy would succeed.
  package static func run(_ words: [Path]) -> Int32 {
    Session.run(options, words) { (asked, log) throws(LocalFailure) in
      let config = try GivenConfig(asked)
      let signals = try LocalFailure.system(try Signals())
      let work = try privateFolder()
      try LocalFailure.system(try Children.adoptOrphans())
      // What a buildpack has left running must not outlive the folder that it runs in.
      defer { Processes.killDescendants() }
      var dryRun = DryRun(asked, signals, log, work.path, config)
      return try dryRun.tryOut()
    }
  }

  /// TMPDIR, else /tmp.
  static var temporaryFolder: Path {
    let entry = Environment.current.keeping(["TMPDIR"]).entries.first
    let named = Path(bytes: entry?.dropFirst("TMPDIR=".utf8.count) ?? [])
    return named.bytes.isEmpty ? Path("/tmp") : named
  }

  static func privateFolder() throws(LocalFailure) -> Staging {
    let parent = temporaryFolder
    do throws(SystemError) { return try Staging(in: parent.absolute()) } catch {
      throw error.code == ENOSPC ? LocalFailure(error) : .noTemporaryFolder(parent, error)
    }
  }

  private init(
    _ asked: Options.Parsed, _ signals: Signals, _ log: BuildLog, _ folder: Path,
    _ config: GivenConfig
  ) {
    (self.asked, self.signals, self.log, self.folder) = (asked, signals, log, folder)
    (self.config, given) = (config, config)
    var environment = Environment.current
    path = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    environment["PATH"] = path
    tools = Tools(environment: environment)
    isDemonstration = asked.operand == nil
    isJSON = asked.isOn("--json")
  }

  private mutating func tryOut() throws(LocalFailure) -> CommandReport {
    let original = try originalApp()
    let procfile = try LocalFailure.build(try Procfile(of: original))
    let type = try typeToBoot(procfile)
    let buildpacks = try buildpacks()
    try checkKeep()
    try takeRelease()
    if asked.isOn("--cloud-native") { return try tryOutImage(original, procfile, booting: type) }
    let build = try prepare(original)

    let output = isJSON ? STDERR_FILENO : STDOUT_FILENO
    var deploy = Deploy(build, StepRunner(signals: signals, output: output), log)
    try LocalFailure.build(try deploy.run(buildpacks))
    // Ours says nothing; that of another may have process types and add-ons.
    if buildpacks.count > 1, !deploy.release.isEmpty {
      log.step("bin/release of \(buildpacks.last?.name ?? "")")
      for line in deploy.release.split(separator: "\n") { log.detail(String(line)) }
    }
    let summary = try summary(of: deploy, build, original, procfile)
    summary.print(to: log)
    for advice in exported { log.advise(advice) }
    var report = report(of: summary)
    guard deploy.failed == nil else { return report }
    if let keep = asked.value("--keep") { try self.keep(build.app, at: keep) }
    guard let type,
      let plan = summary.plans.processes.first(where: { $0.process.type == type })
    else { return report }
    // A slug does not run where it was built.
    let slug = folder / "app"
    try LocalFailure.system(try build.app.rename(to: slug, .keep))
    let name = "\(type).1"
    try boot(
      plan, as: name,
      HerokuBuild.dyno(
        name, running: plan.process.command, slug: slug, configVars: config.variables, path: path,
        port: Self.port), &report)
    return report
  }

  /// The app that is tried; it is only read.
  private func originalApp() throws(LocalFailure) -> Path {
    if let app = asked.operand {
      try LocalFailure.checkApp(app)
      return app
    }
    log.heading(
      "A practice deploy of a small app, with a practice agent that connects nowhere.", .cyan)
    let app = folder / "demonstration"
    try LocalFailure.system(try Demonstration.makeApp(at: app))
    return app
  }

  private func typeToBoot(_ procfile: Procfile) throws(LocalFailure) -> String? {
    let types = procfile.processes.map { $0.type }
    guard let type = asked.value("--boot")?.string else {
      return isDemonstration && !isJSON ? Demonstration.type : nil
    }
    guard types.contains(type) else { throw .noProcess(type: type, of: types) }
    return type
  }

  /// This buildpack, then those that were named.
  private func buildpacks() throws(LocalFailure) -> [(name: String, folder: Path)] {
    var buildpacks: [(name: String, folder: Path)] = [(Self.name, folder / "buildpack")]
    for (option, named) in asked.values(["--buildpack"]) {
      if asked.isOn("--cloud-native") { throw .forSlugsAlone(option: option) }
      guard let other = try? named.resolved(), (try? (other / "bin/compile").status()) != nil else {
        throw .noBuildpack(named)
      }
      buildpacks.append((other.name.string, other))
    }
    return buildpacks
  }

  private func checkKeep() throws(LocalFailure) {
    guard let keep = asked.value("--keep") else { return }
    let status = try LocalFailure.system(try keep.linkStatus())
    if status != nil { throw .keepIsTaken(keep) }
  }

  /// Makes the practice release, or names the mirror.
  private mutating func takeRelease() throws(LocalFailure) {
    if isDemonstration {
      for (name, value) in Demonstration.config where config[name] == nil {
        config[name] = Array(value.utf8)
      }
    }
    if let url = asked.value("--releases-url") { config[ConfigVar.releasesURL.name] = url.bytes }
    guard isOffline else { return }
    if !isDemonstration {
      log.heading("With a practice agent that connects nowhere, whatever the version.", .cyan)
    }
    let request = VersionRequest(config.environment[ConfigVar.version.name])
    let version =
      if case .exact(let version)? = request { version } else { AgentVersion.newestKnown }
    let release = try PracticeRelease(in: folder / "releases", version, tools, signals)
    config[ConfigVar.releasesURL.name] = Array(release.url.utf8)
    // It is for the real archive.
    config[ConfigVar.sha256.name] = nil
  }

  var isOffline: Bool {
    asked.isOn("--offline") || (isDemonstration && asked.value("--releases-url") == nil)
  }

  /// Copies the app and the buildpack, and writes the config vars down.
  func prepare(_ original: Path) throws(LocalFailure) -> HerokuBuild {
    guard
      let executable = try? Path.executable(),
      let repository = try? BuildContext.buildpackFolder(above: executable)
    else { throw .noBuildpack(Path("bin")) }
    let build = HerokuBuild(
      app: folder / "build", cache: cache, configVars: folder / "env", home: folder / "home",
      path: path, stack: asked.value("--stack")?.string ?? HerokuBuild.stacks[0])
    try Checkout.make(of: repository, at: folder / "buildpack")
    try LocalFailure.system { () throws(SystemError) in
      for name in ["build", "env", "home"] { try (folder / name).makeFolder() }
      for variable in config.variables {
        try (folder / "env" / variable.name).makeFile(variable.value, mode: 0o600)
      }
    }
    // What git keeps to itself is in no slug.
    try TreeCopy(tools, signals).run(original, to: build.app, excluding: ["./.git"])
    return build
  }

  /// Kept from one dry run to the next. A practice agent is kept nowhere.
  private var cache: Path {
    let environment = Environment.current
    let parent =
      if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") { Path(folder) } else {
        environment["HOME"].map { Path($0) / ".cache" }
      }
    guard let parent, !isOffline else { return folder / "cache" }
    return parent / "hoop-buildpack"
  }

  private func summary(
    of deploy: Deploy, _ build: HerokuBuild, _ original: Path, _ procfile: Procfile
  ) throws(LocalFailure) -> Summary {
    let version = deploy.report.flatMap { JSON.string("version", in: $0) }
      .flatMap { AgentVersion($0) }
    let added = try LocalFailure.system(try SlugAdditions(in: build.app, over: original).entries)
    let isMirrorHere =
      config.environment[ConfigVar.releasesURL.name].flatMap { ReleasesURL($0)?.isLocal } ?? false
    let plans = try advice(for: version, procfile, original)
    return Summary(
      deploy: deploy, added: added, plans: plans, advice: all(plans.all),
      config: config.variables.map { $0.name }.filter {
        ConfigVar.isRead($0) && !(isMirrorHere && $0 == ConfigVar.releasesURL.name)
      })
  }

  /// What there is to say of the app. Where no config vars were given, nothing of these.
  func advice(
    for version: AgentVersion?, _ procfile: Procfile, _ original: Path
  ) throws(LocalFailure) -> BuildAdvice {
    let configVars = try LocalFailure.build(
      try ConfigVars(folder: nil, environment: config.environment))
    return BuildAdvice(
      for: version ?? AgentVersion.newestKnown, procfile, app: original, configVars,
      isConfigKnown: isDemonstration || !given.isEmpty)
  }

  /// What stands in the environment here and was not taken. The demonstration asks for nothing.
  var exported: [Advice] { isDemonstration ? [] : given.advice }

  /// What was not given, and what the Procfile and the config vars that were need.
  func all(_ advice: [Advice]) -> [Advice] {
    isDemonstration || !given.isEmpty
      ? advice : [GivenConfig.missing(for: Self.options.command)] + advice
  }

  /// The report of this dry run, with what the advice says.
  ///
  /// - Parameter failure: the step that has ended the deploy, in words. Where it was a config var, what
  ///   is said of that says more.
  func report(
    _ advice: [Advice], of processes: [ProcessPlan], failure: Advice?
  ) -> CommandReport {
    var report = CommandReport(Self.options.command)
    report.isOffline = isOffline
    report.failure = failure
    if failure != nil,
      let configVars = try? ConfigVars(folder: nil, environment: config.environment)
    {
      do throws(BuildFailure) { try configVars.check() } catch { report.failure = error.advice }
    }
    report.advice = advice.besides(report.failure) + exported
    report.processes = processes
    report.key = processes.lazy.compactMap { $0.plan }.first?.key.description
    return report
  }

  private func report(of summary: Summary) -> CommandReport {
    let deploy = summary.deploy
    let isDone = deploy.failed == nil
    var report = report(
      summary.advice, of: isDone ? summary.plans.processes : [], failure: deploy.failure)
    report.succeeds = summary.isGood
    report.steps = deploy.results.map { result in
      CommandReport.Step(
        name: result.step.rawValue, buildpack: result.buildpack, milliseconds: result.milliseconds,
        isGood: result.status?.isSuccess == true)
    }
    guard isDone else { return report }
    report.version = deploy.report.flatMap { JSON.string("version", in: $0) }
      .flatMap { AgentVersion($0) }
    report.publishes = summary.plans.publishes
    report.added = summary.added
    report.build = deploy.report
    return report
  }

  func keep(_ slug: Path, at keep: Path) throws(LocalFailure) {
    _ = try LocalFailure.system(try keep.makeFolders())
    do throws(LocalFailure) { try TreeCopy(tools, signals).run(slug, to: keep) } catch {
      try? keep.removeTree()
      throw error
    }
    log.detail("The slug is in \(keep)")
  }
}
