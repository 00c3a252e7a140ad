import BuildpackKit
import HoopAgent
import Output
import Posix

/// What a dry run has found, for people at a glance.
extension CommandReport {
  /// The step that failed, or nil if all went well. The platform ignores a report that fails.
  var failedStep: DryRun.Step? { steps.first { !$0.status.isSuccess && $0.name != "report" } }

  /// The code of the problem that ended the build, if it was this buildpack's.
  private var failureCode: String? { build.flatMap { JSON.string("failure", in: $0) } }

  /// Whether this buildpack's build has warned about something.
  var hasWarned: Bool { build?.has(#""severity": "warning""#) == true }

  /// What a failed step means for the deploy.
  func failure(of failed: DryRun.Step) -> Problem {
    Problem(
      failureCode ?? "step-failed", "A deploy would fail: \(failed.words).",
      meaning: ["Its own errors are above, on standard error."],
      Remedy("Fix the errors above and run it again:", .run("bin/dry-run APP_DIR")))
  }

  /// - Parameter next: What to paste to get the same on the platform.
  func printSummary(to log: BuildLog, isVerbose: Bool, next: [String]) {
    if let failedStep {
      log.heading("=====> A deploy would fail", .red)
      row(log, "Because", [failedStep.words + (failureCode.map { ", \($0)" } ?? "")])
      return row(log, "Steps", isVerbose ? [stepTimes] : [])
    }
    let processes = forecast?.processes ?? []
    let dead = processes.filter { $0.isDead }.map { $0.process.type }
    let ended = boot.flatMap { $0.isGood || $0.problem != nil ? nil : $0.words }
    let but = dead.isEmpty ? ended ?? "there are warnings" : "\(few(dead)) would not start"
    log.heading(
      "=====> A deploy would succeed\(succeeds ? "" : ", but \(but)")",
      succeeds ? .green : dead.isEmpty ? .yellow : .red)
    row(log, "Steps", isVerbose ? [stepTimes] : [])
    row(log, "Added", isVerbose ? columns(added.map { $0.row }) : [])
    row(log, "Agent", [agent])
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

  private var agent: String {
    guard let version else { return "none, HOOP_DISABLED is on" }
    let source = build.flatMap { JSON.string("source", in: $0) }
    return "\(version)\(source.map { $0 == "cache" ? ", from the cache" : ", downloaded" } ?? "")"
  }

  private var stepTimes: String {
    steps.map { result in
      let owner = result.buildpack == DryRun.name ? "" : "\(result.buildpack) "
      let time = result.milliseconds
      return "\(owner)\(result.name) \(time < 1000 ? "\(time) ms" : seconds(time))"
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
