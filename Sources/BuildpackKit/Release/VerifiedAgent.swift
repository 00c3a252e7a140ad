import HoopAgent
import Output
import Posix

/// The agent for a buildpack of your own: downloaded, verified, proven to run on this machine, and in
/// its place as a whole or not at all. This is such a buildpack, and all that is public of this
/// package:
///
///     import BuildpackKit
///     import Glibc
///     import Output
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
///       log.problem(error)
///       exit(EXIT_FAILURE)
///     }
///
/// HOOP_VERSION, HOOP_SHA256 and HOOP_RELEASES_URL mean what they mean to Hoop's own buildpack.
public enum VerifiedAgent {
  /// Installs the agent for this machine.
  ///
  /// From then on SIGTERM, SIGINT, SIGHUP and SIGQUIT do not end the process. If one arrives while
  /// this runs, it throws. Folders get the mode that the umask leaves them: set that to 0o022 before
  /// if another user runs the agent.
  ///
  /// - Parameters:
  ///   - folder: Must not exist yet; gets `bin/hoop` and a file `version`. The folder that holds it is
  ///     made if it is missing, and must be on a disk with room for the agent.
  ///   - configVars: A folder with a file for each, such as ENV_DIR, or nil for those of `environment`.
  ///   - environment: Gives the programs of the machine their PATH and proxies.
  ///   - log: Is told what is done.
  /// - Returns: The version that is installed.
  /// - Throws: Why it is not. Then nothing is left at `folder`, and no file beside it.
  @discardableResult public static func install(
    at folder: Path, configVars: Path? = nil, environment: Environment = .current, log: BuildLog
  ) throws(Problem) -> AgentVersion {
    let workspace = Workspace(
      configVars: try ConfigVars(folder: configVars, environment: environment),
      environment: environment, signals: try Problem.system(try Signals()), log: log)
    let source = try AgentSource(workspace)
    let version = try source.version()
    log.detail(try source.explanation(of: version))
    let release = try source.release(of: version)
    let place = try Problem.system(try folder.absolute())
    let staging = try Problem.system(try Staging(in: place.folder))
    _ = try source.install(release, by: staging.path, into: staging.path / "agent")
    try Problem.system(try (staging.path / "agent").rename(to: place))
    return version
  }
}
