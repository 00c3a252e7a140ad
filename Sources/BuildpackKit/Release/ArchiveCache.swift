import CPosix
import HoopAgent
import Output
import Posix

/// The agent's archive that an earlier build has left in CACHE_DIR, and its digest beside it:
///
///     hoop/hoop_1.148.0_Linux_x86_64.tar.gz
///     hoop/hoop_1.148.0_Linux_x86_64.tar.gz.sha256
///
/// Other buildpacks and the app's own build write to CACHE_DIR too. So this is a place to find an
/// archive, and not a proof of anything: what is used is verified first.
package struct ArchiveCache {
  private let cacheFolder: Path
  private let platform: Platform

  private static let noteEnding = ".sha256"
  /// A note has about 110 bytes.
  private static let maximumNoteBytes = 1024

  /// - Parameter cacheFolder: CACHE_DIR, which may not exist yet.
  package init(in cacheFolder: Path, _ platform: Platform) {
    (self.cacheFolder, self.platform) = (cacheFolder, platform)
  }

  private var folder: Path { cacheFolder / "hoop" }

  /// The newest version that is there for this platform.
  func newest() -> AgentVersion? {
    let names = (try? folder.names()) ?? []
    return names.compactMap { AgentArchive(file: $0.string) }
      .filter { $0.platform == platform && file(of: $0) != nil }.map { $0.version }.max()
  }

  /// The archive's file, or nil if it is not there.
  func file(of archive: AgentArchive) -> Path? {
    let file = folder / archive.file
    return (try? file.linkStatus())??.kind == .file ? file : nil
  }

  /// The digest that the archive had when it was stored.
  func note(of archive: AgentArchive) -> Digest? {
    let note = try? (folder / "\(archive.file)\(Self.noteEnding)").content(
      atMost: Self.maximumNoteBytes)
    return note.flatMap { Digest(String(decoding: $0, as: UTF8.self).prefix { $0 != " " }) }
  }

  /// Moves a verified archive here from a staging folder in CACHE_DIR, and notes its digest.
  func store(_ release: Release, from staging: borrowing Staging) throws(SystemError) {
    try makeFolder()
    let name = release.archive.file
    try (folder / name).replace(with: staging.path / name)
    try note(release, in: staging)
  }

  /// Notes the digest of an archive that is here, unless that was done already.
  func note(_ release: Release) throws(SystemError) {
    if note(of: release.archive) == release.digest.digest { return }
    try note(release, in: try Staging(in: cacheFolder))
  }

  /// Writes the digest as sha256sum prints it, so that it can check it.
  private func note(_ release: Release, in staging: borrowing Staging) throws(SystemError) {
    let name = "\(release.archive.file)\(Self.noteEnding)"
    let line = "\(release.digest.digest)  \(release.archive.file)\n"
    try (folder / name).replace(with: try staging.file(name, Array(line.utf8)))
  }

  private func makeFolder() throws(SystemError) {
    let kind = try folder.linkStatus()?.kind
    if kind == .folder { return }
    if kind != nil { try folder.removeTree() }
    try folder.makeFolder()
  }

  /// Removes all but an archive and its note: other versions, and what earlier buildpacks stored.
  func clean(but archive: AgentArchive) throws(SystemError) {
    guard try folder.linkStatus()?.kind == .folder else { return }
    for name in try folder.names() where !name.bytes.starts(with: archive.file.utf8) {
      try (folder / name).removeTree()
    }
  }
}
