import Glibc

extension Path {
  /// The names in the folder, without `.` and `..`, sorted by their bytes.
  public func names() throws(SystemError) -> [Path] {
    guard let stream = withCString({ opendir($0) }) else { throw SystemError("opendir", self) }
    defer { closedir(stream) }
    var names: [Path] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw SystemError("readdir", self) }
        break
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Path(bytes: $0) }
      if name != Path("."), name != Path("..") { names.append(name) }
    }
    return names.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }

  /// Removes what is there, a folder with all it holds; nothing there is no error. Links are
  /// removed, not followed.
  public func removeTree() throws(SystemError) {
    guard let status = try linkStatus() else { return }
    guard status.kind == .folder else { return try removeFile() }
    // A folder of an archive may come without the right to change it.
    _ = withCString { chmod($0, 0o700) }
    for name in try names() { try (self / name).removeTree() }
    try removeFolder()
  }
}
