import BuildpackKit
import CPosix
import HoopAgent
import Output
import Posix

/// A deploy: the programs of the buildpacks, run one after the other as the platform runs them. The
/// report gets each step as it ends.
extension DryRun {
  enum Target {
    case slug(HerokuBuild)
    case image(Lifecycle)

    /// What is made: the slug, or the layers.
    var result: Path {
      switch self {
      case .slug(let build): build.app
      case .image(let lifecycle): lifecycle.layers
      }
    }
  }

  struct Step {
    /// A program in `bin`, such as `compile`.
    let name: String
    let buildpack: String
    let milliseconds: Int
    let status: ExitStatus

    var words: String { "bin/\(name) of \(buildpack) ended with \(status)" }

    var json: JSON.Value {
      .object([
        ("step", .text(name)), ("buildpack", .text(buildpack)),
        ("seconds", .tenths(milliseconds / 100)), ("succeeds", .bool(status.isSuccess)),
      ])
    }
  }

  /// A buildpack's name and folder.
  typealias Buildpack = (name: String, folder: Path)

  /// What a step may print that is kept, in bytes.
  private static let outputLimit = 1 << 20
  /// How long a step has to clean up when the dry run is stopped, in milliseconds.
  private static let stopGrace = 10_000

  /// - Parameter buildpacks: This buildpack, then the others.
  func deploy(_ target: Target, _ buildpacks: [Buildpack]) throws(Problem) {
    switch target {
    case .slug(let build): try run(build, buildpacks)
    case .image(let lifecycle):
      for step in [Lifecycle.Step.detect, .build] where report.failedStep == nil {
        log.heading("===> \(step == .build ? "BUILDING" : "DETECTING")", .cyan)
        try run(lifecycle.launch(step, of: buildpack), step.rawValue, buildpacks[0])
      }
    }
    let folder = target.result / (isImage ? "agent" : ".hoop")
    report.version = (try? (folder / "version").content(atMost: 100)).flatMap {
      AgentVersion(String(decoding: $0, as: UTF8.self).trimmed())
    }
  }

  /// Runs detect and compile of each buildpack with the exports of those before it, then release of
  /// the last and report of the first.
  private func run(_ build: HerokuBuild, _ buildpacks: [Buildpack]) throws(Problem) {
    var exports: [Path] = []
    for buildpack in buildpacks where report.failedStep == nil {
      let detected = try run(build, .detect, buildpack)
      if report.failedStep != nil { break }
      if let detected {
        log.step("\(detected.isEmpty ? buildpack.name : detected) app detected")
      }
      _ = try run(build, .compile, buildpack, after: exports)
      let export = buildpack.folder / "export"
      if (try? export.status())?.kind == .file { exports.append(export) }
    }
    // Ours prints nothing that matters. Another one's may have process types and add-ons.
    if report.failedStep == nil, let last = buildpacks.last,
      let release = try run(build, .release, last),
      buildpacks.count > 1, !release.isEmpty
    {
      log.step("bin/release of \(last.name)")
      for line in release.split(separator: "\n") { log.detail(String(line)) }
    }
    // The platform asks for the report of a failed build too.
    if report.steps.contains(where: { $0.name == "compile" }) {
      report.build = try run(build, .report, buildpacks[0])
    }
  }

  /// - Returns: What the step has printed, or nil if the buildpack does not have it.
  private func run(
    _ build: HerokuBuild, _ step: HerokuBuild.Step, _ buildpack: Buildpack,
    after exports: [Path] = []
  ) throws(Problem) -> String? {
    if (try? (buildpack.folder / "bin" / step.rawValue).status()) == nil { return nil }
    let launch = build.launch(step, of: buildpack.folder, after: exports)
    return try run(launch, step.rawValue, buildpack, isCollected: step != .compile).trimmed()
  }

  @discardableResult
  private func run(
    _ launch: ProcessConfiguration, _ step: String, _ buildpack: Buildpack,
    isCollected: Bool = false
  ) throws(Problem) -> String {
    let start = Instant.now
    var launch = launch
    let output = asked.isOn("--json") ? STDERR_FILENO : STDOUT_FILENO
    launch.descriptors = [-1, isCollected ? ProcessConfiguration.collected : output, STDERR_FILENO]
    launch.diesWithParent = true
    // The one thing that a build on the platform does not have. Without it a terminal whose user
    // wants no colours would get some.
    if Ink.isPlain { launch.environment["NO_COLOR"] = "1" }
    let result = try Problem.running { () throws(RunFailure) in
      try Posix.run(
        launch, limit: Self.outputLimit, stopGrace: Self.stopGrace, signals: signals)
    }[0]
    let time = Instant.now - start
    report.steps.append(
      Step(
        name: step, buildpack: buildpack.name, milliseconds: time, status: result.status))
    return result.text
  }
}
