import CPosix
import HoopAgent
import Posix

/// `bin/compile`: puts a verified Hoop agent into the slug.
///
/// `build` is the recipe. All that it makes is made in staging folders, and `finish` renames it to
/// its place: a build that fails or is stopped leaves the build folder and the cache as they were.
public struct Compile {
  private let context: BuildContext
  private let log: BuildLog
  private let start = Instant.now
  private var report = BuildReport()

  /// Runs the build and tells the log what it does.
  ///
  /// - Parameter environmentFolder: ENV_DIR; nil where an old caller names none.
  /// - Returns: what ended the build, when the log has its words already; nil for success.
  public static func run(
    buildFolder: Path, cacheFolder: Path, environmentFolder: Path?, environment: Environment
  ) -> BuildFailure? {
    var report = BuildReport()
    do throws(BuildFailure) {
      var compile = Compile(
        try BuildContext(
          buildFolder: buildFolder, cacheFolder: cacheFolder,
          environmentFolder: environmentFolder, environment: environment))
      defer { report = compile.report }
      try compile.build()
      compile.leaveExport()
    } catch {
      BuildLog().error(error.advice)
      report.failure = error.advice.code
      Report.leave(report, for: buildFolder)
      return error
    }
    Report.leave(report, for: buildFolder)
    return nil
  }

  private init(_ context: BuildContext) { (self.context, log) = (context, context.workspace.log) }

  private mutating func build() throws(BuildFailure) {
    log.step("Hoop agent")
    let procfile = try Procfile(of: context.buildFolder)
    var slug = try Slug(context)
    if try context.workspace.configVars.isDisabled() {
      log.detail("HOOP_DISABLED is on: the slug gets no agent")
      return try finish(&slug, procfile, changing: nil)
    }
    let source = try AgentSource(context.workspace)
    (report.platform, report.requested) = (source.platform, source.request)
    let cache = AgentCache(context, source.platform)
    let version = try resolve(source, cache)
    let archive = source.archive(version)

    let cached = try take(archive, from: cache, source.pin, into: slug)
    let digest =
      if let cached { cached } else { try download(archive, from: source, into: slug) }
    report.source = cached == nil ? .download : .cache
    report.digest = digest
    let new = cached == nil ? (files: slug.agent.programs, archive: digest) : nil
    try finish(&slug, procfile, changing: cacheChange(cache, to: version, adding: new))
    report.installed = version
    advise(version, procfile)
  }

  /// The version to install. Where the server cannot say which is the newest, the newest in the
  /// cache has to do.
  private mutating func resolve(
    _ source: AgentSource, _ cache: AgentCache
  ) throws(BuildFailure) -> AgentVersion {
    do throws(BuildFailure) {
      let version = try source.version()
      log.detail(try source.words(for: version))
      return version
    } catch {
      guard case .release = error, let version = cache.newest else { throw error }
      warn(
        Advice(
          code: "cached-version", summary: error.advice.summary, meaning: error.advice.meaning,
          remedy: "This build takes \(version), the newest in the cache. To ask for no other:",
          example: ["heroku config:set HOOP_VERSION=\(version)"]))
      log.detail("Version \(version), the newest in the cache")
      return version
    }
  }

  /// Takes the agent from the cache.
  ///
  /// - Returns: the digest of the archive that it once came in; nil where the cache has no agent
  ///   that is right.
  private func take(
    _ archive: AgentArchive, from cache: AgentCache, _ pin: Digest?, into slug: borrowing Slug
  ) throws(BuildFailure) -> Digest? {
    let folder = slug.scratch
    try BuildFailure.system(try folder.makeFolder())
    switch try cache.take(archive.version, into: folder, expecting: pin) {
    case .nothing: return nil
    case .damaged:
      log.detail("The cached agent is damaged and is not used")
      return nil
    case .unreadable(let failure):
      log.detail("The cached agent cannot be read and is not used")
      log.detail(failure.advice.summary)
      return nil
    case .other:
      log.detail("The cached agent is not the one that HOOP_SHA256 names")
      return nil
    case .agent(let manifest):
      try BuildFailure.system(try slug.agent.take(archive.version, from: folder))
      do throws(BuildFailure) {
        try AgentProof.run(archive.version, in: slug.agent.programs, context.workspace)
      } catch {
        guard case .archive = error else { throw error }
        log.detail("The cached agent does not work and is not used")
        return nil
      }
      log.detail("Using the cached agent")
      return manifest.archive
    }
  }

