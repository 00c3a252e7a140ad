import CPosix
import HoopAgent
import Output
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
  package static var isCalled: Bool { calledName.map { strcmp($0, name) == 0 } ?? false }

  /// The name under which this process was started, without its folder.
  static var calledName: UnsafePointer<CChar>? {
    guard let path = Arguments.words?[0] else { return nil }
    return UnsafePointer(strrchr(path, CInt(UInt8(ascii: "/"))).map { $0 + 1 } ?? path)
  }

  /// Does what the process's arguments say.
  package static func main() -> Never {
    let score = OutOfMemoryScore()
    // The key is in this process's environment.
    cposix_set_dumpable(false)
    switch Arguments.words.map(Invocation.init) ?? .wrong("There is no command.") {
    case .run(let command, let assignments):
      let start = Start(command, AppEnvironment.make(assignments))
      if getpid() == 1 { Init.run(start, score) }
      AppProcess.run(start, score)
    case .check(let connects):
      check(connects)
    case .help:
      exit(Standard.write(Usage.help, to: STDOUT_FILENO) ? EXIT_SUCCESS : EXIT_FAILURE)
    case .version:
      let line = "\(name) \(BuildpackVersion.current)"
      exit(Standard.write([line], to: STDOUT_FILENO) ? EXIT_SUCCESS : EXIT_FAILURE)
    case .wrong(let why):
      Standard.write(Usage.error(why), to: STDERR_FILENO)
      exit(Usage.exitStatus)
    }
  }

  private static func check(_ connects: Bool) -> Never {
    Start.learnSecrets()
    do throws(SystemError) {
      let check = StartCheck(
        variable: Environment.value(of:), installation: Installation(),
        signals: connects ? try Signals() : nil)
      do throws(Signals.Stop) { exit(try check.run() ? EXIT_SUCCESS : EXIT_FAILURE) } catch {
        Signals.die(of: error)
      }
    } catch {
      Standard.write(Row("Result", "No check: \(error)").text, to: STDERR_FILENO)
      exit(EXIT_FAILURE)
    }
  }
}
