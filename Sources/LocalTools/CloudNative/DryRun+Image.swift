import BuildpackKit
import CPosix
import HoopAgent
import Posix

extension DryRun {
  /// `--cloud-native`: the same for an image, with the lifecycle's part played here. The image is
  /// built twice, since the second build shows what every deploy after the first costs.
  func tryOutImage(
    _ original: Path, _ procfile: Procfile, booting type: String?
  ) throws(LocalFailure) -> CommandReport {
    let lifecycle = try lifecycle(for: try prepare(original))
    let output = isJSON ? STDERR_FILENO : STDOUT_FILENO
    var deploy = ImageDeploy(
      lifecycle, of: folder / "buildpack", to: folder / "images",
      StepRunner(signals: signals, output: output), log)
    try deploy.run()
    let summary = try summary(of: deploy, procfile, original)
    summary.print(to: log)
    for advice in exported { log.advise(advice) }
    var report = report(of: summary)
    guard deploy.failed == nil, let image = deploy.image else { return report }
    if let keep = asked.value("--keep") { try self.keep(image.folder, at: keep) }
    guard let type, let plan = summary.plans.processes.first(where: { $0.process.type == type })
    else { return report }
    // A dyno's name on Fir.
    let name = "\(type)-12a34b56d-e78f9"
    try boot(
      plan, as: name,
      Lifecycle.process(
        name, running: plan.process.command, app: lifecycle.app, programs: image.programs,
        configVars: config.variables, path: path, port: Self.port), &report)
    return report
  }

  private func report(of summary: ImageSummary) -> CommandReport {
    let deploy = summary.deploy
    let isDone = deploy.failed == nil
    var report = report(
      summary.advice, of: isDone ? summary.plans.processes : [], failure: summary.failure)
    report.succeeds = summary.isGood
    report.steps = deploy.results.map { result in
      CommandReport.Step(
        name: result.step, buildpack: Self.name, milliseconds: result.milliseconds,
        isGood: result.status?.isSuccess == true)
    }
    guard isDone else { return report }
    report.version = summary.version.flatMap { AgentVersion($0) }
    report.publishes = summary.plans.publishes
    report.layers = summary.layers
    return report
  }

  private func lifecycle(for build: HerokuBuild) throws(LocalFailure) -> Lifecycle {
    var lifecycle = Lifecycle(
      app: build.app, layers: folder / "layers/hoophq_hoop", platform: folder / "platform",
      plan: folder / "plan.toml", home: folder / "home", path: path,
      stack: asked.value("--stack")?.string ?? HerokuBuild.stacks[0])
    for variable in config.variables { lifecycle.set(variable) }
    let (layers, platform, plan) = (lifecycle.layers, lifecycle.platform, lifecycle.plan)
    try LocalFailure.system { () throws(SystemError) in
      _ = try layers.makeFolders()
      try platform.makeFolder()
      try (folder / "env").rename(to: platform / "env", .keep)
      try plan.makeFile([], mode: 0o644)
    }
    return lifecycle
  }

  private func summary(
    of deploy: ImageDeploy, _ procfile: Procfile, _ original: Path
  ) throws(LocalFailure) -> ImageSummary {
    var layers: [CommandReport.Layer] = []
    for layer in deploy.image?.layers ?? [] {
      let place = (deploy.image?.folder ?? folder) / layer.name
      let bytes = try LocalFailure.system(try SlugAdditions.bytes(in: place))
      layers.append(
        CommandReport.Layer(
          name: "\(deploy.image?.buildpack.id ?? ""):\(layer.name)", bytes: bytes,
          isReused: layer.isReused))
    }
    let version = deploy.image?.labels.first.flatMap { AgentVersion($0.value) }
    let plans = try advice(for: version, procfile, original)
    return ImageSummary(
      deploy: deploy, layers: layers, plans: plans, advice: all(plans.forImages(procfile)))
  }
}
