import HoopAgent
import Posix

/// The agent for a buildpack of one's own: downloaded, verified, proven to run on this machine, and in
/// its place whole or not at all. This is such a buildpack, and all that is public of this package:
///
///     import BuildpackKit
///     import Glibc
///     import Posix
///
///     // bin/compile BUILD_DIR CACHE_DIR ENV_DIR
///     let folders = CommandLine.arguments.dropFirst().map { Path($0) }
///     let log = BuildLog()
///     log.step("Agent")
///     do {
///       let version = try VerifiedAgent.install(
///         at: folders[0] / "vendor" / "hoop", configVars: folders[2], log: log)
///       log.detail("hoop \(version) is in vendor/hoop/bin")
///     } catch {
///       log.error(error.advice)
///       exit(EXIT_FAILURE)
///     }
///
/// HOOP_VERSION, HOOP_SHA256 and HOOP_RELEASES_URL mean what they mean to Hoop's own buildpack.
public enum VerifiedAgent {
  /// Why there is no agent, in words for the user.
  public struct Failure: Error, Hashable, Sendable {
    public let advice: Advice
  }

  /// Installs the agent for this machine.
  ///
  /// From then on SIGTERM, SIGINT and SIGHUP do not end the process; one that comes while this runs
  /// makes it throw. Folders get the mode that the umask leaves them: set that to 0o022 before, where
  /// another user runs the agent.
  ///
  /// - Parameters:
  ///   - folder: must not be there yet; gets `bin/hoop` and a file `version`. The folder that holds it
  ///     is made where it is missing, and must be on the disk where there is room for the agent.
  ///   - configVars: a folder with a file for each, such as ENV_DIR; nil for those of `environment`.
  ///   - environment: gives the programs of the machine their PATH and proxies.
  ///   - log: is told what is done.
  /// - Returns: the version that is installed.
  /// - Throws: where it cannot be, and nothing is left at `folder` or beside it.
  @discardableResult public static func install(
    at folder: Path, configVars: Path? = nil, environment: Environment = .current, log: BuildLog
  ) throws(Failure) -> AgentVersion {
    do throws(BuildFailure) {
      let workspace = Workspace(
        configVars: try ConfigVars(folder: configVars, environment: environment),
        environment: environment, signals: try BuildFailure.system(try Signals()), log: log)
      let source = try AgentSource(workspace)
      let version = try source.version()
      log.detail(try source.words(for: version))
      let archive = source.archive(version)
      let expected = try source.digest(of: archive)
      let place = try BuildFailure.system(try folder.absolute())
      let staging = try BuildFailure.system(try Staging(in: place.folder))
      let agent = try BuildFailure.system(try AgentFolder(making: staging.path / "agent"))
      try source.install(archive, expecting: expected, into: agent, by: staging.path / "download")
      try BuildFailure.system(try agent.path.rename(to: place, .keep))
      return version
    } catch {
      throw Failure(advice: error.advice)
    }
  }
}
