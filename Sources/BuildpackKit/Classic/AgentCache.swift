import CPosix
import HoopAgent
import Posix

/// The agents that earlier builds have left in CACHE_DIR: a folder `hoop/VERSION-PLATFORM` each.
struct AgentCache {
  private let folder: Path
  private let platform: Platform
  private let context: BuildContext

  init(_ context: BuildContext, _ platform: Platform) {
    folder = context.cacheFolder / "hoop"
    self.platform = platform
    self.context = context
  }

  /// The newest version that is cached for this platform.
  var newest: AgentVersion? {
    let ending = "-\(platform.cacheName)"
    let names = ((try? folder.names()) ?? []).map { $0.string }
    return names.filter { $0.hasSuffix(ending) }
      .compactMap { AgentVersion($0.dropLast(ending.count)) }
      .filter { manifest(of: $0).flatMap(CacheManifest.init) != nil }.max()
  }

  /// The text of an entry's manifest; nil where it cannot be read.
  private func manifest(of version: AgentVersion) -> String? {
    let file = entry(version) / CacheManifest.name
    let bytes = try? file.content(atMost: CacheManifest.maximumBytes)
    return bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  /// What was found in the cache.
  enum Found {
    case nothing
    /// An agent that is not, or no longer, what its manifest says.
    case damaged
    /// An agent that came in another archive than HOOP_SHA256 names.
    case other
    /// An agent that could not be read.
    case unreadable(BuildFailure)
    /// An agent whose every part has the digest that its manifest says, copied to where it was
    /// wanted.
    case agent(CacheManifest)
  }

  /// Copies a cached agent's files into `destination`, and checks meanwhile what it copies.
  ///
  /// - Parameter digest: the archive's digest, where HOOP_SHA256 names one: an agent that came in
  ///   another archive is not used.
  func take(
    _ version: AgentVersion, into destination: Path, expecting digest: Digest?
  ) throws(BuildFailure) -> Found {
    let entry = self.entry(version)
    guard (try? entry.linkStatus()) != nil else { return .nothing }
    guard let text = manifest(of: version) else { return .damaged }
    guard let manifest = CacheManifest(text) else {
      return CacheManifest.isOfAnotherFormat(text) ? .nothing : .damaged
    }
    if let digest, digest != manifest.archive { return .other }
    do throws(BuildFailure) {
      for file in manifest.files {
        if try !file.assemble(from: entry, in: destination, context) { return .damaged }
      }
      return .agent(manifest)
    } catch {
      switch error {
      case .stopped, .slug(.diskFull): throw error
      default: return .unreadable(error)
      }
    }
  }

  /// Gets ready what the cache will hold after this build: the version in use and no other.
  ///
  /// - Parameter new: the agent to add, where it was not taken from the cache: the folder its files
  ///   are in, and the digest of its archive.
  /// - Returns: nil where nothing has to change.
  /// - Throws: where the cache cannot be written.
  func change(
    to version: AgentVersion, adding new: (files: Path, archive: Digest)?
  ) throws(BuildFailure) -> Change? {
    let name = entry(version).name
    let names = try BuildFailure.system(try folder.linkStatus() == nil ? [] : folder.names())
    // A staging folder that a killed build has left goes where a new one is made.
    if new == nil, names.allSatisfy({ $0 == name }) { return nil }
    let others = names.filter { $0 != name && $0.bytes.first != UInt8(ascii: ".") }
    let staging = try BuildFailure.system(try Staging(in: folder))
    if let new { try store(new.files, new.archive, in: staging.path / name) }
    return Change(
      staging: staging, folder: folder, added: new == nil ? nil : name, removed: others)
  }

  private func store(
    _ files: Path, _ archive: Digest, in entry: Path
  ) throws(BuildFailure) {
    try BuildFailure.system(try entry.makeFolder())
    var stored: [CachedFile] = []
    for name in AgentLayout.released {
      let status = try BuildFailure.system(try (files / name).linkStatus())
      if status == nil { continue }
      stored.append(try CachedFile.store(name, from: files, in: entry, context))
    }
    let manifest = CacheManifest(archive: archive, stored: time(nil), files: stored)
    try BuildFailure.system(
      try (entry / CacheManifest.name).makeFile(Array(manifest.text.utf8), mode: 0o644))
  }

  /// A change of the cache that is ready and waits for its renames.
  struct Change: ~Copyable {
    fileprivate let staging: Staging
    fileprivate let folder: Path
    fileprivate let added: Path?
    fileprivate let removed: [Path]

    borrowing func place(_ placement: inout RenameTransaction) throws(SystemError) {
      do throws(SystemError) {
        if let added { try placement.put(staging.path / added, at: folder / added) }
        for name in removed { try remove(name, &placement) }
      } catch {
        // The user knows the folder, and not the name that we made up.
        throw SystemError(error.call, folder, code: error.code)
      }
    }

    private borrowing func remove(
      _ name: Path, _ placement: inout RenameTransaction
    ) throws(SystemError) {
      do throws(SystemError) {
        try placement.take(folder / name, to: staging.path / name)
      } catch  where error.code == ENOENT {}  // another build has removed it first
    }
  }

  private func entry(_ version: AgentVersion) -> Path {
    folder / "\(version)-\(platform.cacheName)"
  }
}
