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
struct ArchiveCache {
  private let cacheFolder: Path

  private static let noteEnding = ".sha256"
  /// A note has about 110 bytes.
  private static let maximumNoteBytes = 1024

  /// - Parameter cacheFolder: CACHE_DIR, which may not exist yet.
  init(in cacheFolder: Path) { self.cacheFolder = cacheFolder }

  private var folder: Path { cacheFolder / "hoop" }

  /// The newest release for a platform whose archive and digest are there.
  func newest(for platform: Platform) -> Release? {
    let names = (try? folder.names()) ?? []
    return names.compactMap { name in
      let version = name.string.dropFirst("hoop_".utf8.count).prefix { $0 != "_" }
      let archive = AgentVersion(version).map { AgentArchive(version: $0, platform: platform) }
      guard let archive, file(of: archive) != nil, let digest = note(of: archive) else {
        return nil
      }
      return Release(archive: archive, digest: digest, authority: .lastBuild)
    }.max { $0.version < $1.version }
  }

  /// The archive's file, or nil if it is not there or cannot be read.
  func file(of archive: AgentArchive) -> Path? {
    let file = folder / archive.file
    guard (try? file.linkStatus())??.kind == .file else { return nil }
    return file.withCString { access($0, R_OK) } == 0 ? file : nil
  }

  /// The digest that the archive had when it was stored.
  private func note(of archive: AgentArchive) -> Digest? {
    let note = try? (folder / "\(archive.file)\(Self.noteEnding)").content(
      atMost: Self.maximumNoteBytes)
    return note.flatMap { Digest(String(decoding: $0, as: UTF8.self).prefix { $0 != " " }) }
  }

  /// Moves a verified archive here, and notes its digest as sha256sum prints it.
  ///
  /// - Parameter file: Nil if the archive is here already.
  func store(_ release: Release, _ file: Path?) throws(SystemError) {
    if file == nil, note(of: release.archive) == release.digest { return }
    let name = release.archive.file
    let staging = try Staging(in: cacheFolder)
    let staged = staging.path / name
    if let file, (try? file.rename(to: staged)) == nil {
      // The cache is on another file system.
      try staged.makeFile(copying: file, mode: 0o644)
    }
    if try folder.linkStatus()?.kind != .folder {
      try folder.removeTree()
      try folder.makeFolder()
    }
    if file != nil { try (folder / name).replace(with: staged) }
    let note = try staging.file("note", Array("\(release.digest)  \(name)\n".utf8))
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
