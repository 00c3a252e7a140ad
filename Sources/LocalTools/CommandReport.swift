import BuildpackKit
import HoopAgent
import Output
import Posix

/// What check or dry-run has found, for people at a glance and for programs.
final class CommandReport {
  /// A program of a buildpack that was run.
  struct Step {
    /// Such as `compile`.
    let name: String
    let buildpack: String
    let milliseconds: Int
    let status: ExitStatus

    var words: String { "bin/\(name) of \(buildpack) ended with \(status)" }
  }

  /// Changes when a member goes or gets another meaning, and not when one is added.
  private static let schema = 2

  /// `bin/check` or `bin/dry-run`.
  private let command: String
  var wording = Wording.slug
  var isOffline = false
  /// Whether the exit status is 0.
  var succeeds = false
  /// What ended the command or the deploy.
  var failure: Problem?
  var problems: [Problem] = []
  var version: AgentVersion?
  var forecast: AppForecast?
  var steps: [Step] = []
  /// What buildpacks have added to the app: files, or whole folders, with their sizes.
  var added: [(path: String, bytes: Int)] = []
  /// What `bin/report` says about the build: one JSON object.
  var build: String?
  /// How the process ended that was started as a dyno.
  var boot: JSON.Value?
  /// What the gateway said to the agent that asked it.
  var gateway: JSON.Value?

  init(_ command: String) { self.command = command }

  /// The plan of the first process type that has an agent. All have the same key and version.
  var plan: LaunchPlan? { forecast?.processes.lazy.compactMap { $0.plan }.first }

  /// One JSON object, described in docs/json.md. A member that does not apply is null or empty.
  var json: String {
    // What ended the command is not repeated.
    let advice = problems.filter { $0.with(.error) != failure }
    let steps = steps.map { step in
      JSON.Value.object([
        ("step", .text(step.name)), ("buildpack", .text(step.buildpack)),
        ("seconds", .tenths(step.milliseconds / 100)), ("succeeds", .bool(step.status.isSuccess)),
      ])
    }
    let added = added.map {
      JSON.Value.object([("path", .text($0.path)), ("bytes", .number($0.bytes))])
    }
    return JSON.text(
      .object([
        ("schema", .number(Self.schema)), ("command", .text(command)),
        ("offline", .bool(isOffline)), ("succeeds", .bool(succeeds)),
        ("failure", failure?.json(in: wording) ?? .null),
        ("advice", .list(advice.map { $0.json(in: wording) })),
        ("version", .optional(version?.description)),
        ("key", .optional(plan?.key.description)), ("publishes", .optional(forecast?.publishes)),
        ("processes", .list(forecast?.processes.map { $0.json } ?? [])),
        ("steps", .list(steps)), ("added", .list(added)),
        ("build", failure == nil ? build.map { .raw($0) } ?? .null : .null),
        ("boot", boot ?? .null), ("gateway", gateway ?? .null),
      ]))
  }
}

/// The last screen of a dry run.
extension CommandReport {
  /// The step that failed, or nil if all went well. The platform ignores a report that fails.
  var failedStep: Step? { steps.first { !$0.status.isSuccess && $0.name != "report" } }

  /// Whether this buildpack's build has warned about something.
  var hasWarned: Bool { build?.has(#""severity": "warning""#) == true }

  /// Says why a deploy would fail.
  ///
  /// - Parameter configVars: If it was one of them, its own problem says more than the step's.
  func fail(at step: Step, _ configVars: ConfigVars, _ log: BuildLog, isVerbose: Bool) {
    let code = build.flatMap { Bytes($0.utf8).jsonText(of: "failure") }
    log.heading("=====> A deploy would fail", .red)
    row(log, "Because", [step.words + (code.map { ", \($0)" } ?? "")])
    row(log, "Steps", isVerbose ? [stepTimes] : [])
    failure = Problem(
      code ?? "step-failed", "A deploy would fail: \(step.words).",
      meaning: ["Its own errors are above, on standard error."],
      Remedy("Fix the errors above and run it again:", .run("bin/dry-run APP_DIR")))
    do throws(Problem) { try configVars.check() } catch { failure = error }
  }

  /// - Parameters:
  ///   - end: How a process ended badly that was started as a dyno.
  ///   - next: What to paste to get the same on the platform.
  func printSummary(to log: BuildLog, isVerbose: Bool, end: String?, next: [String]) {
    let processes = forecast?.processes ?? []
    let dead = processes.filter { $0.isDead }.map { $0.process.type }
    let but = dead.isEmpty ? end ?? "there are warnings" : "\(few(dead)) would not start"
    log.heading(
      "=====> A deploy would succeed\(succeeds ? "" : ", but \(but)")",
      succeeds ? .green : dead.isEmpty ? .yellow : .red)
    if isVerbose {
      row(log, "Steps", [stepTimes])
      row(log, "Added", columns(added.map { ($0.path, size($0.bytes)) }))
    }
    let source = build.flatMap { Bytes($0.utf8).jsonText(of: "source") }
    let origin = source.map { $0 == "cache" ? ", from the cache" : ", downloaded" } ?? ""
    row(log, "Agent", [version.map { "\($0)\(origin)" } ?? "none, HOOP_DISABLED is on"])
    row(log, "Processes", columns(processes.map { ($0.process.type, $0.words) }))
    if let words = forecast?.publishes {
      row(log, "Publishes", [words.splitOnce(at: "Publishes ").after.map(String.init) ?? words])
    }
    let warnings = lines { $0.severity != .notice }
    let none = hasWarned ? "those of the build, above" : "none"
    row(log, "Warnings", warnings.isEmpty ? [none] : warnings)
    row(log, "Notices", lines { $0.severity == .notice })
    row(log, "Next", succeeds ? next : ["fix what is wrong, and run this again"])
  }

  private var stepTimes: String {
    steps.map { step in
      let owner = step.buildpack == DryRun.name ? "" : "\(step.buildpack) "
      let time = step.milliseconds
      return "\(owner)\(step.name) \(time < 1000 ? "\(time) ms" : seconds(time))"
    }.joined(separator: ", ")
  }

  private func lines(_ isShown: (Problem) -> Bool) -> [String] {
    problems.filter(isShown).flatMap { [$0.summary] + $0.remedyLines(in: wording) }
  }

  /// Prints a label and its lines, or nothing if there are none.
  private func row(_ log: BuildLog, _ label: String, _ lines: [String]) {
    let rows = lines.enumerated().map { ($0 == 0 ? label : "", $1) }
    for line in columns(rows, 11) { log.detail(line) }
  }
}

extension StringProtocol {
  func has(_ part: String) -> Bool { splitOnce(at: part).after != nil }
}
