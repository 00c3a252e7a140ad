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
    _ body: (Options.Parsed, BuildLog) throws(LocalFailure) -> Int32
  ) -> Int32 {
    let asked: Options.Parsed
    do throws(Options.Misuse) { asked = try options.parse(words) } catch {
      BuildLog().misuse(error.words, usage: "\(options.usage)\n       \(options.command) --help")
      return usageStatus
    }
    if asked.isOn("--help") {
      for line in options.help { BuildLog().plain(line) }
      return 0
    }
    let isJSON = asked.isOn("--json")
    do throws(LocalFailure) {
      return try body(asked, BuildLog(output: isJSON ? STDERR_FILENO : STDOUT_FILENO))
    } catch {
      if case .build(.stopped(let stop)) = error { Signals.die(of: stop) }
      BuildLog().error(error.advice)
      if isJSON {
        BuildLog().plain(
          JSON.text(.object([("succeeds", .bool(false)), ("failure", .text(error.advice.code))])))
      }
      return 1
    }
  }
}