  /// Downloads the agent.
  ///
  /// - Returns: the archive's digest, which is verified.
  private func download(
    _ archive: AgentArchive, from source: AgentSource, into slug: borrowing Slug
  ) throws(BuildFailure) -> Digest {
    let expected = try source.digest(of: archive)
    try source.install(archive, expecting: expected, into: slug.agent, by: slug.scratch)
    return expected.digest
  }

  /// Gets the change of the cache ready. A cache that cannot be written costs time at the next
  /// deploy, and no more.
  private mutating func cacheChange(
    _ cache: AgentCache, to version: AgentVersion, adding new: (files: Path, archive: Digest)?
  ) throws(BuildFailure) -> AgentCache.Change? {
    do throws(BuildFailure) { return try cache.change(to: version, adding: new) } catch {
      if case .stopped = error { throw error }
      warnOfCache(error)
      return nil
    }
  }

  private mutating func warnOfCache(_ failure: BuildFailure) {
    let (summary, meaning) =
      report.source == .cache
      ? (
        "An older agent could not be removed from the cache.",
        "It takes up room there, and does no other harm."
      )
      : (
        "The agent could not be cached.",
        "The agent is in the slug all the same; the next deploy downloads it again."
      )
    warn(
      Advice(
        code: "cache-not-written", summary: summary,
        meaning: [failure.advice.summary] + failure.advice.meaning + [meaning],
        remedy: "If this stays, empty the cache:", example: ["heroku builds:cache:purge"]))
  }

  /// Moves everything to its place, or nothing. The cache alone may stay as it was.
  private mutating func finish(
    _ slug: inout Slug, _ procfile: Procfile, changing cache: consuming AgentCache.Change?
  ) throws(BuildFailure) {
    try slug.addLinks(for: procfile)
    let programs = try BuildFailure.system(try slug.agent.programNames())
    report.bytes = try BuildFailure.system(try slug.agent.agentBytes())
    var (placement, cachePlacement) = (RenameTransaction(), RenameTransaction())
    var cacheError: SystemError?
    do throws(BuildFailure) {
      try BuildFailure.system(try slug.place(&placement))
      do throws(SystemError) { try cache?.place(&cachePlacement) } catch {
        cachePlacement.undo()
        cacheError = error
      }
      do throws(Signals.Stop) { try context.workspace.signals.check() } catch {
        throw .stopped(error)
      }
    } catch {
      cachePlacement.undo()
      placement.undo()
      throw error
    }
    if let cacheError { warnOfCache(BuildFailure(cacheError)) }
    report.milliseconds = .now - start
    log.detail("Installed in \(seconds(.now - start)): \(programs.joined(separator: ", "))")
  }

  /// Says what will be published, and what stands in the way of it.
  private mutating func advise(_ version: AgentVersion, _ procfile: Procfile) {
    let advice = BuildAdvice(
      for: version, procfile, app: context.buildFolder, context.workspace.configVars)
    for warning in advice.warnings { warn(warning) }
    if case .launch(let plan) = advice.outcome {
      report.publishes = plan.summary
      log.detail(plan.summary)
      for words in plan.settingsInWords { log.detail(words) }
    }
  }

  private mutating func warn(_ advice: Advice) {
    report.warnings.append(advice)
    log.warning(advice)
  }

  /// Writes `BUILDPACK_DIR/export`, which the next buildpack's shell reads.
  private mutating func leaveExport() {
    guard let folder = context.buildpackFolder else { return }
    let programs = (context.buildFolder / ".hoop" / AgentLayout.programs).shellQuoted
    do throws(SystemError) {
      let export = Array("export PATH=".utf8) + programs + Array(":\"$PATH\"\n".utf8)
      let staging = try Staging(in: folder)
      try staging.file("export", export).rename(to: folder / "export", .replace)
    } catch {
      warn(
        Advice(
          code: "no-export", summary: "The next buildpack will not find the Hoop agent.",
          meaning: ["\(error)"], remedy: "Let the build's user write the buildpack's folder:",
          example: ["chmod u+rwx BUILDPACK_DIR"]))
    }
  }
}
