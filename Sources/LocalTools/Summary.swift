import BuildpackKit
import HoopAgent
import Posix

/// What a dry run came to: for people at a glance, for programs as JSON.
struct Summary {
  let deploy: Deploy
  let added: [SlugAdditions.Entry]
  let processes: [ProcessPlan]
  /// The names of the config vars that were given.
  let config: [String]

  var isGood: Bool { deploy.failed == nil }

  func print(to log: BuildLog) {
    if let failed = deploy.failed {
      let end = failed.status.map { "\($0)" } ?? "no end"
      log.heading("=====> A deploy would fail", .red)
      let code = deploy.report?["failure"]?.text.map { ", \($0)" } ?? ""
      Self.row(
        log, "Because",
        ["bin/\(failed.step.rawValue) of \(failed.buildpack) ended with \(end)\(code)"])
      Self.row(log, "Steps", [steps])
      return
    }
    log.heading("=====> A deploy would succeed", .green)
    Self.row(log, "Steps", [steps])
    if let version = deploy.report?["version"]?.text {
      let source = deploy.report?["source"]?.text == "cache" ? "from the cache" : "downloaded"
      Self.row(log, "Agent", ["\(version), \(source)"])
    }
    Self.row(log, "Added", Self.columns(added.map { $0.row }))
    Self.row(log, "Processes", Self.columns(processes.map { ($0.process.type, $0.words) }))
    if let words = deploy.report?["publishes"]?.text {
      Self.row(
        log, "Publishes", [words.halves(around: "Publishes ").after.map(String.init) ?? words])
    }
    let warnings = deploy.report?["warnings"]?.list ?? []
    Self.row(log, "Warnings", warnings.isEmpty ? ["none"] : warnings.flatMap(lines))
    Self.row(log, "Next", next)
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
    if processes.contains(where: { $0.plan != nil }) && !config.isEmpty {
      let hoop = config.filter { $0.hasPrefix("HOOP_") }.sorted()
      lines.append("heroku config:set \(hoop.map { "\($0)='…'" }.joined(separator: " "))")
    }
    let warnings = deploy.report?["warnings"]?.list ?? []
    let first = warnings.isEmpty ? [] : ["what the warnings say, then:"]
    return first + lines + ["git push heroku HEAD:main"]
  }

  private func lines(_ warning: JSON.Value) -> [String] {
    let example = warning["example"]?.list.compactMap { $0.text } ?? []
    return [warning["summary"]?.text ?? "", warning["remedy"]?.text ?? ""].filter { !$0.isEmpty }
      + example.map { "    \($0)" }
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

  var json: JSON.Value {
    .object([
      ("succeeds", .bool(isGood)),
      ("failure", deploy.failed.map { .text($0.step.rawValue) } ?? .null),
      (
        "steps",
        .list(
          deploy.results.map { result in
            .object([
              ("step", .text(result.step.rawValue)), ("buildpack", .text(result.buildpack)),
              ("seconds", .tenths(result.milliseconds / 100)),
              ("succeeds", .bool(result.status?.isSuccess == true)),
            ])
          })
      ),
      ("added", .list(added.map { $0.json })), ("processes", .list(processes.map { $0.json })),
      ("report", deploy.report ?? .null),
    ])
  }
}
