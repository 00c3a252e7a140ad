import HoopAgent
import Output
import Posix

/// Hoop's release server, or a mirror: the newest version, the digest of an archive, the archive.
final class ReleaseServer {
  let url: ReleasesURL
  private let workspace: Workspace
  private let deadline: Instant
  /// Looked for when it is needed: what is in the cache and pinned needs none.
  private var curl: Curl?
  /// Why the server is not asked at all again in this build: it did not answer.
  private var outage: TransferFailure?

  /// The agent's own updater refuses a longer latest.txt (hoop: client/upgrade/latest.go).
  private static let maximumLatestBytes = 64
  /// A checksums.txt has about a kilobyte.
  private static let maximumChecksumsBytes = 65_536
  /// The largest archive taken, in bytes. Today they have 40 MB.
  private static let maximumArchiveBytes = 1 << 30
  /// Milliseconds until all transfers must be over, with every attempt and wait: a deploy ends after
  /// 15 minutes (Dev Center, "Slug compiler"), and a server that sends a little now and then would
  /// take them all.
  private static let maximumTime = 600_000
  /// Milliseconds to wait before the second, third and fourth attempt at a transfer. curl's --retry
  /// would leave out cut connections and proxies, or else repeat what cannot succeed, such as a 404.
  private static let retryDelays = [1000, 2000, 4000]

  init(_ workspace: Workspace) throws(Problem) {
    self.workspace = workspace
    deadline = .now + workspace.timeScale.scaled(Self.maximumTime)
    url = try workspace.configVars.releasesURL()
  }

  /// Asks for the newest version.
  func latest() throws(Problem) -> AgentVersion {
    let file = url.file("latest.txt")
    func problem(_ why: String, _ failure: TransferFailure? = nil) -> Problem {
      self.problem(
        "no-latest", "Could not find the newest version of the Hoop agent.", "\(file)\(why).",
        after: failure,
        otherwise: Remedy(
          "Deploy again later, or pin a version, which needs less from the server:",
          .set(.version, to: "\(AgentVersion.newestKnown)")))
    }
    switch try fetch(file, limit: Self.maximumLatestBytes) {
    case .failure(let failure): throw problem(": \(failure.reason)", failure)
    case .success(let text):
      if let version = AgentVersion(text.trimmed()), version >= .oldestSupported { return version }
      throw problem(
        " says \(quoted(text)), which is not a version from \(AgentVersion.oldestSupported) on")
    }
  }

  /// Asks the release's checksums for the digest of an archive.
  func digest(of archive: AgentArchive) throws(Problem) -> Digest {
    let file = url.file("\(archive.version)/checksums.txt")
    let text = try fetch(file, of: archive, limit: Self.maximumChecksumsBytes)
    if let digest = Checksums.digest(of: archive.file, in: text) { return digest }
    throw problem(
      "bad-checksums", "There is no digest to verify \(archive.file) with.",
      "\(file) does not name this archive with one SHA-256 digest.",
      otherwise: Remedy(
        "Report it to Hoop, and set the digest yourself if you know it from another source:",
        .set(.sha256, to: "DIGEST")))
  }

  func file(of archive: AgentArchive) -> ReleasesURL {
    url.file("\(archive.version)/\(archive.file)")
  }

  /// Downloads an archive to `path`, and verifies its digest.
  func download(_ release: Release, to path: Path) throws(Problem) {
    let source = file(of: release.archive)
    workspace.log.detail("Downloading \(release.archive.file)")
    _ = try fetch(source, of: release.archive, to: path, limit: Self.maximumArchiveBytes)
    try release.verify(try Digest.of(path, workspace))
    let bytes = try Problem.system(try path.status())?.size ?? 0
    workspace.log.subdetail("\(release.verified) (\(size(bytes)))")
  }

  /// Fetches a file of a release.
  private func fetch(
    _ file: ReleasesURL, of archive: AgentArchive, to path: Path? = nil, limit: Int
  ) throws(Problem) -> String {
    switch try fetch(file, to: path, limit: limit) {
    case .success(let text): return text
    case .failure(let failure) where failure.isMissing:
      throw problem(
        "no-such-release",
        "Hoop agent \(archive.version) does not exist for \(archive.platform).",
        "\(file): \(failure.reason).",
        otherwise: Remedy(
          "Set a version that was released, such as this one:",
          .set(.version, to: "\(AgentVersion.newestKnown)")))
    case .failure(let failure):
      throw problem(
        "transfer-failed", "Could not download the Hoop agent.", "\(file): \(failure.reason).",
        after: failure,
        otherwise: Remedy(
          "Deploy again later. If it happens again, see whether the server is up:",
          .run("curl -I \(shellWord("\(file)"))")))
    }
  }

  /// Fetches a file, in up to four attempts, as long as they fail in a way that may pass.
  ///
  /// - Returns: Its content, if there is no `path` to write it to.
  private func fetch(
    _ url: ReleasesURL, to path: Path? = nil, limit: Int
  ) throws(Problem) -> Result<String, TransferFailure> {
    if let failure = outage { return .failure(failure) }
    let curl = try readyCurl()
    var delays = Self.retryDelays[...]
    while true {
      let result = try curl.fetch(url, to: path, limit: limit, until: deadline)
      guard case .failure(var failure) = result else { return result }
      let delay = delays.popFirst()
      let wait = workspace.timeScale.scaled(delay ?? 0)
      if failure.isPassing, deadline - .now <= wait { failure = .deadline }
      guard failure.isPassing, let delay else {
        if failure.isPassing || failure == .deadline { outage = failure }
        return .failure(failure)
      }
      workspace.log.detail("Trying again in \(seconds(delay)): \(failure.reason)")
      do throws(Signals.Stop) { try workspace.signals.wait(until: .now + wait) } catch {
        throw .stopped(error)
      }
    }
  }

  private func readyCurl() throws(Problem) -> Curl {
    if let curl { return curl }
    let new = try Curl(workspace)
    curl = new
    return new
  }

  /// The codes of the problems that mean that a server cannot give what is asked for. The agent of
  /// the last build is good enough then.
  static let outageCodes = ["no-latest", "transfer-failed", "no-such-release", "bad-checksums"]

  /// A problem with this server. If it is a mirror, its address is the first thing to look at.
  private func problem(
    _ code: String, _ summary: String, _ meaning: String, after failure: TransferFailure? = nil,
    otherwise remedy: Remedy
  ) -> Problem {
    let ofMirror = Remedy(
      "Check HOOP_RELEASES_URL first, which names this mirror, or use Hoop's own server:",
      .unset(.releasesURL))
    let remedy = failure?.remedy ?? (url == .standard ? remedy : ofMirror)
    return Problem(code, summary, meaning: [meaning], remedy)
  }
}
