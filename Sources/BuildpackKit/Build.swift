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

  init(_ target: T, _ workspace: Workspace) { (self.target, self.workspace) = (target, workspace) }

  mutating func run() throws(Problem) {
    let start = Instant.now
    log.step("Hoop agent")
    let procfile = try Procfile(of: target.app)
    try target.prepare()
    var release: Release?
    if try workspace.configVars.isDisabled() {
      log.detail("HOOP_DISABLED is on: the \(T.product) gets no agent")
    } else {
      release = try installAgent()
    }
    do throws(Signals.Stop) { try workspace.signals.check() } catch { throw .stopped(error) }
    let programs = try target.finish(release, procfile)
    (report.milliseconds, report.installed) = (.now - start, release?.version)
    log.detail("Installed in \(seconds(.now - start)): \(programs.joined(separator: ", "))")
    report.warnings += target.warnings
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
      report.digest = release.digest.digest
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
      (report.source, report.digest) = (.cache, release.digest.digest)
      let warning = lastAgent(release, because: error, source)
      report.warnings.append(warning)
      log.problem(warning)
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
      return last.digest.map { digest in
        Release(
          archive: AgentArchive(version: last.version, platform: source.platform),
          digest: ExpectedDigest(digest, by: .lastBuild))
      }
    }
  }

  private func lastAgent(
    _ release: Release, because problem: Problem, _ source: AgentSource
  ) -> Problem {
    let pin = Remedy(
      "Deploy again later. To ask for this version only:",
      .set([
        Remedy.Assignment(Setting.version.name, "\(release.version)"),
        Remedy.Assignment(Setting.sha256.name, release.digest.digest.hex),
      ]))
    return Problem(
      "last-agent", .warning, problem.summary,
      meaning: problem.meaning + [
        "This build uses the agent of the last build: \(release.version), SHA-256"
          + " \(release.digest.digest.short)."
      ] + (release.digest.authority == .lastBuild ? T.unverified : []),
      source.isMirror ? problem.remedy : pin)
  }

  /// Says what each process type will do, and what prevents it.
  private mutating func explain(_ version: AgentVersion, _ procfile: Procfile) {
    let forecast = AppForecast(
      for: version, procfile, app: target.app, workspace.configVars, isConfigKnown: true,
      target: log.wording)
    report.warnings += forecast.problems
    log.problems(forecast.problems)
    guard let publishes = forecast.publishes else { return }
    report.publishes = publishes
    for line in [publishes] + forecast.settings { log.detail(line) }
  }
}
