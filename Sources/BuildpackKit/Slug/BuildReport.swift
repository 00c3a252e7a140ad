import CPosix
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
  /// How long the build took.
  var milliseconds: Int?
  /// The digest of the archive that the agent came in.
  var digest: Digest?
  var platform: Platform?
  /// What the build warned of.
  var warnings: [Problem] = []
  /// What will be published, in a sentence.
  var publishes: String?
  /// The code of the failure that ended the build.
  var failure: String?

  /// The longest report, in bytes: `bin/report` reads no more.
  static let maximumBytes = 60_000

  /// One JSON object on one line. If it would be too long, the last warnings are left out.
  var json: String {
    var report = self
    while true {
      let text = report.text
      if text.utf8.count <= Self.maximumBytes || report.warnings.popLast() == nil { return text }
    }
  }

  private var text: String {
    let requested: String? =
      switch self.requested {
      case .latest: "latest"
      case .exact(let version): version.description
      case nil: nil
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

/// `bin/report`: prints the report of the last build of an app as one JSON object.
package enum Report {
  /// The report's name in BUILDPACK_DIR: the only folder that outlives a failed build and is this
  /// buildpack's own.
  static let name = "report.json"

  /// - Returns: The exit status, always 0: having nothing to report is not a failure.
  package static func run(_ buildFolder: Path) -> Int32 {
    let log = BuildLog()
    // Before it is the path of its app, each byte of which may take six.
    let maximum = BuildReport.maximumBytes + 6 * Int(PATH_MAX) + 100
    let lines = buildpackFolder.flatMap { try? ($0 / name).content(atMost: maximum) }
      .map { String(decoding: $0, as: UTF8.self).split(separator: "\n") }
    if let lines, lines.count == 2, lines[0] == mark(for: buildFolder) {
      log.plain(String(lines[1]))
      return 0
    }
    // It is another app's, or there is none: report what the slug says.
    let file = (try? buildFolder.resolvedBeneath(Path(".hoop") / AgentLayout.version)).map {
      buildFolder / $0
    }
    let version = try? file?.content(atMost: AgentVersion.maximumLength)
    var report = BuildReport()
    report.installed = version.flatMap {
      AgentVersion(String(decoding: $0, as: UTF8.self).trimmed())
    }
    log.plain(report.json)
    return 0
  }

  /// Leaves the report of a build for `run`, if that is possible: a report is not worth a failure.
  static func leave(_ report: BuildReport, for buildFolder: Path) {
    guard let folder = buildpackFolder, let staging = try? Staging(in: folder) else { return }
    let lines = Array("\(mark(for: buildFolder))\n\(report.json)\n".utf8)
    try? (folder / name).replace(with: staging.file(name, lines))
  }

  private static var buildpackFolder: Path? {
    try? BuildpackFolder.above(Path.executable())
  }

  /// The line that says whose report it is.
  private static func mark(for buildFolder: Path) -> String {
    let folder = (try? buildFolder.resolved()) ?? buildFolder
    return JSON.text(.object([("build_dir", .text(folder.string))]))
  }
}
