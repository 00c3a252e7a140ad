import CPosix

extension Path {
  /// Where `path` below this folder leads once its links are followed, as a path below this folder
  /// without links, `.` and `..`.
  ///
  /// - Throws: EXDEV where it leads out, also by an absolute link that comes back: the folder may be
  ///   somewhere else when the link is used (openat2(2) calls this RESOLVE_BENEATH). ENOENT where it
  ///   leads nowhere, ELOOP in circles.
  package func resolvedBeneath(_ path: Path) throws(SystemError) -> Path {
    // As many as the kernel follows (path_resolution(7)).
    var linksLeft = 40
    let slash = UInt8(ascii: "/")
    var left = path.bytes.split(separator: slash).map { Path(bytes: $0) }
    // The folder that has been reached, and those that lead there.
    var places: [Path] = []
    while !left.isEmpty {
      let name = left.removeFirst()
      if name == Path(".") { continue }
      if name == Path("..") {
        if places.popLast() == nil { throw SystemError("open", self / path, code: EXDEV) }
        continue
      }
      let next = places.last.map { $0 / name } ?? name
      let file = self / next
      guard let status = try file.linkStatus() else {
        throw SystemError("open", self / path, code: ENOENT)
      }
      guard status.kind == .link else {
        places.append(next)
        continue
      }
      let target = try file.linkTarget()
      if target.bytes.first == slash { throw SystemError("open", self / path, code: EXDEV) }
      linksLeft -= 1
      if linksLeft < 0 { throw SystemError("open", self / path, code: ELOOP) }
      left = target.bytes.split(separator: slash).map { Path(bytes: $0) } + left
    }
    return places.last ?? Path("")
  }
}
