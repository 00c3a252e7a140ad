import HoopAgent
import Output
import Posix

/// What a build came to, for programs: what `bin/compile` leaves in BUILDPACK_DIR and `bin/report`
/// prints.
struct BuildReport {
  enum Source: String {
    case download
    case cache
  }

  /// What HOOP_VERSION asks for: `latest` or a version.
  var requested: VersionRequest?
  var installed: AgentVersion?
  var source: Source?
  /// The size of the agent's files in the slug.
  var bytes: Int?
  var milliseconds: Int?
  var digest: Digest?
  var platform: Platform?
  var warnings: [Problem] = []
  /// What will be published, in a sentence.
  var publishes: String?
  /// The code of the failure that ended the build.
  var failure: String?

  /// One JSON object on one line.
  var json: String {
    let requested = requested.map { request in
      if case .exact(let version) = request { version.description } else { "latest" }
    }
    return JSON.text(
      .object([
        ("version_requested", .optional(requested)), ("version", .optional(installed?.description)),
        ("source", .optional(source?.rawValue)), ("bytes", bytes.map { .number($0) } ?? .null),
        ("seconds", milliseconds.map { .tenths($0 / 100) } ?? .null),
        ("sha256", .optional(digest?.hex)), ("platform", .optional(platform?.description)),
        ("warnings", .list(warnings.map { $0.json(in: .slug) })),
        ("publishes", .optional(publishes)), ("failure", .optional(failure)),
      ]))
  }
}

/// `bin/report`: prints the report of the last build as one JSON object.
package enum Report {
  /// The report's name in BUILDPACK_DIR: the only folder that outlives a failed build and is this
  /// buildpack's own.
  private static let name = "report.json"
  /// More than a report has with the most warnings that a build says, in bytes.
  private static let maximumBytes = 1 << 20

  /// - Returns: The exit status, always 0: having nothing to report is not a failure.
  package static func run() -> Int32 {
    let file = folder.map { $0 / name }
    let text = try? file?.content(atMost: maximumBytes)
    BuildLog().plain(
      text.map { String(decoding: $0, as: UTF8.self).trimmed() } ?? BuildReport().json)
    return 0
  }

  /// Leaves the report of a build for `run`, if that is possible: a report is not worth a failure.
  static func leave(_ report: BuildReport) {
    guard let folder, let staging = try? Staging(in: folder) else { return }
    try? (folder / name).replace(with: staging.file(name, Array("\(report.json)\n".utf8)))
  }

  private static var folder: Path? { try? BuildpackFolder.above(Path.executable()) }
}
