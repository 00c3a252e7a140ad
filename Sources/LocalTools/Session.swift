import BuildpackKit
import CPosix
import HoopAgent
import Output
import Posix

/// What the commands of this module have in common: their options, how they fail and how they end.
enum Session {
  /// The exit status for a wrong command line (sysexits.h, EX_USAGE).
  private static let usageStatus: Int32 = 64

  /// Parses the words, prints the help, or runs `body` and says why it failed.
  ///
  /// - Returns: The exit status. A process that was asked to stop does not return: it ends as the
  ///   signal would have ended it, after `body` has cleaned up.
  static func run(
    _ options: Options, _ words: [Path],
    _ body: (Options.Parsed, BuildLog, CommandReport) throws(Problem) -> Void
  ) -> Int32 {
    let output = BuildLog()
    let report = CommandReport(options.command)
    var status: Int32 = 1
    var isJSON = words.prefix(while: { $0 != Path("--") }).contains(Path("--json"))
    do throws(Problem) {
      let asked = try options.parse(words)
      if asked.isOn("--help") {
        return options.help.allSatisfy { output.plain($0) } ? 0 : 1
      }
      isJSON = asked.isOn("--json")
      report.isOffline = asked.isOn("--offline")
      try body(asked, isJSON ? BuildLog(output: STDERR_FILENO) : output, report)
      status = report.succeeds ? 0 : 1
    } catch {
      if let stop = error.stop {
        // The core that SIGQUIT asks for would have the key in it.
        cposix_set_dumpable(false)
        Signals.die(of: stop)
      }
      let isFull = error.code == Problem.temporaryDiskFull.code
      report.failure = isFull ? .temporaryDiskFull : error
      if error.code == Options.misuse {
        output.misuse(error.summary, usage: options.usage)
        status = usageStatus
      } else {
        output.problem(report.failure ?? error)
      }
    }
    return !isJSON || output.plain(report.json) ? status : max(status, 1)
  }
}

extension StringProtocol {
  func has(_ part: String) -> Bool { splitOnce(at: part).after != nil }
}

/// What check or dry-run has found, for programs: one JSON object, described in docs/json.md. A member
/// that does not apply is null or empty.
final class CommandReport {
  /// Changes when a member goes or gets another meaning, and not when one is added.
  private static let schema = 2

  /// `bin/check` or `bin/dry-run`.
  private let command: String
  var wording = Wording.slug
  var isOffline = false
  /// Whether the exit status is 0.
  var succeeds = false
  /// What ended the command or the deploy.
  var failure: Problem?
  var problems: [Problem] = []
  var version: AgentVersion?
  var forecast: AppForecast?
  var steps: [DryRun.Step] = []
  var added: [Addition] = []
  /// What `bin/report` says about the build: one JSON object.
  var build: String?
  var boot: DryRun.Boot?
  /// What the gateway said to the agent that asked it.
  var gateway: JSON.Value?

  init(_ command: String) { self.command = command }

  /// The plan of the first process type that has an agent. All have the same key and version.
  var plan: LaunchPlan? { forecast?.processes.lazy.compactMap { $0.plan }.first }

  fileprivate var json: String {
    // What ended the command is not repeated.
    let advice = problems.filter { $0.with(.error) != failure }
    return JSON.text(
      .object([
        ("schema", .number(Self.schema)), ("command", .text(command)),
        ("offline", .bool(isOffline)), ("succeeds", .bool(succeeds)),
        ("failure", failure?.json(in: wording) ?? .null),
        ("advice", .list(advice.map { $0.json(in: wording) })),
        ("version", .optional(version?.description)),
        ("key", .optional(plan?.key.description)), ("publishes", .optional(forecast?.publishes)),
        ("processes", .list(forecast?.processes.map { $0.json } ?? [])),
        ("steps", .list(steps.map { $0.json })), ("added", .list(added.map { $0.json })),
        ("build", failure == nil ? build.map { .raw($0) } ?? .null : .null),
        ("boot", boot?.json ?? .null),
        ("gateway", gateway ?? .null),
      ]))
  }
}
