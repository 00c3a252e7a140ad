import BuildpackKit
import CPosix
import Posix

/// Runs the programs of buildpacks as the steps of a deploy.
struct StepRunner {
  let signals: Signals
  /// Where their output goes.
  let output: Int32

  /// How long a step has, in milliseconds, to clear up when the dry run is stopped.
  private static let stopGrace = 10_000

  /// Runs a step to its end.
  ///
  /// - Parameter prepare: lays pipes to it, such as one that collects its output.
  func run(
    _ launch: ProcessConfiguration,
    _ prepare: (Pipeline, inout ProcessConfiguration) throws(Pipeline.Failure) -> Void = { _, _ in }
  ) throws(BuildFailure) -> (status: ExitStatus?, milliseconds: Int) {
    let start = Instant.now
    var launch = launch
    launch.descriptors = [-1, output, STDERR_FILENO]
    launch.diesWithParent = true
    // The one thing that no build of the platform's has: without it a terminal that wants no colours
    // would get some.
    if Ink.isPlain { launch.environment["NO_COLOR"] = "1" }
    let programs = Pipeline(signals: signals)
    programs.stopGrace = Self.stopGrace
    do throws(Pipeline.Failure) {
      try prepare(programs, &launch)
      try programs.start(launch)
      try programs.run()
    } catch { throw BuildFailure(error) }
    return (programs.statuses.first ?? nil, .now - start)
  }
}
