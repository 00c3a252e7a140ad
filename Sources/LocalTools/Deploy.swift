import BuildpackKit
import CPosix
import HoopAgent
import Output
import Posix

/// The programs of the buildpacks, run one after the other as the platform runs them, and what came
/// of each.
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

    /// Such as `bin/compile of Hoop ended with exit status 1`.
    var words: String { "bin/\(step) of \(buildpack) ended with \(status)" }

    var json: JSON.Value {
      .object([
        ("step", .text(step)), ("buildpack", .text(buildpack)),
        ("seconds", .tenths(milliseconds / 100)), ("succeeds", .bool(status.isSuccess)),
      ])
    }
  }

  let target: Target
  /// This buildpack, then the others.
  let buildpacks: [(name: String, folder: Path)]
  let signals: Signals
  /// Where the output of the programs goes.
  let output: Int32
  let log: BuildLog

  private(set) var results: [Result] = []
  /// What `bin/report` said: one JSON object.
  private(set) var report: String?
  /// The version that was installed.
  private(set) var version: AgentVersion?

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

  /// What ended the deploy, or nil if all went well.
  var failure: Problem? {
    failed.map { failed in
      Problem(
        failureCode ?? "step-failed",
        "A deploy would fail: \(failed.words).",
        meaning: ["Its own errors are above, on standard error."],
        Remedy("Fix the errors above and run it again:", .run("bin/dry-run APP_DIR")))
    }
  }

  mutating func run() throws(Problem) {
    switch target {
    case .slug(let build): try run(build)
    case .image(let lifecycle):
      for (step, heading) in [(Lifecycle.Step.detect, "DETECTING"), (.build, "BUILDING")]
      where failed == nil {
        log.heading("===> \(heading)", .cyan)
        try run(lifecycle.launch(step, of: buildpacks[0].folder), step.rawValue, DryRun.name)
      }
    }
    let folder = target.result / (wording == .slug ? ".hoop" : "agent")
    version = (try? (folder / "version").content(atMost: 100)).flatMap {
      AgentVersion(String(decoding: $0, as: UTF8.self).trimmed())
    }
  }

  /// Runs detect and compile of each buildpack with the exports of those before it, then release of
  /// the last and report of the first.
  private mutating func run(_ build: HerokuBuild) throws(Problem) {
    var exports: [Path] = []
    for (name, folder) in buildpacks where failed == nil {
      if (try? (folder / "bin/detect").status()) != nil {
        let detected = try gather(build, .detect, name, folder)
        if failed != nil { break }
        log.step("\(detected.isEmpty ? name : detected) app detected")
      }
      try run(build.launch(.compile, of: folder, after: exports), "compile", name)
      if (try? (folder / "export").status())?.kind == .file { exports.append(folder / "export") }
    }
    if failed == nil, let (name, folder) = buildpacks.last,
      (try? (folder / "bin/release").status()) != nil
    {
      let release = try gather(build, .release, name, folder)
      // Ours prints nothing that matters. Another one's may have process types and add-ons.
      if buildpacks.count > 1, !release.isEmpty {
        log.step("bin/release of \(name)")
        for line in release.split(separator: "\n") { log.detail(String(line)) }
      }
    }
    // The platform asks for the report of a failed build too.
    if results.contains(where: { $0.step == "compile" }) {
      report = try gather(build, .report, buildpacks[0].name, buildpacks[0].folder)
    }
  }

  private mutating func gather(
    _ build: HerokuBuild, _ step: HerokuBuild.Step, _ name: String, _ folder: Path
  ) throws(Problem) -> String {
    try run(build.launch(step, of: folder), step.rawValue, name, isCollected: true).trimmed()
  }

  @discardableResult
  private mutating func run(
    _ launch: ProcessConfiguration, _ step: String, _ name: String, isCollected: Bool = false
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
    results.append(
      Result(
        step: step, buildpack: name, milliseconds: .now - start, status: result.status))
    return result.text
  }
}
