import HoopAgent
import Output
import Posix

/// One build: a verified Hoop agent for a slug or an image.
///
/// Read `run` from top to bottom: it is all that a build does. A build that fails is thrown away by
/// the platform, so nothing is undone. But nothing half-made ever has its final name.
struct Build<T: Target> {
  let target: T
  let workspace: Workspace
  var report = BuildReport()
  private var log: BuildLog { workspace.log }

  /// Runs a build in a folder, and tells the log what it does.
  ///
  /// - Parameters:
  ///   - name: What the platform calls the folder.
  ///   - target: Gets the file of this program too, which becomes hoopstart.
  /// - Returns: What ended the build, which is in the log already, or nil for success.
  static func run(
    in folder: Path, _ name: String, _ environment: Environment, _ log: BuildLog,
    _ report: inout BuildReport, configVars: () throws(Problem) -> ConfigVars,
    target: (Workspace, Path) throws(SystemError) -> T
  ) -> Problem? {
    do throws(Problem) {
      guard try Problem.system(try folder.status())?.kind == .folder else {
        throw .noFolder(name, folder)
      }
      let workspace = Workspace(
        configVars: try configVars(), environment: environment,
        signals: try Problem.system(try Signals()), log: log)
      let target = try Problem.system(try target(workspace, try Path.executable()))
      var build = Build(target: target, workspace: workspace)
      defer { report = build.report }
      try build.run()
      return nil
    } catch {
      log.problem(error)
      report.failure = error.code
      return error
    }
  }

  private mutating func run() throws(Problem) {
    let start = Instant.now
    log.step("Hoop agent")
    let procfile = try Procfile(of: target.app)
    try target.prepare()
    var release: Release?
    if try workspace.configVars.isDisabled() {
      log.detail("HOOP_DISABLED is on: no agent is installed")
    } else {
      release = try installAgent()
    }
    do throws(Signals.Stop) { try workspace.signals.check() } catch { throw .stopped(error) }
    let programs = try target.finish(release, procfile) { warn($0) }
    (report.milliseconds, report.installed) = (.now - start, release?.version)
    log.detail("Installed in \(seconds(.now - start)): \(programs.joined(separator: ", "))")
    if let release { explain(release.version, procfile) }
  }

  /// Makes the agent ready that is asked for. If the server cannot give it, that of the last build is
  /// used, with a warning.
  private mutating func installAgent() throws(Problem) -> Release {
    let source = try AgentSource(workspace)
    (report.platform, report.requested) = (source.platform, source.request)
    do throws(Problem) {
      let version = try source.version()
      log.detail(try source.explanation(of: version))
      let release = try source.release(of: version)
      report.digest = release.digest
      if try target.reuse(release, source) {
        report.source = .cache
      } else {
        report.source = .download
        try target.install(release, source)
      }
      return release
    } catch {
      guard ReleaseServer.outageCodes.contains(error.code),
        let release = try lastRelease(source), try target.reuse(release, source)
      else { throw error }
      (report.source, report.digest) = (.cache, release.digest)
      warn(lastAgent(release, because: error, source))
      return release
    }
  }

  /// The release of the last build, if it is what the config vars ask for. A server that names the
  /// newest version before its files are there may still have the checksums of this one.
  private func lastRelease(_ source: AgentSource) throws(Problem) -> Release? {
    guard let last = target.lastRelease(source.platform) else { return nil }
    if case .exact(let version) = source.request, version != last.version { return nil }
    do throws(Problem) { return try source.release(of: last.version) } catch {
      guard ReleaseServer.outageCodes.contains(error.code) else { throw error }
      return last
    }
  }

  private func lastAgent(
    _ release: Release, because problem: Problem, _ source: AgentSource
  ) -> Problem {
    let unverified =
      "The last build noted this digest. The release could not be asked for it again."
    let pin = Remedy(
      "Deploy again later. To ask for this version only:",
      .set([
        Remedy.Assignment(Setting.version.name, "\(release.version)"),
        Remedy.Assignment(Setting.sha256.name, release.digest.hex),
      ]))
    return Problem(
      "last-agent", .warning, problem.summary,
      meaning: problem.meaning + [
        "This build uses the agent of the last build: \(release.version), SHA-256"
          + " \(release.digest.short)."
      ] + (release.authority == .lastBuild ? [unverified] : []),
      source.isMirror ? problem.remedy : pin)
  }

  private mutating func warn(_ problem: Problem) {
    report.warnings.append(problem)
    log.problem(problem)
  }

  /// Says what each process type will do, and what prevents it.
  private mutating func explain(_ version: AgentVersion, _ procfile: Procfile) {
    let forecast = AppForecast(
      for: version, procfile, app: target.app, workspace.configVars, target: log.wording)
    report.warnings += forecast.problems
    log.problems(forecast.problems)
    guard let publishes = forecast.publishes else { return }
    report.publishes = publishes
    for line in [publishes] + forecast.settings { log.detail(line) }
  }
}

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
