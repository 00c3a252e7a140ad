import CPosix

extension Path {
  /// The names in the folder, without `.` and `..`, sorted by their bytes.
  public func names() throws(SystemError) -> [Path] {
    let stream = try opened()
    defer { closedir(stream) }
    var names: [Path] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno == EINTR { continue }
        if errno != 0 { throw SystemError("readdir", self) }
        break
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Path(bytes: $0) }
      if name != Path("."), name != Path("..") { names.append(name) }
    }
    return names.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }

  private func opened() throws(SystemError) -> OpaquePointer {
    while true {
      if let stream = withCString({ opendir($0) }) { return stream }
      if errno != EINTR { throw SystemError("opendir", self) }
    }
  }

  /// Removes what is there, a folder with all it holds; nothing there is no error. Links are
  /// removed, not followed.
  ///
  /// - Throws: what kept it from removing something; the rest is gone.
  public func removeTree() throws(SystemError) {
    guard let status = try linkStatus() else { return }
    guard status.kind == .folder else { return try removeFile() }
    // A folder of an archive may come without the right to change it.
    _ = withCString { chmod($0, 0o700) }
    var problem: SystemError?
    for name in try names() {
      do throws(SystemError) { try (self / name).removeTree() } catch { problem = error }
    }
    if let problem { throw problem }
    try removeFolder()
  }
}
