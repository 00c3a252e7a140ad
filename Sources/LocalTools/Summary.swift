import BuildpackKit
import HoopAgent
import Posix

/// What a dry run came to, for people at a glance.
struct Summary {
  let deploy: Deploy
  let added: [SlugAdditions.Entry]
  let plans: BuildAdvice
  /// What matters most first.
  let advice: [Advice]
  /// The config vars that are to be set on Heroku too.
  let config: [String]

  /// Whether the process types start, and all of the Procfile and the config vars is as it was
  /// meant.
  var isGood: Bool { deploy.failed == nil && advice.isGood && !deploy.hasWarned }

  func print(to log: BuildLog) {
    if let failed = deploy.failed {
      log.heading("=====> A deploy would fail", .red)
      let code = deploy.failureCode.map { ", \($0)" } ?? ""
      Self.row(log, "Because", ["\(failed.words)\(code)"])
      Self.row(log, "Steps", [steps])
      return
    }
    Self.heading(of: plans, isGood: isGood, to: log)
    Self.row(log, "Steps", [steps])
    if let build = deploy.report, let version = JSON.string("version", in: build) {
      let isCached = JSON.string("source", in: build) == "cache"
      Self.row(log, "Agent", ["\(version), \(isCached ? "from the cache" : "downloaded")"])
    }
    Self.row(log, "Added", Self.columns(added.map { $0.row }))
    Self.row(log, "Processes", Self.columns(plans.processes.map { ($0.process.type, $0.words) }))
    if let words = plans.publishes {
      Self.row(
        log, "Publishes", [words.halves(around: "Publishes ").after.map { String($0) } ?? words])
    }
    Self.rows(of: advice, log, hasWarned: deploy.hasWarned)
    Self.row(log, "Next", Self.next(next, isGood))
  }

  /// The verdict on a deploy that went well, and on what would come of the app.
  static func heading(of plans: BuildAdvice, isGood: Bool, to log: BuildLog) {
    let dead = plans.processes.filter { $0.isDead }.map { $0.process.type }
    let but = dead.isEmpty ? "there are warnings" : "\(few(dead)) would not start"
    log.heading(
      "=====> A deploy would succeed\(isGood ? "" : ", but \(but)")",
      isGood ? .green : dead.isEmpty ? .yellow : .red)
  }

  private var steps: String {
    deploy.results.map { result in
      let owner = result.buildpack == DryRun.name ? "" : "\(result.buildpack) "
      return "\(owner)\(result.step.rawValue) \(Self.time(result.milliseconds))"
    }.joined(separator: ", ")
  }

  static func time(_ milliseconds: Int) -> String {
    milliseconds < 1000 ? "\(milliseconds) ms" : seconds(milliseconds)
  }

  /// What to paste to have the same on Heroku.
  private var next: [String] {
    var lines = ["heroku buildpacks:add --index 1 \(DryRun.repository)"]
    if plans.processes.contains(where: { $0.plan != nil }) && !config.isEmpty {
      lines.append(
        "heroku config:set \(config.sorted().map { "\($0)='…'" }.joined(separator: " "))")
    }
    return lines + ["git push heroku HEAD:main"]
  }

  static func next(_ lines: [String], _ isGood: Bool) -> [String] {
    isGood ? lines : ["what the warnings say, then:"] + lines
  }

  /// A row of the warnings and one of the notices, where there are some. What the build has warned
  /// of and the advice does not say was of the machine, not of the app.
  static func rows(of advice: [Advice], _ log: BuildLog, hasWarned: Bool) {
    func lines(_ isTold: (Advice) -> Bool) -> [String] {
      advice.filter(isTold).flatMap { advice in
        [advice.summary, advice.remedy] + advice.example.map { "    \($0)" }
      }
    }
    let warnings = lines { $0.severity != .notice }
    let others = hasWarned ? "those of the build, above" : "none"
    row(log, "Warnings", warnings.isEmpty ? [others] : warnings)
    row(log, "Notices", lines { $0.severity == .notice })
  }

  static func columns(_ rows: [(String, String)]) -> [String] {
    let width = rows.map { $0.0.count }.max() ?? 0
    return rows.map { $0 + String(repeating: " ", count: width - $0.count + 2) + $1 }
  }

  static func row(_ log: BuildLog, _ label: String, _ lines: [String]) {
    for (index, line) in lines.enumerated() {
      let label = index == 0 ? label : ""
      log.detail(label + String(repeating: " ", count: 11 - label.count) + line)
    }
  }
}
