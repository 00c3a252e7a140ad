import Glibc
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

  /// Cuts the file `name` of `folder` into parts in `entry`.
  ///
  /// - Parameter partBytes: the size of every part but the last, in bytes.
  static func store(
    _ name: String, from folder: Path, in entry: Path, _ context: BuildContext,
    partBytes: Int = standardPartBytes
  ) throws(BuildFailure) -> CachedFile {
    let file = try BuildFailure.system { () throws(SystemError) in
      try Descriptor(opening: folder / name, O_RDONLY | O_NOFOLLOW)
    }
    let size = try BuildFailure.system { () throws(SystemError) in try file.status().size }
    var digests = try Digests(context)
    var sizes: [Int] = []
    for start in stride(from: 0, to: size, by: partBytes) {
      let range = start..<min(start + partBytes, size)
      sizes.append(range.count)
      let path = entry / partName(name, sizes.count)
      let part = try BuildFailure.system { () throws(SystemError) in
        try path.makeFile(copying: file, range, mode: 0o644)
        return try Descriptor(opening: path, O_RDONLY)
      }
      _ = try digests.add(part)
    }
    let parts = zip(sizes, try digests.results()).map(Part.init)
    return CachedFile(name: name, parts: parts)
  }

  /// Puts the file together in `folder` from its parts in `entry`.
  ///
  /// - Parameter digests: gets each part to read. The file is what was stored where these digests
  ///   are those of the parts.
  func assemble(
    from entry: Path, in folder: Path, _ digests: inout Digests
  ) throws(BuildFailure) {
    let file = try BuildFailure.system { () throws(SystemError) in
      try Descriptor(opening: folder / name, O_WRONLY | O_CREAT | O_EXCL)
    }
    var sources: [Digests.Source] = []
    for (index, part) in parts.enumerated() {
      let path = entry / Self.partName(name, index + 1)
      let source = try BuildFailure.system { () throws(SystemError) in
        let source = try Descriptor(opening: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        let status = try source.status()
        if status.kind != .file || status.size != part.size {
          throw SystemError("read", path, code: EIO)
        }
        return source
      }
      sources.append(try digests.add(source))
    }
    for source in sources {
      try BuildFailure.system { () throws(SystemError) in try file.append(source.file) }
    }
  }

  private static func partName(_ name: String, _ number: Int) -> String { "\(name).\(number)" }
}
