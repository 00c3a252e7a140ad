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
  /// - Parameter name: the dyno's.
  /// - Returns: the exit status: 0 where the process ended well, or by Ctrl-C.
  func boot(
    _ process: Procfile.Process, as name: String, _ launch: ProcessConfiguration
  ) throws(LocalFailure) -> Int32 {
    log.heading("=====> \(name): \(process.command)", .cyan)
    if !isDemonstration {
      log.detail("PORT is \(Self.port). Ctrl-C stops it as the platform does.")
      if !isOffline {
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
    return isExpected && isGood && outcome.leftOver.isEmpty ? 0 : 1
  }

  private func say(_ outcome: Dyno.Outcome, _ name: String) {
    let end = outcome.end?.description ?? "nothing"
    if outcome.leftOver.isEmpty {
      log.heading("=====> \(name) ended with \(end), and nothing of it is left", .green)
      return
    }
    log.heading("=====> \(name) ended with \(end), and this was left and was killed:", .red)
    for process in outcome.leftOver { log.detail(process) }
  }
}
