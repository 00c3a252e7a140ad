import BuildpackKit
import CPosix
import HoopAgent
import Posix

extension DryRun {
  /// What a local port of an app usually is; the platform chooses another for each dyno.
  static let port = 5000
  /// How long the demonstration waits for its app and its agents, in milliseconds.
  private static let patience = 15_000

  /// Starts a process type as a dyno does, until it ends or is asked to.
  ///
  /// - Parameters:
  ///   - name: the dyno's.
  ///   - report: gets how it ended: well, where it did itself or by Ctrl-C.
  func boot(
    _ plan: ProcessPlan, as name: String, _ launch: ProcessConfiguration,
    _ report: inout CommandReport
  ) throws(LocalFailure) {
    let process = plan.process
    log.heading("=====> \(name): \(process.command)", .cyan)
    if !isDemonstration {
      log.detail("PORT is \(Self.port). Ctrl-C stops it as the platform does.")
      if !isOffline, plan.plan != nil {
        log.detail("The agent is the real one, and connects with the key that it gets.")
      }
    }
    var lines: [String] = []
    let limit: Instant? = isDemonstration ? .now + Self.patience : nil
    let dyno = Dyno(signals, until: limit) { line in
      log.plain("app[\(name)]: \(line)")
      guard isDemonstration else { return .goOn }
      let wasComplete = Demonstration.isComplete(lines)
      lines.append(line)
      guard !wasComplete, Demonstration.isComplete(lines) else { return .goOn }
      log.heading("=====> SIGTERM to every process of the dyno, as the platform stops it", .cyan)
      return .stop
    }
    let outcome = try LocalFailure.system(try dyno.run(launch))
    if let stop = outcome.stop, stop.signal != SIGINT { throw .build(.stopped(stop)) }
    say(outcome, name)
    let isExpected = isDemonstration ? Demonstration.isComplete(lines) : true
    let isGood = outcome.stop != nil || outcome.end == .exited(0)
    let boot = CommandReport.Boot(
      type: process.type, end: outcome.end?.description ?? "no end",
      isGood: isExpected && isGood && outcome.leftOver.isEmpty)
    report.boot = boot
    report.succeeds = report.succeeds && boot.isGood
    if outcome.end == .exited(127), !plan.isDead {
      let advice = Self.noProgram(
        process.type, ofImage: asked.isOn("--cloud-native"), isOffline: isOffline)
      log.advise(advice)
      report.advice.append(advice)
    }
  }

  /// What is said where a shell did not find a program: mostly it is the app's runtime.
  static func noProgram(_ type: String, ofImage isImage: Bool, isOffline: Bool) -> Advice {
    Advice(
      code: "no-runtime", summary: "A program that \(type) starts is not here.",
      meaning: ["What an app runs on, such as Ruby, comes from a buildpack of its own."],
      remedy: isImage
        ? "Try it as a slug, with that one after ours, such as Heroku's for Ruby:"
        : "Have that one run after ours, such as Heroku's for Ruby:",
      example: [
        "git clone https://github.com/heroku/heroku-buildpack-ruby /tmp/ruby",
        "bin/dry-run APP_DIR\(isOffline ? " --offline" : "") --buildpack /tmp/ruby --boot \(type)",
      ])
  }

  private func say(_ outcome: Dyno.Outcome, _ name: String) {
    let end = outcome.end?.description ?? "no end"
    if outcome.leftOver.isEmpty {
      log.heading("=====> \(name) ended with \(end), and nothing of it is left", .green)
      return
    }
    log.heading("=====> \(name) ended with \(end), and this was left and was killed:", .red)
    for process in outcome.leftOver { log.detail(process) }
  }
}
