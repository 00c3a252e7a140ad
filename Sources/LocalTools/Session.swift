import BuildpackKit
import CPosix
import HoopAgent
import Output
import Posix

/// What the commands of this module have in common: their options, how they fail and how they end.
enum Session {
  /// A command line that is wrong (sysexits.h, EX_USAGE).
  private static let usageStatus: Int32 = 64

  /// Parses the words, prints the help, or runs `body` and says why it failed.
  ///
  /// - Returns: The exit status. A process that was asked to stop does not return: it ends as the
  ///   signal would have ended it, after `body` has cleaned up.
  static func run(
    _ options: Options, _ words: [Path],
    _ body: (Options.Parsed, BuildLog) throws(Problem) -> CommandReport
  ) -> Int32 {
    let output = BuildLog()
    let asked: Options.Parsed
    do throws(Problem) { asked = try options.parse(words) } catch {
      output.misuse(error.summary, usage: options.usage)
      if words.prefix(while: { $0 != Path("--") }).contains(Path("--json")) {
        output.plain(CommandReport(options.command, failure: error).json)
      }
      return usageStatus
    }
    if asked.isOn("--help") {
      return options.help.allSatisfy { output.plain($0) } ? 0 : 1
    }
    let isJSON = asked.isOn("--json")
    var report: CommandReport
    do throws(Problem) {
      report = try body(asked, isJSON ? BuildLog(output: STDERR_FILENO) : output)
    } catch {
      if let stop = error.stop {
        // The core that SIGQUIT asks for would have the key in it.
        cposix_set_dumpable(false)
        Signals.die(of: stop)
      }
      let diskFull = Problem.temporaryDiskFull
      let failure = error.code == diskFull.code ? diskFull : error
      BuildLog().problem(failure)
      report = CommandReport(options.command, failure: failure)
      report.isOffline = asked.isOn("--offline")
    }
    let isPrinted = !isJSON || output.plain(report.json)
    return report.succeeds && isPrinted ? 0 : 1
  }
}

extension StringProtocol {
  func has(_ part: String) -> Bool { splitOnce(at: part).after != nil }
}

/// What check or dry-run came to, for programs: one JSON object, described in docs/json.md. A member
/// that does not apply is null or empty.
struct CommandReport {
  /// Changes when a member goes or gets another meaning, and not when one is added.
  static let schema = 2

  /// `bin/check` or `bin/dry-run`.
  let command: String
  var wording = Wording.slug
  var isOffline = false
  /// Whether the exit status is 0.
  var succeeds = false
  /// What ended the command or the deploy.
  var failure: Problem?
  var problems: [Problem] = []
  var version: AgentVersion?
  var key: String?
  var publishes: String?
  var processes: [ProcessPlan] = []
  var steps: [Deploy.Result] = []
  var added: [Addition] = []
  /// What `bin/report` said of a build that succeeded: one JSON object.
  var build: String?
  /// How the process ended that was started.
  var boot: JSON.Value?
  /// What the gateway said to the agent that asked it.
  var gateway: JSON.Value?

  init(_ command: String, failure: Problem? = nil) {
    (self.command, self.failure) = (command, failure)
  }

  var json: String {
    JSON.text(
      .object([
        ("schema", .number(Self.schema)), ("command", .text(command)),
        ("offline", .bool(isOffline)), ("succeeds", .bool(succeeds)),
        ("failure", failure?.json(in: wording) ?? .null),
        // What ended the command is not repeated.
        (
          "advice",
          .list(problems.filter { $0.with(.error) != failure }.map { $0.json(in: wording) })
        ),
        ("version", .optional(version?.description)), ("key", .optional(key)),
        ("publishes", .optional(publishes)), ("processes", .list(processes.map { $0.json })),
        ("steps", .list(steps.map { $0.json })), ("added", .list(added.map { $0.json })),
        ("build", build.map { .raw($0) } ?? .null), ("boot", boot ?? .null),
        ("gateway", gateway ?? .null),
      ]))
  }
}
