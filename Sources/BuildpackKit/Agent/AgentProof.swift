import CPosix
import HoopAgent
import Posix

/// The proof that an installed agent runs on this machine and is the version it should be.
enum AgentProof {
  /// How long `hoop version` may take, in milliseconds.
  private static let patience = 10_000

  /// Runs `hoop version` of the agent in `folder`.
  static func run(
    _ version: AgentVersion, in folder: Path, _ workspace: Workspace
  ) throws(BuildFailure) {
    let programs = Pipeline(signals: workspace.signals)
    var launch = workspace.tools.launch(folder / "hoop", ["version"], in: folder)
    launch.isInOwnGroup = true
    launch.diesWithParent = true
    let output: OutputCollector
    do throws(Pipeline.Failure) {
      output = try programs.collect(from: &launch.descriptors[1], limit: 4096)
      try programs.start(launch)
      try programs.run(until: .now + workspace.timeScale.scaled(patience))
    } catch {
      switch error {
      case .stopped(let stop): throw .stopped(stop)
      case .timedOut: throw .archive(.doesNotStart(version, reason: "said nothing for 10 s"))
      case .system(let error) where error.code == ENOSPC || error.code == EMFILE:
        throw BuildFailure(error)
      case .system(let error):
        throw .archive(.doesNotStart(version, reason: "could not be run: \(error.reason)"))
      }
    }
    guard let found = JSON.string("version", in: output.text) else {
      let end = programs.statuses[0].map { "ended with \($0)" } ?? "did not end"
      throw .archive(.doesNotStart(version, reason: "\(end) and named no version"))
    }
    guard found == version.description else {
      throw .archive(.otherVersion(version, found: found))
    }
  }
}
