import BuildpackKit
import CPosix
import HoopAgent
import Output
import Posix

/// What a deploy takes: the release, copies of the app and the buildpack, and the config vars.
extension DryRun {
  /// Makes the demonstration's release, or names the mirror.
  func chooseRelease() throws(Problem) {
    if isDemonstration {
      for (setting, value) in Demonstration.config where config[setting.name] == nil {
        config[setting.name] = Array(value.utf8)
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
    let releases = folder / "releases"
    try Demonstration.makeRelease(
      of: version, at: releases, agent: Demonstration.agent(version), signals)
    config[Setting.releasesURL.name] = Array("file://\(releases)".utf8)
    // HOOP_SHA256 is the digest of the real archive.
    config[Setting.sha256.name] = nil
  }

  /// Copies the app and the buildpack, and writes the config vars down.
  func prepare(_ original: Path) throws(Problem) -> PlatformBuild {
    try checkOutBuildpack()
    var build = PlatformBuild(
      isImage ? .image : .slug, in: folder, path: Environment.current["PATH"] ?? "/usr/bin:/bin",
      stack: asked.value("--stack")?.string ?? PlatformBuild.stack,
      variables: config.variables)
    build.app = folder / "build"
    if !isOffline, let cache = LocalFolder.cache { build.cache = cache }
    try Problem.system(try build.makeFolders())
    // The history is not part of a slug.
    let names = try Problem.system(try original.names()).filter { $0 != Path(".git") }
    try copy(names, of: original, to: build.app)
    return build
  }

  /// Copies this buildpack, as Heroku fetches it for a build. So what a build writes there (`export`,
  /// the report) is not left in the repository, and two dry runs do not meet.
  private func checkOutBuildpack() throws(Problem) {
    let executable = try Problem.system(try Path.executable())
    guard let repository = try? BuildpackFolder.above(executable) else {
      throw .noFolder("The buildpack's folder", executable)
    }
    let buildpack = folder / "buildpack"
    try Problem.system(try buildpack.makeFolder())
    try copy([Path("buildpack.toml"), Path("bin")], of: repository, to: buildpack)
    // The launchers look for this program under the machine's name.
    let isARM = try Platform.current() == .arm64
    let program = buildpack / "bin/linux-\(isARM ? "aarch64" : "x86_64")/hoop-buildpack"
    try Problem.system { () throws(SystemError) in
      try program.folder.makeFolders()
      // The file at this process's own path may have been replaced by now.
      try program.removeTree()
      try program.makeFile(copying: Path("/proc/self/exe"), mode: 0o755)
    }
  }

  /// Copies what is in a folder, by cp. Links stay links, wherever they lead. The original is only read.
  func copy(_ names: [Path], of folder: Path, to copy: Path) throws(Problem) {
    let tools = Tools(environment: .current)
    // Without -p it is like git: no setuid bits, nothing that others may write.
    var launch = tools.launch(
      try tools.require("cp", for: "copy the app"), ["-R", "-P", "--"], in: folder)
    launch.operands = names + [try Problem.system(try copy.absolute())]
    let result = try Problem.running { () throws(RunFailure) in
      try Posix.run(launch, signals: signals)
    }[0]
    if result.status.isSuccess { return }
    if result.errorText.has("No space left on device") { throw .diskFull }
    throw Problem(
      "unreadable-app", "The app cannot be read completely: \(quoted(folder.string)).",
      meaning: [
        result.errorText.splitOnce(at: "\n").before.trimmed(),
        "Heroku gets the app from git, and a dry run copies the folder.",
      ],
      Remedy(
        "Get permission to read it, or clone what you would deploy:",
        .run("git clone . /tmp/myapp && bin/dry-run /tmp/myapp")))
  }

  /// Returns what is in a folder and not in the original: files, or whole folders, with their sizes.
  func additions(
    in folder: Path, to original: Path, at place: String = ""
  ) throws(SystemError) -> [(path: String, bytes: Int)] {
    var additions: [(path: String, bytes: Int)] = []
    for name in try folder.names() {
      let (path, shown) = (folder / name, "\(place)\(name)")
      if try (original / name).linkStatus() == nil {
        additions.append((shown, try path.totalSize()))
      } else if try path.linkStatus()?.kind == .folder {
        additions += try self.additions(in: path, to: original / name, at: "\(shown)/")
      }
    }
    return additions
  }
}

extension Path {
  /// The bytes of a file, or of all that is in a folder.
  fileprivate func totalSize() throws(SystemError) -> Int {
    guard let status = try linkStatus(), status.kind == .folder else {
      return try linkStatus()?.size ?? 0
    }
    var size = 0
    for name in try names() { size += try (self / name).totalSize() }
    return size
  }
}

/// A deploy: the programs of the buildpacks, run one after the other as the platform runs them. The
/// report gets each step as it ends.
extension DryRun {
  /// A buildpack's name and folder.
  typealias Buildpack = (name: String, folder: Path)

  /// What a step may print that is kept, in bytes.
  private static let outputLimit = 1 << 20
  /// How long a step has to clean up when the dry run is stopped, in milliseconds.
  private static let stopGrace = 10_000

  /// - Parameter buildpacks: This buildpack, then the others.
  func deploy(_ build: PlatformBuild, _ buildpacks: [Buildpack]) throws(Problem) {
    if isImage {
      for (step, words) in [("detect", "DETECTING"), ("build", "BUILDING")]
      where report.failedStep == nil {
        log.heading("===> \(words)", .cyan)
        try run(step, of: buildpacks[0], build)
      }
    } else {
      try deploySlug(build, buildpacks)
    }
    let agent = isImage ? build.layers / "agent" : build.app / ".hoop"
    report.version = (try? (agent / AgentLayout.version).content(atMost: 100)).flatMap {
      AgentVersion(String(decoding: $0, as: UTF8.self).trimmed())
    }
  }

  /// Runs detect and compile of each buildpack with the exports of those before it, then release of
  /// the last and report of the first.
  private func deploySlug(_ build: PlatformBuild, _ buildpacks: [Buildpack]) throws(Problem) {
    var exports: [Path] = []
    for buildpack in buildpacks where report.failedStep == nil {
      let detected = try run("detect", of: buildpack, build)
      if report.failedStep != nil { break }
      if let detected {
        log.step("\(detected.isEmpty ? buildpack.name : detected) app detected")
      }
      try run("compile", of: buildpack, build, after: exports)
      let export = buildpack.folder / "export"
      if (try? export.status())?.kind == .file { exports.append(export) }
    }
    if report.failedStep == nil, let last = buildpacks.last { try run("release", of: last, build) }
    // The platform asks for the report of a failed build too.
    if report.steps.contains(where: { $0.name == "compile" }) {
      report.build = try run("report", of: buildpacks[0], build)
    }
  }

  /// - Returns: What the step has printed, unless that is the build's log, or nil if the buildpack
  ///   does not have it.
  @discardableResult
  private func run(
    _ step: String, of buildpack: Buildpack, _ build: PlatformBuild, after exports: [Path] = []
  ) throws(Problem) -> String? {
    if (try? (buildpack.folder / "bin" / step).status()) == nil { return nil }
    let start = Instant.now
    var launch = build.launch(step, of: buildpack.folder, after: exports)
    let isLog = isImage || step == "compile"
    let output = asked.isOn("--json") ? STDERR_FILENO : STDOUT_FILENO
    launch.descriptors = [-1, isLog ? output : ProcessConfiguration.collected, STDERR_FILENO]
    launch.diesWithParent = true
    // The one thing that a build on the platform does not have. Without it a terminal whose user
    // wants no colours would get some.
    if Ink.isPlain { launch.environment["NO_COLOR"] = "1" }
    let result = try Problem.running { () throws(RunFailure) in
      try Posix.run(
        launch, limit: Self.outputLimit, stopGrace: Self.stopGrace, signals: signals)
    }[0]
    report.steps.append(
      CommandReport.Step(
        name: step, buildpack: buildpack.name, milliseconds: .now - start, status: result.status))
    return result.text.trimmed()
  }
}
