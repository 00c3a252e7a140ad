import BuildpackKit
import CPosix
import HoopAgent
import Posix

/// What the commands of this module have in common: their options, how they fail, and how they end.
enum Session {
  /// A command line that is wrong (sysexits.h, EX_USAGE).
  private static let usageStatus: Int32 = 64

  /// Parses the words, prints the help, or runs `body` and says why it failed.
  ///
  /// - Returns: the exit status. A process that was asked to stop does not return: it ends as the
  ///   signal would have ended it, after `body` has cleared up.
  static func run(
    _ options: Options, _ words: [Path],
    _ body: (Options.Parsed, BuildLog) throws(LocalFailure) -> CommandReport
  ) -> Int32 {
    let asked: Options.Parsed
    do throws(Options.Misuse) { asked = try options.parse(words) } catch {
      BuildLog().misuse(error.words, usage: "\(options.usage)\n       \(options.command) --help")
      let isJSON = words.prefix { $0 != Path("--") }.contains(Path("--json"))
      let failure = misuse(error, of: options.command)
      if isJSON { BuildLog().plain(CommandReport(options.command, failure: failure).json) }
      return usageStatus
    }
    if asked.isOn("--help") {
      for line in options.help { BuildLog().plain(line) }
      return 0
    }
    let isJSON = asked.isOn("--json")
    var report: CommandReport
    do throws(LocalFailure) {
      report = try body(asked, BuildLog(output: isJSON ? STDERR_FILENO : STDOUT_FILENO))
    } catch {
      if case .build(.stopped(let stop)) = error { Signals.die(of: stop) }
      let failure = error.advice(for: options.command)
      BuildLog().error(failure)
      report = CommandReport(
        options.command, failure: failure, isOffline: asked.isOn("--offline"))
    }
    if isJSON { BuildLog().plain(report.json) }
    return report.succeeds ? 0 : 1
  }

  static func misuse(_ misuse: Options.Misuse, of command: String) -> Advice {
    Advice(
      code: "usage", summary: misuse.words, remedy: "See which options there are:",
      example: ["\(command) --help"]
    ).with(.error)
  }
}
