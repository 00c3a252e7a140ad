import BuildpackKit
import HoopAgent
import Output
import Posix

extension DryRun {
  /// The app that is tried. It is only read.
  func originalApp() throws(Problem) -> Path {
    if let app = asked.operand {
      try LocalFolder.checkApp(app, for: Self.options.command)
      return app
    }
    log.heading("A dry run with a small app and an agent that connects to nothing.", .cyan)
    let app = folder / "demonstration"
    try Problem.system(try Demonstration.makeApp(at: app))
    return app
  }

  func typeToBoot(_ procfile: Procfile) throws(Problem) -> String? {
    let types = procfile.processes.map { $0.type }
    guard let type = asked.value("--boot")?.string else {
      return isDemonstration && !asked.isOn("--json") ? Demonstration.type : nil
    }
    if types.contains(type) { return type }
    throw Problem(
      "no-process-type", "The Procfile has no process type \(quoted(type)).",
      meaning: [types.isEmpty ? "It has none at all." : "It has \(few(types))."],
      Remedy(
        "Start one that is there, or add it to the Procfile:",
        types.first.map { .run("--boot \($0)") }
          ?? .procfile("web: hoopstart -- bundle exec puma")))
  }

  /// This buildpack, then those that were named.
  func buildpacks() throws(Problem) -> [Buildpack] {
    var buildpacks: [Buildpack] = [(Self.name, buildpack)]
    for named in asked.values("--buildpack") {
      if isImage {
        throw Problem(
          "for-slugs-only", "--buildpack is for slugs, and --cloud-native builds an image.",
          meaning: ["For an image this buildpack is tried on its own."],
          Remedy("Leave one of the two out:", .run("bin/dry-run APP_DIR --cloud-native")))
      }
      guard let other = try? named.resolved(), (try? (other / "bin/compile").status()) != nil else {
        throw Problem(
          "no-buildpack", "There is no bin/compile in \(quoted(named.string)).",
          meaning: ["--buildpack takes a folder with a buildpack on this machine."],
          Remedy(
            "Clone the buildpack, and name its folder:",
            .run("git clone https://github.com/heroku/heroku-buildpack-ruby /tmp/ruby")))
      }
      buildpacks.append((other.name.string, other))
    }
    return buildpacks
  }

  func checkKeep() throws(Problem) {
    guard let keep = asked.value("--keep"), try Problem.system(try keep.linkStatus()) != nil else {
      return
    }
    throw Problem(
      "keep-is-taken", "\(quoted(keep.string)) exists already.",
      meaning: ["--keep makes a new folder and does not overwrite anything."],
      Remedy("Name a folder that does not exist:", .run("--keep /tmp/slug-2")))
  }

  /// Makes the demonstration's release, or names the mirror.
  func chooseRelease() throws(Problem) {
    if isDemonstration {
      for variable in Demonstration.config where config[variable.name] == nil {
        config[variable.name] = variable.value
      }
    }
    if let url = asked.value("--releases-url") { config[Setting.releasesURL.name] = url.bytes }
    guard isOffline else { return }
    if !isDemonstration {
      log.heading("With an agent that connects to nothing, whatever its version.", .cyan)
    }
    var version = AgentVersion.newestKnown
    if case .exact(let exact)? = VersionRequest(config.environment[Setting.version.name]) {
      version = exact
    }
    let release = try DemonstrationRelease(
      in: folder / "releases", version, agent: DemonstrationRelease.agent(version), tools, signals)
    config[Setting.releasesURL.name] = Array(release.url.utf8)
    // HOOP_SHA256 is the digest of the real archive.
    config[Setting.sha256.name] = nil
  }

  /// Copies the app and the buildpack, and writes the config vars down.
  func prepare(_ original: Path) throws(Problem) -> Target {
    try checkOutBuildpack()
    let (app, home, platform) = (folder / "build", folder / "home", folder / "platform")
    let stack = asked.value("--stack")?.string ?? HerokuBuild.stacks[0]
    let lifecycle = Lifecycle(
      app: app, layers: folder / "layers/hoophq_hoop", platform: platform,
      plan: folder / "plan.toml", home: home, path: path, stack: stack,
      configVars: config.variables)
    try Problem.system { () throws(SystemError) in
      for folder in [app, home, platform / "env", lifecycle.layers] { try folder.makeFolders() }
      for variable in config.variables {
        try (platform / "env" / variable.name).makeFile(variable.value, mode: 0o600)
      }
      try lifecycle.plan.makeFile([], mode: 0o644)
    }
    // The history is not part of a slug.
    try copy(original, to: app, ["--exclude=./.git", "."])
    if isImage { return .image(lifecycle) }
    return .slug(
      HerokuBuild(
        app: app, cache: isOffline ? folder / "cache" : LocalFolder.cache ?? folder / "cache",
        configVars: platform / "env", home: home, path: path, stack: stack))
  }
}
