import CPosix
import HoopAgent
import Posix

/// `bin/compile`: puts a verified Hoop agent into the slug.
///
/// `build` is the recipe. All that it makes is made in staging folders, and `finish` renames it to
/// its place: a build that fails or is stopped leaves the build folder and the cache as they were.
package struct Compile {
  private let context: BuildContext
  private let log: BuildLog
  private let start = Instant.now
  private var report = BuildReport()

  /// Runs the build and tells the log what it does.
  ///
  /// - Parameter environmentFolder: ENV_DIR; nil where an old caller names none.
  /// - Returns: what ended the build, when the log has its words already; nil for success.
  package static func run(
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
      return try finish(&slug, procfile)
    }
    let source = try AgentSource(context.workspace)
    (report.platform, report.requested) = (source.platform, source.request)
    let cache = ArchiveCache(in: context.cacheFolder, source.platform)
    let version = try resolve(source, cache)
    let archive = source.archive(version)
    let expected = try digest(of: archive, source, cache)
    report.digest = expected.digest
    var entry: ArchiveCache.Entry?
    if try take(archive, expected, from: cache, source, into: slug) {
      report.source = .cache
    } else {
      entry = try entryToFill(archive, cache)
      report.source = .download
      try source.install(
        archive, expecting: expected, into: slug.agent, by: slug.scratch, keeping: entry?.file)
    }
    try finish(&slug, procfile)
    report.installed = version
    keep(archive, expected.digest, in: cache, entry)
    advise(version, procfile)
  }

  /// The version to install. Where the server cannot say which is the newest, the newest in the
  /// cache has to do.
  private mutating func resolve(
    _ source: AgentSource, _ cache: ArchiveCache
  ) throws(BuildFailure) -> AgentVersion {
    do throws(BuildFailure) {
      let version = try source.version()
      log.detail(try source.words(for: version))
      return version
    } catch {
      guard case .release = error, let version = cache.newest() else { throw error }
      warn(BuildWarning.cachedVersion(version, error).advice)
      log.detail("Version \(version), the newest in the cache")
      return version
    }
  }

  /// The digest that the archive must have. Where the release cannot be asked, that which was noted
  /// when the archive was cached has to do.
  private mutating func digest(
    of archive: AgentArchive, _ source: AgentSource, _ cache: ArchiveCache
  ) throws(BuildFailure) -> ExpectedDigest {
    do throws(BuildFailure) { return try source.digest(of: archive) } catch {
      guard case .release(let failure) = error, failure.isUnanswered,
        cache.file(of: archive) != nil, let note = cache.note(of: archive)
      else { throw error }
      warn(BuildWarning.cachedDigest(archive.version, error).advice)
      return ExpectedDigest(note, by: .note)
    }
  }

  /// Takes the agent from the cache.
  ///
  /// - Returns: whether there is one that is right.
  private func take(
    _ archive: AgentArchive, _ expected: ExpectedDigest, from cache: ArchiveCache,
    _ source: AgentSource, into slug: borrowing Slug
  ) throws(BuildFailure) -> Bool {
    guard let file = cache.file(of: archive) else { return false }
    do throws(BuildFailure) {
      if try source.install(
        archive, from: file, expecting: expected, into: slug.agent, by: slug.scratch)
      {
        log.detail("Using the cached agent")
        return true
      }
      let says = expected.isPinned ? "that HOOP_SHA256 names" : "that was released"
      log.detail("The cached agent is not the one \(says), and is not used")
    } catch {
      guard case .slug(.system(let reason)) = error, reason.code == EIO else { throw error }
      log.detail("The cached agent cannot be read, and is not used")
    }
    return false
  }

  /// Makes room in the cache. A cache that cannot be written costs time at the next deploy, and no
  /// more.
  private mutating func entryToFill(
    _ archive: AgentArchive, _ cache: ArchiveCache
  ) throws(BuildFailure) -> ArchiveCache.Entry? {
    do throws(SystemError) { return try cache.entry(for: archive) } catch {
      warn(BuildWarning.cacheNotWritten(error).advice)
      return nil
    }
  }

  /// Has the cache hold this archive and no other, once the slug is made.
  private mutating func keep(
    _ archive: AgentArchive, _ digest: Digest, in cache: ArchiveCache,
    _ entry: consuming ArchiveCache.Entry?
  ) {
    do throws(SystemError) {
      if let entry {
        try cache.store(archive, digest, entry)
      } else if report.source == .cache {
        try cache.note(digest, of: archive)
      }
    } catch { return warn(BuildWarning.cacheNotWritten(error).advice) }
    do throws(SystemError) { try cache.clean(but: archive) } catch {
      warn(BuildWarning.cacheNotCleaned(error).advice)
    }
  }

  /// Moves everything to its place, or nothing.
  private mutating func finish(_ slug: inout Slug, _ procfile: Procfile) throws(BuildFailure) {
    try slug.addLinks(for: procfile)
    let programs = try BuildFailure.system(try slug.agent.programNames())
    report.bytes = try BuildFailure.system(try slug.agent.agentBytes())
    var placement = RenameTransaction()
    do throws(BuildFailure) {
      try BuildFailure.system { () throws(SystemError) in
        try slug.place(&placement)
        try slug.prove()
      }
      do throws(Signals.Stop) { try context.workspace.signals.check() } catch {
        throw .stopped(error)
      }
    } catch {
      placement.undo()
      throw error
    }
    report.milliseconds = .now - start
    log.detail("Installed in \(seconds(.now - start)): \(programs.joined(separator: ", "))")
  }

  /// Says what will be published, and what stands in the way of it.
  private mutating func advise(_ version: AgentVersion, _ procfile: Procfile) {
    let advice = BuildAdvice(
      for: version, procfile, app: context.buildFolder, context.workspace.configVars)
    for advice in advice.all { warn(advice) }
    if let publishes = advice.publishes {
      report.publishes = publishes
      for words in [publishes] + advice.settings { log.detail(words) }
    }
  }

  private mutating func warn(_ advice: Advice) {
    report.warnings.append(advice)
    log.advise(advice)
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
      warn(BuildWarning.noExport(error).advice)
    }
  }
}
