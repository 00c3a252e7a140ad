import BuildpackKit
import HoopAgent
import Posix

/// What a dry run of an image came to: for people at a glance, for programs as JSON.
struct ImageSummary {
  let deploy: ImageDeploy
  /// What each layer of the image holds.
  let layers: [CommandReport.Layer]
  let plans: BuildAdvice
  let advice: [Advice]

  var isGood: Bool { deploy.failed == nil && advice.isGood }

  /// What ended the deploy, in words; nil where all went well.
  var failure: Advice? {
    deploy.failed.map { Deploy.failure($0.words, again: "bin/dry-run APP_DIR --cloud-native") }
  }

  /// The agent's version, as the image's label has it.
  var version: String? { deploy.image?.labels.first?.value }

  func print(to log: BuildLog) {
    if let failed = deploy.failed {
      log.heading("=====> A deploy would fail", .red)
      Summary.row(log, "Because", [failed.words])
      Summary.row(log, "Steps", [steps])
      return
    }
    Summary.heading(of: plans, isGood: isGood, to: log)
    Summary.row(log, "Steps", [steps])
    if let version { Summary.row(log, "Agent", [version]) }
    Summary.row(
      log, "Layers",
      Summary.columns(
        layers.map { layer in
          (layer.name, size(layer.bytes) + (layer.isReused ? ", reused by the second build" : ""))
        }))
    Summary.row(
      log, "Processes", Summary.columns(plans.processes.map { ($0.process.type, $0.words) }))
    if let words = plans.publishes {
      Summary.row(
        log, "Publishes", [words.halves(around: "Publishes ").after.map { String($0) } ?? words])
    }
    Summary.rows(of: advice, log, hasWarned: false)
    Summary.row(log, "Next", Summary.next(next, isGood))
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
}
