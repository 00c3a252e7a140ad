import CPosix
import HoopAgent
import Posix

/// Why a build ended without an agent in the slug. Each case carries its data; the words are in
/// `advice`.
package enum BuildFailure: Error, Hashable, Sendable {
  /// The release could not be named or fetched.
  case release(ReleaseFailure)
  /// What was fetched is not to be trusted or does not work.
  case archive(ArchiveFailure)
  /// The folders or the machine do not allow it.
  case slug(SlugFailure)
  /// Somebody asked the build to stop.
  case stopped(Signals.Stop)

  /// The failure in words.
  package var advice: Advice { words.with(.error) }

  private var words: Advice {
    switch self {
    case .release(let failure): failure.advice
    case .archive(let failure): failure.advice
    case .slug(let failure): failure.advice
    case .stopped(let stop):
      Advice(
        code: "stopped", summary: "The build was stopped by signal \(stop.signal).",
        meaning: ["The build folder and the cache are as they were."], remedy: "Deploy again.")
    }
  }

  /// A system call that failed where nothing better can be said.
  package init(_ error: SystemError) {
    switch error.code {
    case ENOSPC, EDQUOT: self = .slug(.diskFull)
    case EACCES, EROFS, EPERM: self = .slug(.notWritable(error))
    default: self = .slug(.system(error))
    }
  }

  package init(_ failure: Pipeline.Failure) {
    switch failure {
    case .stopped(let stop): self = .stopped(stop)
    case .system(let error): self.init(error)
    case .timedOut: self.init(SystemError("wait", code: ETIMEDOUT))
    }
  }

  /// Runs `body` and throws what it throws as a build failure.
  static func system<Result: ~Copyable>(
    _ body: @autoclosure () throws(SystemError) -> Result
  ) throws(BuildFailure) -> Result {
    do throws(SystemError) { return try body() } catch { throw BuildFailure(error) }
  }

  static func system<Result: ~Copyable>(
    _ body: () throws(SystemError) -> Result
  ) throws(BuildFailure) -> Result {
    do throws(SystemError) { return try body() } catch { throw BuildFailure(error) }
  }

  static func pipeline<Result>(
    _ body: @autoclosure () throws(Pipeline.Failure) -> Result
  ) throws(BuildFailure) -> Result {
    do throws(Pipeline.Failure) { return try body() } catch { throw BuildFailure(error) }
  }

  static func pipeline<Result>(
    _ body: () throws(Pipeline.Failure) -> Result
  ) throws(BuildFailure) -> Result {
    do throws(Pipeline.Failure) { return try body() } catch { throw BuildFailure(error) }
  }
}
