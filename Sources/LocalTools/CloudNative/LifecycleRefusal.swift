import HoopAgent

/// What the lifecycle does not take from a buildpack.
package enum LifecycleRefusal: Error, Hashable, Sendable {
  case descriptor(String)
  case malformed(file: String)
  case takenName(String)
  case nothingToReuse(layer: String)
  case emptyCache(layer: String)
  case undeclaredBill(file: String)
  case label

  /// The refusal in words.
  package var advice: Advice {
    Advice(
      code: "lifecycle-refuses", summary: "The lifecycle would refuse what bin/build has left.",
      meaning: [words], remedy: "This is a fault of the buildpack. Tell us, with this log:",
      example: ["https://github.com/hoophq/heroku-hoop-buildpack/issues"])
  }

  private var words: String {
    switch self {
    case .descriptor(let why): "buildpack.toml \(why)."
    case .malformed(let file): "\(file) cannot be read."
    case .takenName(let name): "A layer cannot be called \(name): \(name).toml is no layer's."
    case .nothingToReuse(let layer):
      "The layer \(layer) has no files, and the previous image has no such layer."
    case .emptyCache(let layer): "The layer \(layer) is to be cached and has no files."
    case .undeclaredBill(let file):
      "\(file) is of a format that sbom-formats of buildpack.toml does not name."
    case .label: "launch.toml has a label without a key or a value."
    }
  }
}
