import BuildpackKit
import HoopAgent
import Output
import Posix

/// What a dry run came to, for people at a glance.
struct Summary {
  let deploy: Deploy
  let forecast: AppForecast
  /// The most severe first.
  var problems: [Problem]
  let added: [Addition]
  let isVerbose: Bool
  /// What to paste to get the same on the platform.
  let next: [String]
  /// How the process ended that was started, or nil if none was.
  var boot: DryRun.Boot?

  /// Whether the process types start, and everything in the Procfile and the config vars works as
  /// it was meant.
  var isGood: Bool {
    deploy.failed == nil && problems.isGood && !deploy.hasWarned && boot?.isGood != false
  }

  func print(to log: BuildLog) {
    if let failed = deploy.failed {
      log.heading("=====> A deploy would fail", .red)
      let code = deploy.failureCode.map { ", \($0)" } ?? ""
      row(log, "Because", [failed.words + code])
      if isVerbose { row(log, "Steps", [steps]) }
      return
    }
    let dead = forecast.processes.filter { $0.isDead }.map { $0.process.type }
    let ended = boot.flatMap { $0.isGood || $0.problem != nil ? nil : $0.words }
    let but = dead.isEmpty ? ended ?? "there are warnings" : "\(few(dead)) would not start"
    log.heading(
      "=====> A deploy would succeed\(isGood ? "" : ", but \(but)")",
      isGood ? .green : dead.isEmpty ? .yellow : .red)
    if isVerbose {
      row(log, "Steps", [steps])
      row(log, "Added", Self.columns(added.map { $0.row }))
    }
    row(log, "Agent", [agent])
    row(
      log, "Processes", Self.columns(forecast.processes.map { ($0.process.type, $0.words) }))
    if let words = forecast.publishes {
      row(log, "Publishes", [words.splitOnce(at: "Publishes ").after.map(String.init) ?? words])
    }
    let warnings = problems.filter { $0.severity != .notice }
    row(
      log, "Warnings",
      warnings.isEmpty
        ? [deploy.hasWarned ? "those of the build, above" : "none"] : lines(warnings, log))
    row(log, "Notices", lines(problems.filter { $0.severity == .notice }, log))
    row(log, "Next", isGood ? next : ["fix what is wrong, and run this again"])
  }

  private var agent: String {
    guard let version = deploy.version else { return "none, HOOP_DISABLED is on" }
    let source = deploy.report.flatMap { JSON.string("source", in: $0) }
    return "\(version)\(source.map { $0 == "cache" ? ", from the cache" : ", downloaded" } ?? "")"
  }

  private var steps: String {
    deploy.results.map { result in
      let owner = result.buildpack == DryRun.name ? "" : "\(result.buildpack) "
      let time = result.milliseconds
      return "\(owner)\(result.step) \(time < 1000 ? "\(time) ms" : seconds(time))"
    }.joined(separator: ", ")
  }

  private func lines(_ problems: [Problem], _ log: BuildLog) -> [String] {
    problems.flatMap { [$0.summary] + $0.remedyLines(in: deploy.wording) }
  }

  private static func columns(_ rows: [(String, String)]) -> [String] {
    let width = rows.map { $0.0.count }.max() ?? 0
    return rows.map { $0 + String(repeating: " ", count: width - $0.count + 2) + $1 }
  }

  private func row(_ log: BuildLog, _ label: String, _ lines: [String]) {
    for (index, line) in lines.enumerated() {
      let label = index == 0 ? label : ""
      log.detail(label + String(repeating: " ", count: 11 - label.count) + line)
    }
  }
}
