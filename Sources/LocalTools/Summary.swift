import BuildpackKit
import HoopAgent
import Output
import Posix

/// What a dry run has found, for people at a glance.
struct Summary {
  let log: BuildLog
  let deploy: Deploy
  let report: CommandReport
  let boot: DryRun.Boot?

  func printFailure(_ failed: Deploy.Result, isVerbose: Bool) {
    log.heading("=====> A deploy would fail", .red)
    let code = deploy.failureCode.map { ", \($0)" } ?? ""
    row("Because", [failed.words + code])
    if isVerbose { row("Steps", [steps]) }
  }

  /// - Parameter next: What to paste to get the same on the platform.
  func print(isVerbose: Bool, next: [String]) {
    let processes = report.forecast?.processes ?? []
    let dead = processes.filter { $0.isDead }.map { $0.process.type }
    let ended = boot.flatMap { $0.isGood || $0.problem != nil ? nil : $0.words }
    let but = dead.isEmpty ? ended ?? "there are warnings" : "\(few(dead)) would not start"
    let isGood = report.succeeds
    log.heading(
      "=====> A deploy would succeed\(isGood ? "" : ", but \(but)")",
      isGood ? .green : dead.isEmpty ? .yellow : .red)
    if isVerbose {
      row("Steps", [steps])
      row("Added", columns(report.added.map { $0.row }))
    }
    row("Agent", [agent])
    row("Processes", columns(processes.map { ($0.process.type, $0.words) }))
    if let words = report.forecast?.publishes {
      row("Publishes", [words.splitOnce(at: "Publishes ").after.map(String.init) ?? words])
    }
    let warnings = lines { $0.severity != .notice }
    let none = deploy.hasWarned ? "those of the build, above" : "none"
    row("Warnings", warnings.isEmpty ? [none] : warnings)
    row("Notices", lines { $0.severity == .notice })
    row("Next", isGood ? next : ["fix what is wrong, and run this again"])
  }

  private var agent: String {
    guard let version = report.version else { return "none, HOOP_DISABLED is on" }
    let source = deploy.report.flatMap { JSON.string("source", in: $0) }
    return "\(version)\(source.map { $0 == "cache" ? ", from the cache" : ", downloaded" } ?? "")"
  }

  private var steps: String {
    report.steps.map { result in
      let owner = result.buildpack == DryRun.name ? "" : "\(result.buildpack) "
      let time = result.milliseconds
      return "\(owner)\(result.step) \(time < 1000 ? "\(time) ms" : seconds(time))"
    }.joined(separator: ", ")
  }

  private func lines(_ isShown: (Problem) -> Bool) -> [String] {
    report.problems.filter(isShown).flatMap { [$0.summary] + $0.remedyLines(in: deploy.wording) }
  }

  private func row(_ label: String, _ lines: [String]) {
    let rows = lines.enumerated().map { ($0 == 0 ? label : "", $1) }
    for line in columns(rows, 11) { log.detail(line) }
  }
}
