import CPosix

extension Path {
  /// Follows the links of `path` in this folder. Returns a path in this folder without links, `.` and
  /// `..`.
  ///
  /// - Throws: EXDEV if it leads out of the folder. Absolute links count as leading out, since the
  ///   folder may be elsewhere when the link is used (openat2(2) calls this RESOLVE_BENEATH). ENOENT
  ///   if there is nothing, ELOOP if links go in circles.
  package func resolvedBeneath(_ path: Path) throws(SystemError) -> Path {
    // The kernel's limit (path_resolution(7)).
    var linksLeft = 40
    let slash = UInt8(ascii: "/")
    var left = path.bytes.split(separator: slash).map { Path(bytes: $0) }
    // The names up to the place that was reached.
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
