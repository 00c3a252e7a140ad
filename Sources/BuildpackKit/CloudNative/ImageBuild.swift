import HoopAgent
import Posix

/// `bin/build`: puts a verified Hoop agent into a layer of the image.
///
/// `build` is the recipe. `choose` says whether the layer of the previous image will do. A build that
/// fails or is stopped leaves the layers as they were.
package struct ImageBuild {
  private let context: ImageContext
  private let log: BuildLog
  private let start = Instant.now

  /// Runs the build and tells the log what it does.
  ///
  /// - Returns: what ended the build, when the log has its words already; nil for success.
  package static func run(_ folders: ImageContext.Folders, environment: Environment)
    -> BuildFailure?
  {
    do throws(BuildFailure) {
      try ImageBuild(try ImageContext(folders, environment)).build()
      return nil
    } catch {
      BuildLog(.cloudNative).error(error.advice)
      return error
    }
  }

  private init(_ context: ImageContext) { (self.context, log) = (context, context.workspace.log) }

  private func build() throws(BuildFailure) {
    log.step("Hoop agent")
    let procfile = try Procfile(of: context.app)
    let layer = try AgentLayer(in: context.layers)
    let metadata: LayerMetadata
    switch try choose(after: layer.previous) {
    case .previous(let previous):
      metadata = previous
      try layer.place(metadata, nil, context.workspace.signals)
      log.detail("Reusing the layer of the previous image: \(Self.list(metadata.programs))")
    case .new(let basis, let release):
      let folder = try layer.makeFolder(launcher: context.executable)
      try release?.install(into: folder, by: layer.scratch)
      let programs = try BuildFailure.system(try folder.programNames())
      metadata = LayerMetadata(basis, from: release?.location ?? "", programs: programs)
      try layer.place(metadata, folder, context.workspace.signals)
      log.detail("Installed: \(Self.list(programs))")
    }
    if let agent = metadata.basis.agent { advise(agent.version, procfile) }
    let time = Instant.now - start
    log.detail("Done (finished in \(time < 100 ? "< 0.1s" : "\(tenths(time / 100))s"))")
  }

  /// Where the image's layer comes from.
  private enum Choice {
    case previous(LayerMetadata)
    /// - Parameter release: nil for hoopstart alone.
    case new(LayerMetadata.Basis, VerifiableRelease?)
  }

  /// Sees what the layer depends on, and whether the one of the previous image is that.
  private func choose(after previous: LayerMetadata?) throws(BuildFailure) -> Choice {
    let platform = try Platform.current()
    if try context.workspace.configVars.isDisabled() {
      log.detail("HOOP_DISABLED is on: the image gets no agent")
      let basis = try basis(of: nil, platform)
      if let previous, previous.basis == basis { return .previous(previous) }
      return .new(basis, nil)
    }
    let source = try AgentSource(context.workspace)
    let version: AgentVersion
    do throws(BuildFailure) { version = try source.version() } catch {
      guard case .release = error, let previous, let agent = previous.basis.agent,
        previous.basis.platform == platform.description,
        source.pin ?? agent.archive == agent.archive
      else { throw error }
      log.warning(
        BuildWarning.previousLayer(agent, error, pin: .version).advice)
      return .previous(previous)
    }
    log.detail(try source.words(for: version))
    let archive = source.archive(version)
    var basis = try basis(of: nil, platform)
    let expected: ExpectedDigest
    do throws(BuildFailure) { expected = try source.digest(of: archive) } catch {
      guard case .release(.transfer) = error, let previous, let agent = previous.basis.agent else {
        throw error
      }
      basis.agent = LayerMetadata.Agent(version: version, archive: agent.archive)
      if previous.basis != basis { throw error }
      log.warning(
        BuildWarning.previousLayer(agent, error, pin: .sha256).advice)
      return .previous(previous)
    }
    basis.agent = LayerMetadata.Agent(version: version, archive: expected.digest)
    if let previous, previous.basis == basis { return .previous(previous) }
    return .new(basis, VerifiableRelease(source: source, archive: archive, expected: expected))
  }

  private func basis(
    of agent: LayerMetadata.Agent?, _ platform: Platform
  ) throws(BuildFailure) -> LayerMetadata.Basis {
    LayerMetadata.Basis(
      agent: agent, platform: platform.description,
      launcher: try Digest.of(context.executable, context.workspace),
      buildpack: BuildpackVersion.current)
  }

  /// A release whose digest is known, and that is yet to be downloaded.
  private struct VerifiableRelease {
    let source: AgentSource
    let archive: AgentArchive
    let expected: ExpectedDigest

    var location: String { source.location(of: archive) }

    func install(into folder: AgentFolder, by scratch: Path) throws(BuildFailure) {
      try source.install(archive, expecting: expected, into: folder, by: scratch)
    }
  }

  /// Says what will be published, and what stands in the way of it. That no key is there is no
  /// warning: many platforms have it at run time alone.
  private func advise(_ version: AgentVersion, _ procfile: Procfile) {
    let advice = BuildAdvice(
      for: version, procfile, app: context.app, context.workspace.configVars)
    log.advise(advice.forImages(procfile))
    if let publishes = advice.publishes {
      for words in [publishes] + advice.settings { log.detail(words) }
    }
    if advice.isKeyMissing {
      log.detail("HOOP_KEY is not set here: hoopstart reads it when a process starts")
    }
  }

  private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
