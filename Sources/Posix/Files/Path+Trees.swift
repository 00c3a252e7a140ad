import CPosix

extension Path {
  /// The names in the folder, without `.` and `..`, sorted by their bytes.
  package func names() throws(SystemError) -> [Path] {
    guard let stream = withCString({ opendir($0) }) else { throw SystemError("opendir", self) }
    defer { closedir(stream) }
    var names: [Path] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw SystemError("readdir", self) }
        return names.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Path(bytes: $0) }
      if name != Path("."), name != Path("..") { names.append(name) }
    }
  }

  package func makeFolder(mode: mode_t = 0o755) throws(SystemError) {
    try retrying("mkdir", self) { withCString { mkdir($0, mode) } }
  }

  /// Makes the folder and those above it if they are missing.
  package func makeFolders() throws(SystemError) {
    if let status = try status() {
      if status.kind == .folder { return }
      throw SystemError("mkdir", self, code: ENOTDIR)
    }
    if folder != self { try folder.makeFolders() }
    do throws(SystemError) { try makeFolder() } catch {
      // Another build may have just made it.
      if error.code != EEXIST { throw error }
    }
  }

  package func removeFolder() throws(SystemError) {
    try retrying("rmdir", self) { withCString { rmdir($0) } }
  }

  /// Removes what is here, a folder with all it holds, or does nothing if there is nothing. Links are
  /// removed, not followed.
  ///
  /// - Throws: The first thing that could not be removed. The rest is gone.
  package func removeTree() throws(SystemError) {
    guard let status = try linkStatus() else { return }
    guard status.kind == .folder else { return try removeFile() }
    // Archives may hold folders without the right to change them.
    let all: mode_t = 0o700
    if status.mode & all != all { try? setMode(status.mode | all) }
    var problem: SystemError?
    for name in try names() {
      do throws(SystemError) { try (self / name).removeTree() } catch { problem = problem ?? error }
    }
    if let problem { throw problem }
    try removeFolder()
  }

  /// Renames what is here to `destination`, in one step. A file or an empty folder there is replaced.
  package func rename(to destination: Path) throws(SystemError) {
    try retrying("rename", destination) {
      withCString { from in destination.withCString { CPosix.rename(from, $0) } }
    }
  }

  /// Removes what is here, a folder with all it holds, and renames `staged` to this path.
  ///
  /// This is one step if there is a file or nothing here. A folder is removed first: one in a lower
  /// layer of an overlay file system cannot be renamed (EXDEV).
  package func replace(with staged: Path) throws(SystemError) {
    do throws(SystemError) { try staged.rename(to: self) } catch {
      guard [ENOTEMPTY, EEXIST, EISDIR, ENOTDIR, EXDEV].contains(error.code) else { throw error }
      try removeTree()
      try staged.rename(to: self)
    }
  }
}
