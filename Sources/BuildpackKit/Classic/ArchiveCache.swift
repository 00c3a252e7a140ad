import CPosix
import HoopAgent
import Posix

/// The agent's archive that an earlier build has left in CACHE_DIR, and its digest beside it:
///
///     hoop/hoop_1.148.0_Linux_x86_64.tar.gz
///     hoop/hoop_1.148.0_Linux_x86_64.tar.gz.sha256
///
/// The app's own build and other buildpacks write there too, so this is a place to find an archive
/// and says nothing of whether it is right. Only regular files of these names are read or removed, in
/// a folder that is no link, if they are this user's or root's and nobody else may write them.
struct ArchiveCache {
  private let cacheFolder: Path
  private let platform: Platform

  private static let folderName = Path("hoop")
  /// A note has about 110 bytes.
  private static let maximumNoteBytes = 1024

  /// - Parameter cacheFolder: CACHE_DIR, which need not be there.
  init(in cacheFolder: Path, _ platform: Platform) {
    (self.cacheFolder, self.platform) = (cacheFolder, platform)
  }

  /// The newest version that is there for this platform.
  func newest() -> AgentVersion? {
    guard let folder = try? openFolder(), let names = try? folder.names() else { return nil }
    var newest: AgentVersion?
    for case .archive(let archive) in names.map({ CachedName($0) }) {
      guard archive.platform == platform,
        (try? folder.hasOwnFile(Path(archive.file))) == true
      else { continue }
      newest = max(newest ?? archive.version, archive.version)
    }
    return newest
  }

  /// The archive, open to be read; nil where it is not there.
  func file(of archive: AgentArchive) -> ArchiveFile? {
    guard let folder = try? openFolder(),
      let file = try? folder.openOwn(Path(archive.file), atMost: AgentArchive.maximumBytes)
    else { return nil }
    return ArchiveFile(file)
  }

  /// The digest that the archive had when it was stored.
  func note(of archive: AgentArchive) -> Digest? {
    guard let folder = try? openFolder(),
      let file = try? folder.openOwn(archive.note, atMost: Self.maximumNoteBytes),
      let bytes = try? file.read(atMost: Self.maximumNoteBytes)
    else { return nil }
    return try? Checksums(String(decoding: bytes, as: UTF8.self)).digest(of: archive.file)
  }

  private func openFolder() throws(SystemError) -> Folder {
    let folder = try Folder(opening: cacheFolder).folder(Self.folderName)
    guard try folder.descriptor.status().isOwn else {
      throw SystemError("open", folder.path, code: EPERM)
    }
    return folder
  }

  /// An archive that is to be stored, while it is downloaded.
  struct Entry: ~Copyable {
    fileprivate let staging: Staging
    let file: ArchiveFile
  }

  /// Makes room for an archive.
  func entry(for archive: AgentArchive) throws(SystemError) -> Entry {
    let staging = try Staging(in: cacheFolder)
    let file = try staging.folder.makeFile(Path(archive.file), mode: 0o644)
    return Entry(staging: staging, file: ArchiveFile(file))
  }

  /// Stores an archive, in the place of what is there.
  ///
  /// - Returns: the error that only leaves other archives where they are.
  func store(
    _ archive: AgentArchive, _ digest: Digest, _ entry: borrowing Entry
  ) throws(SystemError) {
    if let loss = entry.file.loss { throw SystemError(loss.call, cacheFolder, code: loss.code) }
    try noteDown(digest, of: archive, in: entry.staging)
    try change { (folder) throws(SystemError) in
      try folder.replace(Path(archive.file), from: entry.staging.folder)
      do throws(SystemError) { try folder.replace(archive.note, from: entry.staging.folder) } catch
      {
        insisting { () throws(SystemError) in try folder.removeFile(Path(archive.file)) }
        throw error
      }
    }
  }

  /// Notes the digest of an archive that is there already, where that is not noted.
  func note(_ digest: Digest, of archive: AgentArchive) throws(SystemError) {
    if note(of: archive) == digest { return }
    let staging = try Staging(in: cacheFolder)
    try noteDown(digest, of: archive, in: staging)
    try change { (folder) throws(SystemError) in
      try folder.replace(archive.note, from: staging.folder)
    }
  }

  /// As sha256sum has it, so that it can check it.
  private func noteDown(
    _ digest: Digest, of archive: AgentArchive, in staging: borrowing Staging
  ) throws(SystemError) {
    let note = try staging.folder.makeFile(archive.note, mode: 0o644)
    try note.write(Array("\(digest)  \(archive.file)\n".utf8))
  }

