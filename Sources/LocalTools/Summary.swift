import BuildpackKit
import HoopAgent
import Posix

/// What a dry run came to, for people at a glance.
struct Summary {
  let deploy: Deploy
  let added: [SlugAdditions.Entry]
  let advice: BuildAdvice
  /// The config vars that are to be set on Heroku too.
  let config: [String]

  /// Whether the process types start, and all of the Procfile and the config vars is as it was
  /// meant.
  var isGood: Bool { deploy.failed == nil && advice.isGood }

  func print(to log: BuildLog) {
    if let failed = deploy.failed {
      log.heading("=====> A deploy would fail", .red)
      let code = deploy.failureCode.map { ", \($0)" } ?? ""
      Self.row(log, "Because", ["\(failed.words)\(code)"])
      Self.row(log, "Steps", [steps])
      return
    }
    Self.heading(of: advice, to: log)
    Self.row(log, "Steps", [steps])
    if let build = deploy.report, let version = JSON.string("version", in: build) {
      let isCached = JSON.string("source", in: build) == "cache"
      Self.row(log, "Agent", ["\(version), \(isCached ? "from the cache" : "downloaded")"])
    }
    Self.row(log, "Added", Self.columns(added.map { $0.row }))
    Self.row(log, "Processes", Self.columns(advice.processes.map { ($0.process.type, $0.words) }))
    if let words = advice.publishes {
      Self.row(
        log, "Publishes", [words.halves(around: "Publishes ").after.map { String($0) } ?? words])
    }
    Self.row(log, "Warnings", warnings.isEmpty ? ["none"] : warnings)
    Self.row(log, "Next", next)
  }

  /// The verdict on a deploy that went well, and on what would come of the app.
  static func heading(of advice: BuildAdvice, to log: BuildLog) {
    let dead = advice.processes.filter { $0.isDead }.map { $0.process.type }
    let but = dead.isEmpty ? "there are warnings" : "\(few(dead)) would not start"
    log.heading(
      "=====> A deploy would succeed\(advice.isGood ? "" : ", but \(but)")",
      advice.isGood ? .green : dead.isEmpty ? .yellow : .red)
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
    if advice.processes.contains(where: { $0.plan != nil }) && !config.isEmpty {
      lines.append(
        "heroku config:set \(config.sorted().map { "\($0)='…'" }.joined(separator: " "))")
    }
    let first = warnings.isEmpty ? [] : ["what the warnings say, then:"]
    return first + lines + ["git push heroku HEAD:main"]
  }

  /// What the build has warned of and the advice does not say was of the machine, not of the app.
  private var warnings: [String] {
    let lines = advice.all.flatMap { advice in
      [advice.summary, advice.remedy] + advice.example.map { "    \($0)" }
    }
    let isSilent = deploy.report.map { $0.halves(around: #""warnings": []"#).after != nil } ?? true
    return lines.isEmpty && !isSilent ? ["those of the build, above"] : lines
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
