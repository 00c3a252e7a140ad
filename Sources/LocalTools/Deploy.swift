import BuildpackKit
import CPosix
import HoopAgent
import Posix

/// The steps of a deploy, run one after the other as programs, and what came of each.
struct Deploy {
  struct Result {
    let step: HerokuBuild.Step
    let buildpack: String
    let milliseconds: Int
    let status: ExitStatus?

    /// How it ended, such as `bin/compile of Hoop ended with exit status 1`.
    var words: String {
      let end = status.map { $0.description } ?? "no end"
      return "bin/\(step.rawValue) of \(buildpack) ended with \(end)"
    }
  }

  private let build: HerokuBuild
  private let runner: StepRunner
  private let log: BuildLog

  private(set) var results: [Result] = []
  /// What `bin/report` said: one JSON object.
  private(set) var report: String?
  /// What the last buildpack's `bin/release` said.
  private(set) var release = ""

  /// What a step may say that is kept, in bytes.
  private static let outputLimit = 1 << 20

  init(_ build: HerokuBuild, _ runner: StepRunner, _ log: BuildLog) {
    (self.build, self.runner, self.log) = (build, runner, log)
  }

  /// The step that failed; nil where all went well.
  var failed: Result? { results.first { $0.status?.isSuccess != true && $0.step != .report } }

  /// Whether this buildpack's build has warned of something.
  var hasWarned: Bool {
    report.map { $0.halves(around: #""severity": "warning""#).after != nil } ?? false
  }

  /// The code of what ended the build, where it was this buildpack that ended it.
  var failureCode: String? { report.flatMap { JSON.string("failure", in: $0) } }

  /// What ended the deploy, in words; nil where all went well.
  var failure: Advice? {
    failed.map { Self.failure($0.words, code: failureCode, again: "bin/dry-run APP_DIR") }
  }

  /// - Parameters:
  ///   - words: which step has failed, and how.
  ///   - code: what ended it, where that is known.
  ///   - again: the command that tries it again.
  static func failure(_ words: String, code: String? = nil, again: String) -> Advice {
    Advice(
      code: code ?? "step-failed", summary: "A deploy would fail: \(words).",
      meaning: ["What it says of it stands on standard error."],
      remedy: "Mend that, and try again:", example: [again]
    ).with(.error)
  }

  /// Runs detect and compile of each buildpack, the ones after the first with the exports of those
  /// before, then release of the last and report of the first.
  mutating func run(_ buildpacks: [(name: String, folder: Path)]) throws(BuildFailure) {
    var exports: [Path] = []
    var isGood = true
    for (name, folder) in buildpacks where isGood {
      isGood = try compile(name, folder, after: exports)
      let export = folder / "export"
      if (try? export.status())?.kind == .file { exports.append(export) }
    }
    if isGood, let last = buildpacks.last {
      let hasRelease = (try? (last.folder / "bin/release").status()) != nil
      if hasRelease { release = try gather(.release, last) }
    }
    // The platform asks for the report of a failed build too.
    if let first = buildpacks.first, results.contains(where: { $0.step == .compile }) {
      report = try gather(.report, first).trimmed()
    }
  }

  private mutating func compile(
    _ name: String, _ folder: Path, after exports: [Path]
  ) throws(BuildFailure) -> Bool {
    if (try? (folder / "bin/detect").status()) != nil {
      let detected = try gather(.detect, (name, folder)).trimmed()
      guard results.last?.status?.isSuccess == true else { return false }
      log.step("\(detected.isEmpty ? name : detected) app detected")
    }
    try run(build.launch(.compile, of: folder, after: exports), .compile, name) { _, _ in }
    return results.last?.status?.isSuccess == true
  }

  private mutating func gather(
    _ step: HerokuBuild.Step, _ buildpack: (name: String, folder: Path)
  ) throws(BuildFailure) -> String {
    var gather: OutputCollector?
    try run(build.launch(step, of: buildpack.folder), step, buildpack.name) {
      (programs, launch) throws(Pipeline.Failure) in
      gather = try programs.collect(from: &launch.descriptors[1], limit: Self.outputLimit)
    }
    return gather?.text ?? ""
  }

  private mutating func run(
    _ launch: ProcessConfiguration, _ step: HerokuBuild.Step, _ name: String,
    _ prepare: (Pipeline, inout ProcessConfiguration) throws(Pipeline.Failure) -> Void
  ) throws(BuildFailure) {
    let (status, milliseconds) = try runner.run(launch, prepare)
    results.append(
      Result(
        step: step, buildpack: name, milliseconds: milliseconds, status: status))
  }
}
