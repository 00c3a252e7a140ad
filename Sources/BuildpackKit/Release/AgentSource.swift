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

  /// The archive's name on the release server.
  package var file: String { "hoop_\(version)_Linux_\(platform.rawValue).tar.gz" }
}

/// An archive, and the digest that it must have.
package struct Release: Hashable, Sendable {
  /// Who says what the digest is.
  enum Authority: Hashable, Sendable {
    /// The user, by HOOP_SHA256.
    case pin
    /// The release's checksums.txt, fetched in this build.
    case release
    /// An earlier build, which has verified it. For when checksums.txt cannot be fetched.
    case lastBuild
  }

  let archive: AgentArchive
  let digest: Digest
  let authority: Authority

  package var version: AgentVersion { archive.version }

  /// What the log says once an archive has this digest.
  var verified: String {
    switch authority {
    case .pin: "SHA-256 verified against HOOP_SHA256: \(digest.short)"
    case .release: "SHA-256 verified: \(digest.short)"
    case .lastBuild: "SHA-256 as noted by the last build: \(digest.short)"
    }
  }

  /// Throws if an archive has another digest.
  func verify(_ found: Digest) throws(Problem) {
    if found == digest { return }
    let isPinned = authority == .pin
    throw Problem(
      "wrong-digest", "\(archive.file) is not what it should be.",
      meaning: [
        "Its SHA-256 digest is  \(found)",
        "\(isPinned ? "HOOP_SHA256" : "The release") says       \(digest)",
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
/// Nothing is asked of the network before something is asked of this.
package struct AgentSource {
  package let platform: Platform
  /// HOOP_VERSION.
  package let request: VersionRequest
  /// HOOP_SHA256.
  private let pin: Digest?
  private let server: ReleaseServer
  let workspace: Workspace

  /// Reads the config vars.
  package init(_ workspace: Workspace) throws(Problem) {
    platform = try Platform.current()
    request = try workspace.configVars.versionRequest()
    pin = try workspace.configVars.pinnedDigest()
    server = try ReleaseServer(workspace)
    self.workspace = workspace
  }

  /// The version that is asked for. Asks the server which is the newest, unless a version is pinned.
  package func version() throws(Problem) -> AgentVersion {
    if case .exact(let version) = request { version } else { try server.latest() }
  }

  /// The version, and why it is this one, for the log.
  package func explanation(of version: AgentVersion) throws(Problem) -> String {
    if request != .latest { return "Version \(version), from HOOP_VERSION" }
    let isEmpty = try workspace.configVars.value(Setting.version.name)?.isEmpty
    let why = isEmpty.map { $0 ? "is empty" : "is latest" } ?? "is not set"
    return "Version \(version), the newest (HOOP_VERSION \(why))"
  }

  /// The release of a version for this machine. The digest is that of HOOP_SHA256, else that of the
  /// release's checksums.txt, which is fetched now.
  package func release(of version: AgentVersion) throws(Problem) -> Release {
    let archive = AgentArchive(version: version, platform: platform)
    if let pin { return Release(archive: archive, digest: pin, authority: .pin) }
    return Release(
      archive: archive, digest: try server.digest(of: archive), authority: .release)
  }

  /// The URL of an archive, without user and password.
  func location(of archive: AgentArchive) -> String { "\(server.file(of: archive))" }

  /// Whether agents come from another server than Hoop's.
  var isMirror: Bool { server.url != .standard }

  /// Downloads the archive of a release, verifies it, and unpacks the agent.
  ///
  /// - Parameters:
  ///   - staging: A folder of this build, which gets the archive.
  ///   - mode: The permissions of the agent's programs.
  /// - Returns: The archive.
  func install(
    _ release: Release, by staging: Path, into folder: Path, mode: mode_t = 0o755
  ) throws(Problem) -> Path {
    let archive = staging / release.archive.file
    try server.download(release, to: archive)
    try unpack(release, from: archive, into: folder, mode: mode)
    return archive
  }

  /// Unpacks the agent of a release from the cache, if its archive is there and is the right one.
  func installCached(
    _ release: Release, from cache: ArchiveCache, into folder: Path
  ) throws(Problem) -> Bool {
    guard let file = cache.file(of: release.archive) else { return false }
    let log = workspace.log
    guard try Digest.of(file, workspace) == release.digest else {
      let what = release.authority == .pin ? "that HOOP_SHA256 names" : "that was released"
      log.detail("The cached agent is not the one \(what), and is not used")
      return false
    }
    log.subdetail(release.verified)
    try unpack(release, from: file, into: folder, mode: 0o755)
    log.detail("Using the cached agent")
    return true
  }

  /// Installs the agent of a release in `folder`: from a cache, else downloaded and kept there.
  package func fetch(
    _ release: Release, into folder: Path, cacheFolder: Path
  ) throws(Problem) {
    let cache = ArchiveCache(in: cacheFolder)
    if try installCached(release, from: cache, into: folder) { return }
    let staging = try Problem.system(try Staging(in: cacheFolder))
    let archive = try install(release, by: staging.path, into: folder)
    try Problem.system(try cache.store(release, archive))
  }
}

/// The agent for a buildpack of your own: downloaded, verified, proven to run on this machine, and in
/// its place as a whole or not at all. Tests/Example/main.swift is such a buildpack.
///
/// HOOP_VERSION, HOOP_SHA256 and HOOP_RELEASES_URL mean what they mean to Hoop's own buildpack.
public enum VerifiedAgent {
  /// Installs the agent for this machine.
  ///
  /// From then on SIGTERM, SIGINT, SIGHUP and SIGQUIT do not end the process. If one arrives while
  /// this runs, it throws. Folders get the mode that the umask leaves them: set that to 0o022 before
  /// if another user runs the agent.
  ///
  /// - Parameters:
  ///   - folder: Must not exist yet; gets `bin/hoop` and a file `version`. The folder that holds it is
  ///     made if it is missing, and must be on a disk with room for the agent.
  ///   - configVars: A folder with a file for each, such as ENV_DIR, or nil for those of `environment`.
  ///   - environment: Gives the programs of the machine their PATH and proxies.
  ///   - log: Is told what is done.
  /// - Returns: The version that is installed.
  /// - Throws: Why it is not. Then nothing is left at `folder`, and no file beside it.
  @discardableResult public static func install(
    at folder: Path, configVars: Path? = nil, environment: Environment = .current, log: BuildLog
  ) throws(Problem) -> AgentVersion {
    let workspace = Workspace(
      configVars: try ConfigVars(folder: configVars, environment: environment),
      environment: environment, signals: try Problem.system(try Signals()), log: log)
    let source = try AgentSource(workspace)
    let version = try source.version()
    log.detail(try source.explanation(of: version))
    let release = try source.release(of: version)
    let place = try Problem.system(try folder.absolute())
    let staging = try Problem.system(try Staging(in: place.folder))
    _ = try source.install(release, by: staging.path, into: staging.path / "agent")
    try Problem.system(try (staging.path / "agent").rename(to: place))
    return version
  }
}
