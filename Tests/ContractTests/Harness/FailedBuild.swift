import HoopAgent
import LocalTools
import Posix
import Testing

/// A build that cannot succeed: why, and what its user reads.
struct FailedBuild: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// The failure's name in what `bin/report` prints.
  let code: String
  let output: String
  let errors: String
  let arrange: @Sendable (HerokuBuild, ReleaseSite) -> Void

  /// What the log says before most failures.
  static let pinned = """
    -----> Hoop agent
           Version \(AgentVersion.newestKnown), from HOOP_VERSION

    """

  /// The same with the agent on its way.
  static let downloading = """
    \(pinned)       Downloading \(AgentRelease.newest.file) (1.5 MB)

    """

  /// - Parameter arrange: makes a build fail that would have installed 1.148.0.
  init(
    _ name: String, code: String, output: String = FailedBuild.pinned, errors: String,
    arrange: @escaping @Sendable (HerokuBuild, ReleaseSite) -> Void
  ) {
    (testDescription, self.code, self.output, self.errors) = (name, code, output, errors)
    self.arrange = arrange
  }

  /// Runs the build, and compares what it says and that it changes nothing.
  func check() async {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site, version: AgentVersion.newestKnown.description)
    build.scaleWaits(by: 0.05)
    (build.cache / "bundle/kept").write("another buildpack's")
    (build.cache / "hoop/1.30.0-linux-\(AgentRelease.architecture)/hoop").write("an older agent")
    arrange(build, site)
    let before = [build.app, build.cache].map(FolderSnapshot.init)

    expect(await build.compile(), status: 1, output: output, errors: errors)

    #expect([build.app, build.cache].map(FolderSnapshot.init) == before)
    #expect(!(build.buildpack / "export").isThere)
    #expect(await build.report().output.contains(#""failure": "\#(code)"}"#))
  }
}