  /// Changes the folder, which is made where it is missing; what is in its way goes.
  private func change(
    _ body: (borrowing Folder) throws(SystemError) -> Void
  ) throws(SystemError) {
    let root = try Folder(opening: cacheFolder)
    let status = try root.status(Self.folderName)
    if status?.kind != .folder {
      if let status {
        guard status.isOwn else {
          throw SystemError("open", root.path / Self.folderName, code: EPERM)
        }
        try root.removeFile(Self.folderName)
      }
      try root.makeFolder(Self.folderName)
    }
    do throws(SystemError) { try body(try openFolder()) } catch {
      if status == nil { try? root.removeFolder(Self.folderName) }
      throw error
    }
  }

  /// Removes other archives, and what earlier versions of this buildpack have stored.
  func clean(but archive: AgentArchive) throws(SystemError) {
    let folder: Folder
    do throws(SystemError) { folder = try openFolder() } catch {
      if error.code == ENOENT { return }
      throw error
    }
    try Staging.removeLeft(in: try Folder(opening: cacheFolder))
    let names = try folder.names()
    do throws(SystemError) {
      for name in names where name != Path(archive.file) && name != archive.note {
        switch CachedName(name) {
        case .archive, .note: if try folder.hasOwnFile(name) { try folder.removeFile(name) }
        case .ofEarlierVersion: try folder.removeTree(name)
        case .foreign: break
        }
      }
    } catch {
      throw SystemError(error.call, folder.path, code: error.code)
    }
  }
}

/// What a name in the cache stands for.
private enum CachedName {
  case archive(AgentArchive)
  case note
  /// Up to 0.2 an agent's files lay in a folder `VERSION-linux-ARCH`.
  case ofEarlierVersion
  case foreign

  init(_ name: Path) {
    let text = name.string
    if let archive = AgentArchive(file: text) {
      self = .archive(archive)
    } else if text.hasSuffix(noteEnding), AgentArchive(file: text.dropLast(noteEnding.count)) != nil
    {
      self = .note
    } else if text.hasPrefix(".hoop.tmp.") || Self.isOfEarlierVersion(text) {
      self = .ofEarlierVersion
    } else {
      self = .foreign
    }
  }

  private static func isOfEarlierVersion(_ text: String) -> Bool {
    let (version, architecture) = text.halves(around: "-linux-")
    return AgentVersion(version) != nil
      && architecture.flatMap { Platform.Architecture(rawValue: String($0)) } != nil
  }
}

private let noteEnding = ".sha256"

extension AgentArchive {
  /// The archive that has this name on the release server.
  init?(file: some StringProtocol) {
    let (before, after) = Substring(file).halves(around: "_Linux_")
    guard before.hasPrefix("hoop_"), let version = AgentVersion(before.dropFirst("hoop_".count)),
      let after, after.hasSuffix(".tar.gz"),
      let architecture = Platform.Architecture(rawValue: String(after.dropLast(".tar.gz".count)))
    else { return nil }
    self.init(version: version, platform: Platform(architecture))
  }

  fileprivate var note: Path { Path("\(file)\(noteEnding)") }
}

extension FileStatus {
  /// Whether it is this user's or root's, and nobody else may change it.
  fileprivate var isOwn: Bool {
    (owner == geteuid() || owner == 0) && (kind == .link || mode & 0o022 == 0)
  }
}

extension Folder {
  fileprivate func hasOwnFile(_ name: Path) throws(SystemError) -> Bool {
    let status = try status(name)
    return status?.kind == .file && status?.isOwn == true
  }

  /// Opens a regular file of this user or root, of at most so many bytes.
  fileprivate func openOwn(_ name: Path, atMost limit: Int) throws(SystemError) -> Descriptor {
    // Opening something else, such as a device, may do something.
    guard try hasOwnFile(name) else { throw SystemError("open", path / name, code: EPERM) }
    let file = try open(name, O_RDONLY | O_NONBLOCK)
    let status = try file.status()
    guard status.kind == .file, status.isOwn, status.size <= limit else {
      throw SystemError("open", path / name, code: EPERM)
    }
    return file
  }

  /// Moves a file of another folder here, in the place of what has its name.
  fileprivate func replace(_ name: Path, from other: borrowing Folder) throws(SystemError) {
    if let status = try status(name) {
      if status.kind == .folder { try removeTree(name) }
      guard status.owner == geteuid() || status.owner == 0 else {
        throw SystemError("rename", path / name, code: EPERM)
      }
    }
    try other.rename(name, to: self, name, .replace)
  }
}
