import BuildpackKit
import CPosix
import HoopAgent
import Output
import Posix

/// The programs of the buildpacks, run one after the other as the platform runs them, and how each
/// ended.
struct Deploy {
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

  struct Result {
    /// A program in `bin`, such as `compile`.
    let step: String
    let buildpack: String
    let milliseconds: Int
    let status: ExitStatus

    var words: String { "bin/\(step) of \(buildpack) ended with \(status)" }

    var json: JSON.Value {
      .object([
        ("step", .text(step)), ("buildpack", .text(buildpack)),
        ("seconds", .tenths(milliseconds / 100)), ("succeeds", .bool(status.isSuccess)),
      ])
    }
  }

  /// A buildpack's name and folder.
  typealias Buildpack = (name: String, folder: Path)

  let target: Target
  /// This buildpack, then the others.
  let buildpacks: [Buildpack]
  let signals: Signals
  /// Where the output of the programs goes.
  let output: Int32
  let log: BuildLog

  private(set) var results: [Result] = []
  /// What `bin/report` said: one JSON object.
  private(set) var report: String?

  /// What a step may print that is kept, in bytes.
  private static let outputLimit = 1 << 20
  /// How long a step has to clean up when the dry run is stopped, in milliseconds.
  private static let stopGrace = 10_000

  var wording: Wording { if case .slug = target { .slug } else { .imageBuild } }

  /// The step that failed, or nil if all went well. The platform does not mind a report that fails.
  var failed: Result? { results.first { !$0.status.isSuccess && $0.step != "report" } }

  /// Whether this buildpack's build has warned of something.
  var hasWarned: Bool { report?.has(#""severity": "warning""#) == true }

  /// The code of the problem that ended the build, if it was this buildpack's.
  var failureCode: String? { report.flatMap { JSON.string("failure", in: $0) } }

  /// What a failed step means for the deploy.
  func failure(of failed: Result) -> Problem {
    Problem(
      failureCode ?? "step-failed", "A deploy would fail: \(failed.words).",
      meaning: ["Its own errors are above, on standard error."],
      Remedy("Fix the errors above and run it again:", .run("bin/dry-run APP_DIR")))
  }

  /// The version that was installed.
  var version: AgentVersion? {
    let folder = target.result / (wording == .slug ? ".hoop" : "agent")
    return (try? (folder / "version").content(atMost: 100)).flatMap {
      AgentVersion(String(decoding: $0, as: UTF8.self).trimmed())
    }
  }

  mutating func run() throws(Problem) {
    switch target {
    case .slug(let build): try run(build)
    case .image(let lifecycle):
      for step in [Lifecycle.Step.detect, .build] where failed == nil {
        log.heading("===> \(step == .build ? "BUILDING" : "DETECTING")", .cyan)
        try run(lifecycle.launch(step, of: buildpacks[0].folder), step.rawValue, buildpacks[0])
      }
    }
  }

  /// Runs detect and compile of each buildpack with the exports of those before it, then release of
  /// the last and report of the first.
  private mutating func run(_ build: HerokuBuild) throws(Problem) {
    var exports: [Path] = []
    for buildpack in buildpacks where failed == nil {
      let detected = try run(build, .detect, buildpack)
      if failed != nil { break }
      if let detected {
        log.step("\(detected.isEmpty ? buildpack.name : detected) app detected")
      }
      _ = try run(build, .compile, buildpack, after: exports)
      let export = buildpack.folder / "export"
      if (try? export.status())?.kind == .file { exports.append(export) }
    }
    // Ours prints nothing that matters. Another one's may have process types and add-ons.
    if failed == nil, let last = buildpacks.last, let release = try run(build, .release, last),
      buildpacks.count > 1, !release.isEmpty
    {
      log.step("bin/release of \(last.name)")
      for line in release.split(separator: "\n") { log.detail(String(line)) }
    }
    // The platform asks for the report of a failed build too.
    if results.contains(where: { $0.step == "compile" }) {
      report = try run(build, .report, buildpacks[0])
    }
  }

  /// - Returns: What the step has printed, or nil if the buildpack does not have it.
  private mutating func run(
    _ build: HerokuBuild, _ step: HerokuBuild.Step, _ buildpack: Buildpack,
    after exports: [Path] = []
  ) throws(Problem) -> String? {
    if (try? (buildpack.folder / "bin" / step.rawValue).status()) == nil { return nil }
    let launch = build.launch(step, of: buildpack.folder, after: exports)
    return try run(launch, step.rawValue, buildpack, isCollected: step != .compile).trimmed()
  }

  @discardableResult
  private mutating func run(
    _ launch: ProcessConfiguration, _ step: String, _ buildpack: Buildpack,
    isCollected: Bool = false
  ) throws(Problem) -> String {
    let start = Instant.now
    var launch = launch
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
    results.append(
      Result(
        step: step, buildpack: buildpack.name, milliseconds: time, status: result.status))
    return result.text
  }
}
