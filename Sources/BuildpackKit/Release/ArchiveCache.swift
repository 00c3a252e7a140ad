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

  /// Moves a verified archive here, and notes its digest as sha256sum prints it.
  ///
  /// - Parameter file: Nil if the archive is here already.
  func store(_ release: Release, _ file: Path?) throws(SystemError) {
    if file == nil, note(of: release.archive) == release.digest.digest { return }
    let name = release.archive.file
    let staging = try Staging(in: cacheFolder)
    let staged = staging.path / name
    if let file {
      do throws(SystemError) { try file.rename(to: staged) } catch {
        // The cache is on another file system.
        guard error.code == EXDEV else { throw error }
        try staged.makeFile(copying: file, mode: 0o644)
      }
    }
    if try folder.linkStatus()?.kind != .folder {
      try folder.removeTree()
      try folder.makeFolder()
    }
    if file != nil { try (folder / name).replace(with: staged) }
    let note = try staging.file("note", Array("\(release.digest.digest)  \(name)\n".utf8))
    try (folder / "\(name)\(Self.noteEnding)").replace(with: note)
  }

  /// Removes all but an archive and its note: other versions, and what earlier buildpacks stored or
  /// killed builds left.
  func clean(but archive: AgentArchive) throws(SystemError) {
    try Staging.removeLeft(in: cacheFolder)
    guard try folder.linkStatus()?.kind == .folder else { return }
    for name in try folder.names() where !name.bytes.starts(with: archive.file.utf8) {
      try (folder / name).removeTree()
    }
  }
}
