import BuildpackKit
import CPosix
import HoopAgent
import Output
import Posix

extension DryRun {
  /// The usual local port of an app. The platform chooses another one for each dyno.
  private static let port = 5000
  /// How long the demonstration waits for its app and its agents, in milliseconds.
  private static let patience = 60_000

  /// How a process ended that was started as a dyno.
  struct Boot {
    let type: String
    /// Such as `web.1 ended with exit status 0`.
    let words: String
    let end: String
    /// Whether it ended well or by Ctrl-C, and its agents stayed up.
    let isGood: Bool
    let problem: Problem?

    var json: JSON.Value {
      .object([("type", .text(type)), ("end", .text(end)), ("succeeds", .bool(isGood))])
    }
  }

  /// Starts a process type as a dyno does, until it ends or is asked to.
  func start(_ plan: ProcessPlan, _ target: Target) throws(Problem) -> Boot {
    let process = plan.process
    // On Fir, a dyno's name has no number.
    let name = isImage ? "\(process.type)-12a34b56d-e78f9" : "\(process.type).1"
    let launch = try launch(process.command, as: name, target)
    log.heading("=====> \(name): \(process.command)", .cyan)
    if !isDemonstration {
      log.detail("PORT is \(Self.port). Ctrl-C stops it as the platform does.")
      if !isOffline, plan.plan != nil {
        log.detail("The agent is the real one, and connects with the key that it gets.")
      }
    }
    let watch = BootWatch()
    let limit: Instant? = isDemonstration ? .now + Self.patience : nil
    let dyno = Dyno(signals, until: limit) { [log, isDemonstration] line in
      log.plain("app[\(name)]: \(line)")
      watch.note(line)
      guard isDemonstration, !watch.isComplete else { return false }
      watch.lines.append(line)
      watch.isComplete = Demonstration.isComplete(watch.lines)
      if watch.isComplete {
        log.heading("=====> SIGTERM to every process of the dyno, as the platform stops it", .cyan)
      }
      return watch.isComplete
    }
    try Problem.system(try dyno.run(launch))
    if let stop = dyno.stop, stop.signal != SIGINT { throw .stopped(stop) }
    let end = dyno.end?.description ?? "no status"
    let isClean = dyno.leftOver.isEmpty
    let rest = isClean ? "and nothing of it is left" : "and this was left and was killed:"
    log.heading("=====> \(name) ended with \(end), \(rest)", isClean ? .green : .red)
    for process in dyno.leftOver { log.detail(process) }
    let problem = problem(of: watch, dyno.end, plan)
    return Boot(
      type: process.type, words: "\(name) ended with \(end)", end: end,
      isGood: (dyno.stop != nil || dyno.end == .exited(0)) && isClean && problem == nil
        && (!isDemonstration || watch.isComplete),
      problem: problem)
  }

  private func launch(
    _ command: String, as name: String, _ target: Target
  ) throws(Problem) -> ProcessConfiguration {
    var config = config
    // Review apps have it when they start, and other apps can.
    let appName = "HEROKU_APP_NAME"
    let names = config.environment[Setting.connection.name] ?? ""
    if config[appName] == nil, names.has("env.\(appName)") {
      config[appName] = Array("dry-run".utf8)
    }
    var app = folder / "app"
    var programs: [Path] = []
    switch target {
    // A slug runs in another folder than the one it was built in.
    case .slug(let build): try Problem.system(try build.app.rename(to: app))
    case .image(let lifecycle):
      app = lifecycle.app
      programs = ["hoopstart", "agent"].map { lifecycle.layers / $0 / "bin" }
    }
    return HerokuBuild.dyno(
      name, running: command, app: app, programs: programs, configVars: config.variables,
      path: path, port: Self.port)
  }

  private func problem(
    of watch: BootWatch, _ end: ExitStatus?, _ plan: ProcessPlan
  ) -> Problem? {
    let type = plan.process.type
    if plan.plan != nil, let last = watch.failure {
      return Problem(
        "agent-not-running", .warning, "The agent beside \(type) does not stay up.",
        meaning: ["Its last line: \(printable(last))"],
        Remedy(
          "Fix what it says. To ask the gateway too:",
          .run("heroku config --shell | bin/check APP_DIR --env-file - --connect")))
    }
    guard end == .exited(127), !plan.isDead else { return nil }
    if watch.isHoopstartMissing {
      return Problem(
        "hoopstart-not-found", .warning, "PATH does not have hoopstart when \(type) starts.",
        meaning: ["The process would end with exit status 127."],
        Remedy(
          "Keep the old value (PATH=…:$PATH), or call hoopstart by its path:",
          .procfile("\(type): .hoop/bin/hoopstart -- bundle exec puma")))
    }
    let again = "bin/dry-run APP_DIR\(isOffline ? " --offline" : "")"
    return Problem(
      "no-runtime", .warning, "A program that \(type) starts is not here.",
      meaning: ["A runtime, such as Ruby, comes from a buildpack of its own."],
      Remedy(
        isImage
          ? "Try it as a slug, with that buildpack after ours, such as Heroku's for Ruby:"
          : "Run that buildpack after ours, such as Heroku's for Ruby:",
        .run("git clone https://github.com/heroku/heroku-buildpack-ruby /tmp/ruby"),
        .run("\(again) --buildpack /tmp/ruby --boot \(shellWord(type))")))
  }
}

/// Watches the lines of a dyno for what goes wrong beside the app.
final class BootWatch {
  /// What the demonstration has printed.
  var lines: [String] = []
  /// Whether the demonstration has shown all that it shows.
  var isComplete = false
  /// The last line of an agent that ended and was started again, or that was not started at all.
  private(set) var failure: String?
  /// Whether a shell did not find hoopstart.
  private(set) var isHoopstartMissing = false
  private var agentLine: String?
  private var otherLine: String?

  func note(_ line: String) {
    if line.hasSuffix("hoopstart: command not found") { isHoopstartMissing = true }
    if !line.hasPrefix("buildpack=hoop ") {
      if line.hasPrefix("{"), line.has("\"level\"") { agentLine = line } else { otherLine = line }
    } else if line.has(" at=agent-exit "), line.has(" restart-in=") {
      failure = agentLine ?? otherLine ?? line
    } else if line.has(" at=agent-error ") || line.has(" at=no-agent ") {
      failure = line
    }
  }
}
