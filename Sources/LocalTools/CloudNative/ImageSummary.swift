import BuildpackKit
import HoopAgent
import Posix

/// What a dry run of an image came to: for people at a glance, for programs as JSON.
struct ImageSummary {
  let deploy: ImageDeploy
  /// What each layer of the image holds.
  let layers: [(name: String, bytes: Int, isReused: Bool)]
  let processes: [ProcessPlan]

  var isGood: Bool { deploy.failed == nil }

  /// The agent's version, as the image's label has it.
  private var version: String? { deploy.image?.labels.first?.value }

  func print(to log: BuildLog) {
    if let failed = deploy.failed {
      let end = failed.status.map { "\($0)" } ?? "no end"
      log.heading("=====> A deploy would fail", .red)
      Summary.row(log, "Because", ["bin/\(failed.step) ended with \(end)"])
      Summary.row(log, "Steps", [steps])
      return
    }
    log.heading("=====> A deploy would succeed", .green)
    Summary.row(log, "Steps", [steps])
    if let version { Summary.row(log, "Agent", [version]) }
    Summary.row(
      log, "Layers",
      Summary.columns(
        layers.map { layer in
          (layer.name, size(layer.bytes) + (layer.isReused ? ", reused by the second build" : ""))
        }))
    Summary.row(log, "Processes", Summary.columns(processes.map { ($0.process.type, $0.words) }))
    if let plan = processes.lazy.compactMap({ $0.plan }).first {
      Summary.row(
        log, "Publishes",
        [plan.summary.halves(around: "Publishes ").after.map { String($0) } ?? plan.summary])
    }
    Summary.row(log, "Next", next)
  }

  private var steps: String {
    deploy.results.map { "\($0.step) \(Summary.time($0.milliseconds))" }.joined(separator: ", ")
  }

  /// What to paste to have the same on Fir, or with pack.
  private var next: [String] {
    [
      "in project.toml, before your language's buildpack and heroku/procfile:",
      "    [[io.buildpacks.group]]",
      "    uri = \"\(DryRun.repository)/releases/download/v\(BuildpackVersion.current)/hoop-buildpack-\(BuildpackVersion.current).tgz\"",
    ]
  }

  var json: JSON.Value {
    .object([
      ("succeeds", .bool(isGood)), ("failure", deploy.failed.map { .text($0.step) } ?? .null),
      (
        "steps",
        .list(
          deploy.results.map { result in
            .object([
              ("step", .text(result.step)), ("buildpack", .text(DryRun.name)),
              ("seconds", .tenths(result.milliseconds / 100)),
              ("succeeds", .bool(result.status?.isSuccess == true)),
            ])
          })
      ), ("version", version.map { .text($0) } ?? .null),
      (
        "layers",
        .list(
          layers.map { layer in
            .object([
              ("name", .text(layer.name)), ("bytes", .number(layer.bytes)),
              ("reused", .bool(layer.isReused)),
            ])
          })
      ), ("processes", .list(processes.map { $0.json })),
    ])
  }
}
