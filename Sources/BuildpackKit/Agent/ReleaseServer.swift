import HoopAgent
import Posix

/// Hoop's release server, or a mirror: which version is the newest, which digest an archive has,
/// and where it is.
struct ReleaseServer {
  let url: ReleasesURL
  private let workspace: Workspace
  /// Whether the version that is asked for is the user's and not the server's own.
  private let isVersionPinned: Bool
  private let deadline: Instant

  /// The agent's own updater refuses a longer latest.txt (hoop: client/upgrade/latest.go).
  private static let maximumLatestBytes = 64
  /// A checksums.txt has about a kilobyte.
  private static let maximumChecksumsBytes = 65_536
  /// Milliseconds until all transfers must be over, every attempt and wait among them: a deploy ends
  /// after 15 minutes (Dev Center, "Slug compiler"), and a server that sends a little now and then
  /// would take them all.
  private static let maximumTime = 600_000
  /// Milliseconds to wait before the second, third and fourth attempt at a transfer.
  private static let retryDelays = [1000, 2000, 4000]

  init(_ workspace: Workspace, for request: VersionRequest) throws(BuildFailure) {
    self.workspace = workspace
    isVersionPinned = request != .latest
    deadline = .now + workspace.timeScale.scaled(Self.maximumTime)
    url = try workspace.configVars.releasesURL()
  }

  /// Asks for the newest version.
  func latest() throws(BuildFailure) -> AgentVersion {
    let file = url.file("latest.txt")
    let body: String
    do throws(TransferError) {
      body = try text(file, limit: Self.maximumLatestBytes)
    } catch {
      switch error {
      case .failed(.tooLarge):
        throw .release(.malformedLatest(url: file.description, body: nil))
      case .failed(let failure): throw .release(.noLatest(url: file.description, failure))
      case .build(let failure): throw failure
      }
    }
    guard let version = AgentVersion(body.trimmed()) else {
      throw .release(.malformedLatest(url: file.description, body: body))
    }
    return version
  }

  /// Asks the release's checksums for the digest of an archive.
  func digest(of archive: AgentArchive) throws(BuildFailure) -> Digest {
    let file = url.file("\(archive.version)/checksums.txt")
    let body: String
    do throws(TransferError) {
      body = try text(file, limit: Self.maximumChecksumsBytes)
    } catch {
      throw failure(error, of: archive, at: file)
    }
    do throws(Checksums.Problem) {
      return try Checksums(body).digest(of: archive.file)
    } catch {
      throw .release(.checksums(error, file: archive.file, url: file.description))
    }
  }

  func file(of archive: AgentArchive) -> ReleasesURL {
    url.file("\(archive.version)/\(archive.file)")
  }

  /// Downloads an archive and unpacks it while it arrives into `folder`, which is made for it; see
  /// `AgentArchive`.
  ///
  /// - Parameter kept: a file that gets the archive too.
  func download(
    _ archive: AgentArchive, expecting digest: ExpectedDigest, into folder: Path,
    keeping kept: ArchiveFile?
  ) throws(BuildFailure) {
    let file = file(of: archive)
    var isAnnounced = false
    do throws(TransferError) {
      let curl = try curl()
      try retrying { () throws(TransferError) in
        do throws(BuildFailure) { try folder.makeEmptyFolder() } catch { throw .build(error) }
        let origin = AgentArchive.Origin.server(file, curl, deadline: deadline, keeping: kept) {
          if isAnnounced { return }
          isAnnounced = true
          let bytes = $0.map { " (\(size($0)))" } ?? ""
          workspace.log.detail("Downloading \(archive.file)\(bytes)")
        }
        try Self.checkFile(file)
        try archive.unpack(from: origin, into: folder, expecting: digest, workspace)
      }
    } catch {
      throw failure(error, of: archive, at: file)
    }
  }

  /// curl would wait for the writer of a pipe.
  private static func checkFile(_ url: ReleasesURL) throws(TransferError) {
    if let kind = try? url.localFile?.status()?.kind, kind != .file { throw .failed(.notAFile) }
  }

  private func failure(
    _ error: TransferError, of archive: AgentArchive, at url: ReleasesURL
  ) -> BuildFailure {
    switch error {
    case .build(let failure): failure
    case .failed(let failure) where failure.isMissing:
      .release(
        .missing(
          archive.version, archive.platform, url: url.description, failure,
          isVersionPinned: isVersionPinned))
    case .failed(let failure): .release(.transfer(url: url.description, failure))
    }
  }

  /// Looked for when it is needed: what is in the cache and pinned needs none.
  private func curl() throws(TransferError) -> Curl {
    do throws(BuildFailure) { return try Curl(workspace) } catch { throw .build(error) }
  }

  /// A small file's content.
  private func text(_ url: ReleasesURL, limit: Int) throws(TransferError) -> String {
    let curl = try curl()
    return try retrying { () throws(TransferError) in
      try Self.checkFile(url)
      let programs = Pipeline(signals: workspace.signals)
      var body: OutputCollector?
      var words: Curl.Words?
      do throws(Pipeline.Failure) {
        var (launch, last) = try curl.transfer(url, programs)
        words = last
        body = try programs.collect(from: &launch.descriptors[1], limit: limit)
        try programs.start(launch)
      } catch { throw .build(BuildFailure(error)) }
      try Curl.run(programs, until: deadline)
      guard let body, let words else { throw .failed(.curl(-1)) }
      if body.isOverLimit { throw .failed(.tooLarge(limit: limit)) }
      do throws(TransferFailure) {
        try Curl.check(programs.statuses[0], words)
      } catch { throw .failed(error) }
      return body.text
    }
  }

  /// Tries a transfer up to four times in all, as long as it fails in a way that may pass.
  private func retrying<Result>(
    _ attempt: () throws(TransferError) -> Result
  ) throws(TransferError) -> Result {
    for delay in Self.retryDelays {
      do throws(TransferError) { return try attempt() } catch {
        guard case .failed(let failure) = error, failure.isPassing else { throw error }
        let wait = workspace.timeScale.scaled(delay)
        if deadline - .now <= wait { throw .failed(.deadline) }
        workspace.log.detail("Trying again in \(seconds(delay)): \(failure.words)")
        do throws(Signals.Stop) {
          try workspace.signals.wait(until: .now + wait)
        } catch { throw .build(.stopped(error)) }
      }
    }
    return try attempt()
  }
}

/// Why an attempt at a transfer ended.
enum TransferError: Error {
  case failed(TransferFailure)
  /// The build is over, whatever the next attempt might bring.
  case build(BuildFailure)
}

extension Path {
  /// Makes the folder, without what it may have held. Nothing of an attempt that failed may stay for
  /// the next.
  func makeEmptyFolder() throws(BuildFailure) {
    try BuildFailure.system { () throws(SystemError) in
      try removeTree()
      try makeFolder()
    }
  }
}
