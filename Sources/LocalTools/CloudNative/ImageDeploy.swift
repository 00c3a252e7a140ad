import BuildpackKit
import HoopAgent
import Posix

/// The steps of two builds of an image, the second over the image of the first, as the lifecycle runs
/// them and says so.
struct ImageDeploy {
  struct Result {
    /// Such as `build`.
    let step: String
    let milliseconds: Int
    let status: ExitStatus?

    /// How it ended, such as `bin/build ended with exit status 1`.
    var words: String {
      "bin/\(step) ended with \(status.map { $0.description } ?? "no end")"
    }
  }

  let lifecycle: Lifecycle
  /// The checkout of this buildpack.
  let buildpack: Path
  /// Where images are made; it need not be there.
  let images: Path
  let runner: StepRunner
  let log: BuildLog

  private(set) var results: [Result] = []
  /// The image of the last build that went well.
  private(set) var image: Image?

  init(
    _ lifecycle: Lifecycle, of buildpack: Path, to images: Path, _ runner: StepRunner,
    _ log: BuildLog
  ) {
    (self.lifecycle, self.buildpack, self.images) = (lifecycle, buildpack, images)
    (self.runner, self.log) = (runner, log)
  }

  /// The step that failed; nil where all went well.
  var failed: Result? { results.first { $0.status?.isSuccess != true } }

  mutating func run() throws(LocalFailure) {
    let descriptor: BuildpackDescriptor
    do throws(LifecycleRefusal) { descriptor = try BuildpackDescriptor(of: buildpack) } catch {
      throw .lifecycle(error)
    }
    heading("DETECTING")
    guard try run(.detect, as: "detect") else { return }
    log.plain("\(descriptor.id) \(descriptor.version)")
    for step in ["build", "build again"] {
      if let image {
        heading("RESTORING")
        try LocalFailure.system(try lifecycle.layers.removeTree())
        try image.restore(to: lifecycle.layers)
        for layer in image.layers {
          log.plain("Restoring metadata for \"\(descriptor.id):\(layer.name)\" from app image")
        }
      }
      heading("BUILDING")
      guard try run(.build, as: step) else { return }
      heading("EXPORTING")
      try export(descriptor, as: step)
    }
  }

  private mutating func run(_ step: Lifecycle.Step, as name: String) throws(LocalFailure) -> Bool {
    let launch = lifecycle.launch(step, of: buildpack)
    let runner = runner
    let (status, milliseconds) = try LocalFailure.build { () throws(BuildFailure) in
      try runner.run(launch)
    }
    results.append(Result(step: name, milliseconds: milliseconds, status: status))
    return status?.isSuccess == true
  }

  private mutating func export(
    _ descriptor: BuildpackDescriptor, as name: String
  ) throws(LocalFailure) {
    let image = try Image(
      exporting: lifecycle.layers, of: descriptor, over: image, to: images / "\(results.count)")
    for layer in image.layers {
      log.plain("\(layer.isReused ? "Reusing" : "Adding") layer '\(descriptor.id):\(layer.name)'")
    }
    for label in image.labels { log.plain("Adding label '\(label.key)'") }
    self.image = image
  }

  private func heading(_ text: String) { log.heading("===> \(text)", .cyan) }
}
