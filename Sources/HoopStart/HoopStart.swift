import CPosix
import HoopAgent
import Posix

/// The command that starts an app with the Hoop agent beside it: `hoopstart -- COMMAND ARG…`.
///
/// It forks the supervisor off and then becomes the app by exec, so the app has the pid, the
/// terminal, the signals and the exit status that it would have had without. As pid 1 it stays, as
/// the container's init and the supervisor in one process.
package enum HoopStart {
  /// The name that this command goes by.
  package static let name = "hoopstart"

  /// Whether this process was started under that name, in whatever folder.
  package static var isCalled: Bool {
    guard let path = Arguments.words?[0] else { return false }
    return strcmp(strrchr(path, CInt(UInt8(ascii: "/"))).map { $0 + 1 } ?? path, name) == 0
  }

  /// Does what the process's arguments say.
  package static func main() -> Never {
    switch Arguments.words.map(Invocation.init) ?? .wrong("There is no command.") {
    case .run(let command):
      run(command)
    case .check(let connects):
      check(connects)
    case .help:
      say(Usage.help, on: STDOUT_FILENO)
      exit(EXIT_SUCCESS)
    case .version:
      say(["\(name) \(BuildpackVersion.current)"], on: STDOUT_FILENO)
      exit(EXIT_SUCCESS)
    case .wrong(let why):
      say(Usage.error(why), on: STDERR_FILENO)
      exit(Usage.exitStatus)
    }
  }

  private static func check(_ connects: Bool) -> Never {
    do throws(SystemError) {
      let end = try runGuarded { (signals) throws(Signals.Stop) in
        let trial: StartCheck.Trial = { (plan, agent) throws(Signals.Stop) in
          try GatewayTrial.run(plan, agent: agent, environment: .current, signals)
        }
        let check = StartCheck(
          variable: Environment.value(of:), installation: Installation(),
          trial: connects ? trial : nil
        ) { say($0.text, on: STDOUT_FILENO) }
        return try check.run() ? EXIT_SUCCESS : EXIT_FAILURE
      }
      switch end {
      case .exited(let status): exit(status)
      case .killed(let signal): Signals.die(of: Signals.Stop(signal: signal))
      }
    } catch {
      say(Row("Result", "No check: \(error)").text, on: STDERR_FILENO)
      exit(EXIT_FAILURE)
    }
  }

  private static func run(_ command: ArgumentVector) -> Never {
    let start = Start(command: command, variable: Environment.value(of:))
    if getpid() == 1 { Init.run(start) }
    AppProcess.run(start)
  }

  private static func say(_ lines: [String], on stream: Int32) {
    try? Descriptor.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: stream)
  }
}
