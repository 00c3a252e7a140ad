import BuildpackKit
import CPosix
import HoopAgent
import Output
import Posix

extension DryRun {
  /// How long the demonstration waits for its app and its agents, in milliseconds.
  private static let patience = 60_000

  /// Starts a process type as a dyno does, until it ends or is asked to. The report gets what was
  /// found.
  ///
  /// - Returns: How it ended, if not well: neither with status 0 nor by Ctrl-C.
  func boot(_ plan: ProcessPlan, _ build: PlatformBuild) throws(Problem) -> String? {
    // On Fir, a dyno's name has no number.
    let name = isImage ? "\(plan.type)-12a34b56d-e78f9" : "\(plan.type).1"
    let command = plan.process.command
    let launch = try launch(command, as: name, build)
    log.heading("=====> \(name): \(command)", .cyan)
    if !isDemonstration {
      log.detail("PORT is \(Environment.dynoPort). Ctrl-C stops it as the platform does.")
      if !isOffline, plan.plan != nil {
        log.detail("The agent is the real one, and connects with the key that it gets.")
      }
    }
    var watch = BootWatch(awaited: isDemonstration ? Demonstration.ends : [])
    let limit: Instant? = isDemonstration ? .now + Self.patience : nil
    let dyno = Dyno(signals, until: limit) { [log] line in
      log.plain("app[\(name)]: \(line)")
      let isLast = watch.note(line)
      if isLast {
        log.heading("=====> SIGTERM to every process of the dyno, as the platform stops it", .cyan)
      }
      return isLast
    }
    try Problem.system(try dyno.run(launch))
    if let stop = dyno.stop, stop.signal != SIGINT { throw .stopped(stop) }
    let end = dyno.end?.description ?? "no status"
    let isClean = dyno.leftOver.isEmpty
    let rest = isClean ? "and no process is left" : "and this was left and was killed:"
    log.heading("=====> \(name) ended with \(end), \(rest)", isClean ? .green : .red)
    for process in dyno.leftOver { log.detail(process) }
    let found = problem(of: watch, dyno.end, plan)
    if let found {
      log.problem(found)
      report.problems.insert(found, at: 0)
    }
    let isGood =
      (dyno.stop != nil || dyno.end == .exited(0)) && isClean && watch.awaited.isEmpty
    report.boot = .object([
      ("type", .text(plan.type)), ("end", .text(end)), ("succeeds", .bool(isGood && found == nil)),
    ])
    return isGood || found != nil ? nil : "\(name) ended with \(end)"
  }

  private func launch(
    _ command: String, as name: String, _ build: PlatformBuild
  ) throws(Problem) -> ProcessConfiguration {
    var build = build
    if !isImage {
      // A slug runs in another folder than the one it was built in.
      let app = folder / "app"
      try Problem.system(try build.app.rename(to: app))
      build.app = app
    }
    return build.dyno(name, running: command)
  }

  private func problem(
    of watch: BootWatch, _ end: ExitStatus?, _ plan: ProcessPlan
  ) -> Problem? {
    if plan.plan != nil, let last = watch.failure {
      return Problem(
        "agent-not-running", .warning, "The agent beside \(plan.type) does not stay up.",
        meaning: ["Its last line: \(printable(last))"],
        Remedy(
          "Fix what it says. To ask the gateway too:",
          .run("heroku config --shell | bin/check APP_DIR --env-file - --connect")))
    }
    guard end == .exited(127), !plan.isDead else { return nil }
    if watch.isHoopstartMissing {
      return Problem(
        "hoopstart-not-found", .warning, "PATH does not have hoopstart when \(plan.type) starts.",
        meaning: ["The process would end with exit status 127."],
        Remedy(
          "Keep the old value (PATH=…:$PATH), or call hoopstart by its path:",
          .procfile("\(plan.type): .hoop/bin/hoopstart -- bundle exec puma")))
    }
    let again = "bin/dry-run APP_DIR\(isOffline ? " --offline" : "")"
    return Problem(
      "no-runtime", .warning, "A program that \(plan.type) starts is not here.",
      meaning: ["A runtime, such as Ruby, comes from a buildpack of its own."],
      Remedy(
        "Build a slug with that buildpack after ours, such as Heroku's for Ruby:",
        .run("git clone https://github.com/heroku/heroku-buildpack-ruby /tmp/ruby"),
        .run("\(again) --buildpack /tmp/ruby --boot \(shellWord(plan.type))")))
  }
}

/// Watches the lines of a dyno for what goes wrong beside the app.
private struct BootWatch {
  /// The ends of lines that the demonstration still has to print.
  private(set) var awaited: [String]
  /// The last line of an agent that ended and was started again, or that was not started at all.
  private(set) var failure: String?
  /// Whether a shell did not find hoopstart.
  private(set) var isHoopstartMissing = false
  private var agentLine: String?

  init(awaited: [String]) { self.awaited = awaited }

  /// - Returns: Whether this is the last line that was awaited.
  mutating func note(_ line: String) -> Bool {
    if line.hasSuffix("hoopstart: command not found") { isHoopstartMissing = true }
    if line.hasPrefix("{"), line.has("\"level\"") { agentLine = line }
    if line.hasPrefix("buildpack=hoop ") {
      if line.has(" at=agent-exit "), line.has(" restart-in=") { failure = agentLine ?? line }
      if line.has(" at=agent-error ") || line.has(" at=no-agent ") { failure = line }
    }
    if awaited.isEmpty { return false }
    awaited.removeAll { line.hasSuffix($0) }
    return awaited.isEmpty
  }
}
