import CPosix
import HoopAgent
import Output
import Posix

/// The archive of one agent version for one platform, such as `hoop_1.148.0_Linux_x86_64.tar.gz`.
package struct AgentArchive: Hashable, Sendable {
  package let version: AgentVersion
  package let platform: Platform

  package init(version: AgentVersion, platform: Platform) {
    (self.version, self.platform) = (version, platform)
  }

  /// The archive with this name on the release server.
  init?(file: some StringProtocol) {
    let (before, after) = Substring(file).splitOnce(at: "_Linux_")
    guard before.hasPrefix("hoop_"),
      let version = AgentVersion(before.dropFirst("hoop_".utf8.count)),
      let after, after.hasSuffix(".tar.gz"),
      let architecture = Platform.Architecture(
        rawValue: String(after.dropLast(".tar.gz".utf8.count)))
    else { return nil }
    self.init(version: version, platform: Platform(architecture))
  }

  /// The archive's name on the release server.
  package var file: String { "hoop_\(version)_Linux_\(platform.architecture.rawValue).tar.gz" }
}

/// An archive, and the digest that it must have.
package struct Release: Hashable, Sendable {
  package let archive: AgentArchive
  package let digest: ExpectedDigest

  package var version: AgentVersion { archive.version }

  /// Throws if an archive has another digest.
  func verify(_ found: Digest) throws(Problem) {
    if found == digest.digest { return }
    let isPinned = digest.authority == .pin
    throw Problem(
      "wrong-digest", "\(archive.file) is not what it should be.",
      meaning: [
        "Its SHA-256 digest is  \(found)",
        "\(isPinned ? "HOOP_SHA256" : "The release") says       \(digest.digest)",
        "It was damaged or replaced on the way. Nothing of it was installed.",
      ],
      isPinned
        ? Remedy(
          "HOOP_SHA256 fits one version on one platform. Pin HOOP_VERSION with it, or unset it:",
          .unset(.sha256))
        : Remedy(
          "Deploy again. If it happens again, do not install this release, and report it to Hoop:",
          .link("https://github.com/hoophq/hoop/issues")))
  }
}

/// Where the agent comes from: what HOOP_VERSION asks for becomes a verified agent that runs.
///
///     let source = try AgentSource(workspace)
///     let release = try source.release(of: source.version())   // what to install is known here
///     try source.download(release, to: file)
///     try source.unpack(release, from: file, into: folder)
///
/// Nothing is asked of the network before something is asked of this.
package struct AgentSource {
  package let platform: Platform
  /// HOOP_VERSION.
  package let request: VersionRequest
  /// HOOP_SHA256.
  package let pin: Digest?
  private let server: ReleaseServer
  let workspace: Workspace

  /// Reads the config vars.
  package init(_ workspace: Workspace) throws(Problem) {
    platform = try Platform.current()
    request = try workspace.configVars.versionRequest()
    pin = try workspace.configVars.pinnedDigest()
    server = try ReleaseServer(workspace, isVersionPinned: request != .latest)
    self.workspace = workspace
  }

  /// The version that is asked for. Asks the server which is the newest, unless a version is pinned.
  package func version() throws(Problem) -> AgentVersion {
    if case .exact(let version) = request { return version }
    let version = try server.latest()
    if version >= .oldestSupported { return version }
    throw Problem(
      "unsupported-version",
      "latest.txt says that the newest version is \(version), which cannot run beside an app.",
      meaning: [
        "Versions before \(AgentVersion.oldestSupported) do not read config vars in a dyno."
      ],
      Remedy(
        "Correct the mirror, or pin a later version that it has:", .set(.version, to: "VERSION")))
  }

  /// The version, and why it is this one, for the log.
  package func explanation(of version: AgentVersion) throws(Problem) -> String {
    if request != .latest { return "Version \(version), from HOOP_VERSION" }
    let isEmpty = try workspace.configVars.value(Setting.version.name)?.trimmed().isEmpty
    let why = isEmpty.map { $0 ? "is empty" : "is latest" } ?? "is not set"
    return "Version \(version), the newest (HOOP_VERSION \(why))"
  }

  /// The release of a version for this machine. The digest is that of HOOP_SHA256, else that of the
  /// release's checksums.txt, which is fetched now.
  package func release(of version: AgentVersion) throws(Problem) -> Release {
    let archive = AgentArchive(version: version, platform: platform)
    if let pin { return Release(archive: archive, digest: ExpectedDigest(pin, by: .pin)) }
    return Release(
      archive: archive, digest: ExpectedDigest(try server.digest(of: archive), by: .release))
  }

  /// The URL of an archive, without user and password.
  package func location(of archive: AgentArchive) -> String { server.file(of: archive).location }

  /// Whether agents come from another server than Hoop's.
  var isMirror: Bool { server.url != .standard }

  /// Downloads the archive of a release to a path in a folder of this build, and verifies it.
  package func download(_ release: Release, to path: Path) throws(Problem) {
    try server.download(release, to: path)
  }

  /// Unpacks the agent of a release from the cache, if its archive is there and is the right one.
  func unpackCached(
    _ release: Release, from cache: ArchiveCache, into folder: Path
  ) throws(Problem) -> Bool {
    guard let file = cache.file(of: release.archive) else { return false }
    let log = workspace.log
    do throws(Problem) {
      guard try Digest.of(file, workspace) == release.digest.digest else {
        let what = release.digest.authority == .pin ? "that HOOP_SHA256 names" : "that was released"
        log.detail("The cached agent is not the one \(what), and is not used")
        return false
      }
    } catch {
      guard error.code == Digest.digestFailed else { throw error }
      log.detail("The cached agent cannot be read, and is not used")
      return false
    }
    log.subdetail(release.digest.verified)
    try unpack(release, from: file, into: folder)
    log.detail("Using the cached agent")
    return true
  }

  /// Installs the agent of a release in `folder`: from a cache, else downloaded and kept there.
  package func fetch(
    _ release: Release, into folder: Path, cacheFolder: Path
  ) throws(Problem) {
    let cache = ArchiveCache(in: cacheFolder, platform)
    if try unpackCached(release, from: cache, into: folder) { return }
    let staging = try Problem.system(try Staging(in: cacheFolder))
    let file = staging.path / release.archive.file
    try download(release, to: file)
    try unpack(release, from: file, into: folder)
    try Problem.system(try cache.store(release, file))
  }
}
