import CPosix
import HoopAgent
import Posix

/// One of the agent's files as the cache holds it: cut into parts, `hoop.1`, `hoop.2` and so on,
/// each with a digest of its own.
///
/// Of a cached build nearly all the time goes into the digest. Parts have theirs computed side by
/// side, on as many processors as there are.
struct CachedFile: Hashable {
  struct Part: Hashable {
    /// In bytes.
    let size: Int
    let digest: Digest
  }

  let name: String
  var parts: [Part]

  /// Today's agent, of 130 MB, is two parts of this size.
  private static let standardPartBytes = 1 << 26

  /// Cuts the file `name` of `folder` into parts in `entry`. The digests are those of `folder`'s
  /// file, so that a part that is not the same is found out when it is used.
  ///
  /// - Parameter partBytes: the size of every part but the last, in bytes.
  static func store(
    _ name: String, from folder: Path, in entry: Path, _ context: BuildContext,
    partBytes: Int = standardPartBytes
  ) throws(BuildFailure) -> CachedFile {
    let file = try open(folder / name)
    let size = try BuildFailure.system(try file.status().size)
    let ranges = stride(from: 0, to: size, by: partBytes).map { $0..<min($0 + partBytes, size) }
    var digests = try Digests(context)
    for range in ranges { try digests.add(open(folder / name), range) }
    for (index, range) in ranges.enumerated() {
      try BuildFailure.system { () throws(SystemError) in
        let part = entry / partName(name, index + 1)
        try part.makeFile(copying: file, range, mode: 0o644)
      }
    }
    let parts = zip(ranges, try digests.results()).map { Part(size: $0.count, digest: $1) }
    return CachedFile(name: name, parts: parts)
  }

  /// Puts the file together in `folder` from its parts in `entry`.
  ///
  /// - Returns: whether the parts are there and are what was stored; where not, the file is not to
  ///   be used.
  func assemble(
    from entry: Path, in folder: Path, _ context: BuildContext
  ) throws(BuildFailure) -> Bool {
    var digests = try Digests(context)
    var sources: [Digests.Source] = []
    for (index, part) in parts.enumerated() {
      let path = entry / Self.partName(name, index + 1)
      let status = try BuildFailure.system(try path.linkStatus())
      if status?.kind != .file || status?.size != part.size { return false }
      let file = try Self.open(path)
      let opened = try BuildFailure.system(try file.status())
      if opened != status { return false }
      sources.append(try digests.add(file))
    }
    try BuildFailure.system { () throws(SystemError) in
      let file = try Descriptor(opening: folder / name, O_WRONLY | O_CREAT | O_EXCL)
      for (source, part) in zip(sources, parts) { try file.append(source.file, 0..<part.size) }
    }
    return try digests.results() == parts.map { $0.digest }
  }

  private static func open(_ path: Path) throws(BuildFailure) -> Descriptor {
    try BuildFailure.system(try Descriptor(opening: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK))
  }

  private static func partName(_ name: String, _ number: Int) -> String { "\(name).\(number)" }
}
