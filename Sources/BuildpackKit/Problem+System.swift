import CPosix
import HoopAgent
import Output
import Posix

extension Problem {
  /// A system call that failed, if there is nothing better to say.
  package init(_ error: SystemError) {
    switch error.code {
    case ENOSPC, EDQUOT: self = .diskFull
    case EACCES, EROFS, EPERM:
      let place = error.path.map { printable($0.string) }
      self.init(
        "not-writable", "\(place.map(quoted) ?? "A file") cannot be written.",
        meaning: ["\(error.call): \(error.reason)"],
        Remedy(
          "Give the build's user the right to write there:",
          steps: place.map { [.run("chmod u+rwx \(shellWord($0))")] } ?? []))
    default:
      self.init(
        "system", "A system call failed: \(printable("\(error)")).",
        meaning: ["This is not a fault of the app."],
        Remedy(
          "Deploy again. If it happens again, report it with this log:",
          .link("https://github.com/hoophq/heroku-hoop-buildpack/issues")))
    }
  }

  /// Why programs could not be run to their end.
  package init(_ failure: RunFailure) {
    switch failure {
    case .stopped(let stop): self = .stopped(stop)
    case .system(let error): self.init(error)
    case .timedOut: self.init(SystemError("wait", code: ETIMEDOUT))
    }
  }

  package static func stopped(_ stop: Signals.Stop) -> Problem {
    Problem(
      "stopped", "The build was stopped by signal \(stop.signal).",
      meaning: ["No agent was installed."], Remedy("Deploy again."))
  }

  /// The signal that has stopped the build, or nil if this is another problem.
  package var stop: Signals.Stop? {
    guard code == "stopped" else { return nil }
    return Int32(summary.filter { $0.isNumber }).map { Signals.Stop(signal: $0) }
  }

  package static let diskFull = Problem(
    "disk-full", "The disk is full.",
    meaning: ["An agent takes up to 400 MB while it is installed."],
    Remedy("Make the app smaller, or empty the build cache:", .clearBuildCache))

  /// An argument or a variable that should name a folder, and does not.
  package static func noFolder(_ argument: String, _ path: Path) -> Problem {
    Problem(
      "no-folder", "\(argument) is not a folder: \(quoted(path.string)).",
      meaning: ["The platform passes the folders itself. By hand, pass them in this order."],
      Remedy(
        "Name folders that exist:", .run("bin/compile BUILD_DIR CACHE_DIR ENV_DIR"),
        .run("bin/build LAYERS_DIR PLATFORM_DIR PLAN")))
  }

  /// Runs `body`, and throws its error as a problem.
  package static func system<Result: ~Copyable>(
    _ body: @autoclosure () throws(SystemError) -> Result
  ) throws(Problem) -> Result {
    do throws(SystemError) { return try body() } catch { throw Problem(error) }
  }

  package static func system<Result: ~Copyable>(
    _ body: () throws(SystemError) -> Result
  ) throws(Problem) -> Result {
    do throws(SystemError) { return try body() } catch { throw Problem(error) }
  }

  /// Runs programs, and throws what ends them early as a problem.
  package static func running<Result>(
    _ body: () throws(RunFailure) -> Result
  ) throws(Problem) -> Result {
    do throws(RunFailure) { return try body() } catch { throw Problem(error) }
  }
}
