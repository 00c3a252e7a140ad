import BuildpackKit
import CPosix
import HoopAgent
import Posix

extension DryRun {
  /// `--cloud-native`: the same for an image, with the lifecycle's part played here. The image is
  /// built twice, since the second build shows what every deploy after the first costs.
  func tryOutImage(
    _ original: Path, _ procfile: Procfile, booting type: String?
  ) throws(LocalFailure) -> Int32 {
    let lifecycle = try lifecycle(for: try prepare(original))
    let output = isJSON ? STDERR_FILENO : STDOUT_FILENO
    var deploy = ImageDeploy(
      lifecycle, of: folder / "buildpack", to: folder / "images",
      StepRunner(signals: signals, output: output), log)
    try deploy.run()
    let summary = try summary(of: deploy, procfile)
    if isJSON { BuildLog().plain(JSON.text(summary.json)) }
    summary.print(to: log)
    guard summary.isGood, let image = deploy.image else { return 1 }
    if let keep = asked.value("--keep") { try self.keep(image.folder, at: keep) }
    guard let type, let process = procfile.processes.first(where: { $0.type == type }) else {
      return 0
    }
    // A dyno's name on Fir.
    let name = "\(type)-12a34b56d-e78f9"
    return try boot(
      process, as: name,
      Lifecycle.process(
        name, running: process.command, app: lifecycle.app, programs: image.programs,
        configVars: config.variables, path: path, port: Self.port))
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
    of deploy: ImageDeploy, _ procfile: Procfile
  ) throws(LocalFailure) -> ImageSummary {
    var layers: [(name: String, bytes: Int, isReused: Bool)] = []
    for layer in deploy.image?.layers ?? [] {
      let place = (deploy.image?.folder ?? folder) / layer.name
      let bytes = try LocalFailure.system(try SlugAdditions.bytes(in: place))
      layers.append(("\(deploy.image?.buildpack.id ?? ""):\(layer.name)", bytes, layer.isReused))
    }
    let version = deploy.image?.labels.first.flatMap { AgentVersion($0.value) }
    let environment = config.environment
    return ImageSummary(
      deploy: deploy, layers: layers,
      processes: deploy.failed == nil
        ? procfile.processes.map {
          ProcessPlan($0, version ?? PracticeRelease.version, environment)
        } : [])
  }
}
