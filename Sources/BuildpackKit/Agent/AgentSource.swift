import HoopAgent
import Posix

/// Where the agent comes from: what HOOP_VERSION asks for becomes a verified and proven agent.
///
///     let source = try AgentSource(workspace)
///     let archive = try source.archive(source.newest())
///     let digest = try source.digest(of: archive)       // what would be installed is known here
///     try source.install(archive, expecting: digest, into: folder)
///
/// Nothing is asked of the network before something is asked of this.
package struct AgentSource {
  package let platform: Platform
  /// HOOP_VERSION.
  package let request: VersionRequest
  /// HOOP_SHA256.
  package let pin: Digest?
  private let server: ReleaseServer
  private let workspace: Workspace

  /// Reads the config vars.
  package init(_ workspace: Workspace) throws(BuildFailure) {
    platform = try Platform.current()
    request = try workspace.configVars.versionRequest()
    pin = try workspace.configVars.pinnedDigest()
    server = try ReleaseServer(workspace, for: request)
    self.workspace = workspace
  }

  /// The version that is asked for; asks the server for the newest where that is it.
  ///
  /// - Throws: `BuildFailure.release` where the server cannot say which is the newest.
  package func version() throws(BuildFailure) -> AgentVersion {
    if case .exact(let version) = request { return version }
    let version = try server.latest()
    if version < .oldestSupported { throw .release(.unsupportedLatest(version)) }
    return version
  }

  /// The version, and why it is this one, for the log.
  package func words(for version: AgentVersion) throws(BuildFailure) -> String {
    if request != .latest { return "Version \(version), from HOOP_VERSION" }
    let isEmpty = try workspace.configVars.value(ConfigVar.version.name)?.trimmed().isEmpty
    let why = isEmpty.map { $0 ? "is empty" : "is latest" } ?? "is not set"
    return "Version \(version), the newest (HOOP_VERSION \(why))"
  }

  /// The archive of a version for this machine.
  package func archive(_ version: AgentVersion) -> AgentArchive {
    AgentArchive(version: version, platform: platform)
  }

  /// Where the archive is, without user and password.
  package func location(of archive: AgentArchive) -> String {
    server.file(of: archive).location
  }

  /// The digest that the archive must have: what HOOP_SHA256 says, else the release's checksums.txt,
  /// which is asked for now.
  package func digest(of archive: AgentArchive) throws(BuildFailure) -> ExpectedDigest {
    if let pin { return ExpectedDigest(pin, by: .pin) }
    return ExpectedDigest(try server.digest(of: archive), by: .release)
  }

  /// Downloads the archive, verifies it, and puts the agent that is in it into `folder`, which runs
  /// on this machine and is the version that it should be.
  ///
  /// - Parameters:
  ///   - folder: what it has of an agent goes.
  ///   - scratch: a path beside it that may be used meanwhile.
  ///   - kept: a file that gets the archive too, such as for a cache; see `ArchiveFile.loss`.
  package func install(
    _ archive: AgentArchive, expecting expected: ExpectedDigest, into folder: AgentFolder,
    by scratch: Path, keeping kept: ArchiveFile? = nil
  ) throws(BuildFailure) {
    try server.download(archive, expecting: expected, into: scratch, keeping: kept)
    try take(archive, expected, from: scratch, into: folder)
  }

  /// The same with an archive that is there already.
  ///
  /// Its digest is computed first, so that tar and what decompresses for it see nothing that is not
  /// verified: of what is here that takes a tenth of the time to unpack it. It is computed once
  /// more on the way, lest the file has changed meanwhile.
  ///
  /// - Returns: whether the digest is right. Nothing is in `folder` where it is not.
  package func install(
    _ archive: AgentArchive, from file: ArchiveFile, expecting expected: ExpectedDigest,
    into folder: AgentFolder, by scratch: Path
  ) throws(BuildFailure) -> Bool {
    if try file.digest(workspace) != expected.digest { return false }
    guard try unpack(archive, from: file, expected, into: scratch) else { return false }
    try take(archive, expected, from: scratch, into: folder)
    return true
  }

  /// By zstd where the system has it, for what gzip would take, and where the digest does not come
  /// from the cache itself. Whatever zstd fails at, gzip has the last word on.
  private func unpack(
    _ archive: AgentArchive, from file: ArchiveFile, _ expected: ExpectedDigest, into scratch: Path
  ) throws(BuildFailure) -> Bool {
    var decompressors = [AgentArchive.Decompressor.gzip]
    if expected.authority != .note, workspace.tools.findOptional("zstd") != nil, file.isGzip {
      decompressors.insert(.zstd, at: 0)
    }
    for decompressor in decompressors {
      try scratch.makeEmptyFolder()
      do throws(TransferError) {
        try archive.unpack(
          from: .file(file, by: decompressor), into: scratch, expecting: expected, workspace)
        return true
      } catch {
        switch error {
        case .build(.stopped(let stop)): throw .stopped(stop)
        case .build(let failure): if decompressor == .gzip { throw failure }
        case .failed: return false  // it has grown beyond all bounds since
        }
      }
    }
    return false
  }

  private func take(
    _ archive: AgentArchive, _ expected: ExpectedDigest, from scratch: Path,
    into folder: AgentFolder
  ) throws(BuildFailure) {
    workspace.log.subdetail(expected.verified)
    try BuildFailure.system(try folder.take(archive.version, from: scratch))
    try AgentProof.run(archive.version, in: folder.programs, workspace)
  }
}
