import CPosix

extension Path {
  /// The content of the regular file that is there, links followed.
  ///
  /// - Parameter limit: the most bytes to take; a longer file is cut there, so ask for one byte
  ///   more than you accept.
  /// - Throws: ENOENT where there is none, EINVAL where it is something else than a regular file.
  package func content(atMost limit: Int) throws(SystemError) -> [UInt8] {
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    let file = try Descriptor(opening: self, O_RDONLY | O_NONBLOCK)
    let status = try file.status()
    guard status.kind == .file else { throw SystemError("read", self, code: EINVAL) }
    var bytes: [UInt8] = []
    while bytes.count < limit {
      let part = try file.read(atMost: min(limit - bytes.count, max(status.size, 4096)))
      guard let part, !part.isEmpty else { break }
      bytes += part
    }
    return bytes
  }

  /// Makes a new file; one that is there already is an error.
  package func makeFile(_ content: [UInt8], mode: mode_t) throws(SystemError) {
    let file = try Descriptor(opening: self, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
    // open(2) takes the umask off the mode, fchmod(2) does not.
    try retrying("fchmod", self) { fchmod(file.number, mode) }
    do throws(SystemError) { try file.write(content) } catch {
      throw SystemError("write", self, code: error.code)
    }
  }

  /// Makes a new file with what is in `range` of a regular file; nil: all of it.
  package func makeFile(
    copying source: borrowing Descriptor, _ range: Range<Int>? = nil, mode: mode_t
  ) throws(SystemError) {
    let file = try Descriptor(opening: self, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
    try retrying("fchmod", self) { fchmod(file.number, mode) }
    let size = try source.status().size
    try file.append(source, range ?? 0..<size)
  }

  /// Sets the permission bits, whatever the umask. A link is an error (EOPNOTSUPP), not followed.
  package func setMode(_ mode: mode_t) throws(SystemError) {
    try retrying("chmod", self) {
      withCString { fchmodat(AT_FDCWD, $0, mode, AT_SYMLINK_NOFOLLOW) }
    }
  }

  package func makeFolder(mode: mode_t = 0o755) throws(SystemError) {
    try retrying("mkdir", self) { withCString { mkdir($0, mode) } }
  }

  /// Makes the folder and those above it where they are missing.
  ///
  /// - Returns: the folders that it made, the innermost last.
  package func makeFolders() throws(SystemError) -> [Path] {
    if let status = try status() {
      if status.kind == .folder { return [] }
      throw SystemError("mkdir", self, code: ENOTDIR)
    }
    let made = folder == self ? [] : try folder.makeFolders()
    do throws(SystemError) { try makeFolder() } catch {
      if error.code == EEXIST { return made }  // another build made it meanwhile
      for folder in made.reversed() { try? folder.removeFolder() }
      throw error
    }
    return made + [self]
  }

  package func removeFolder() throws(SystemError) {
    try retrying("rmdir", self) { withCString { rmdir($0) } }
  }

  package func removeFile() throws(SystemError) {
    try retrying("unlink", self) { withCString { unlink($0) } }
  }

  /// Makes a link to `target`, which need not be there.
  package func makeLink(to target: String) throws(SystemError) {
    try retrying("symlink", self) { withCString { symlink(target, $0) } }
  }

  /// What the link that is there says.
  package func linkTarget() throws(SystemError) -> Path {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = try retrying("readlink", self) {
      withCString { readlink($0, &buffer, buffer.count) }
    }
    return Path(bytes: buffer.prefix(length).map { UInt8(bitPattern: $0) })
  }

  /// The file of this process's program, whatever link it was called by.
  package static func executable() throws(SystemError) -> Path {
    try Path("/proc/self/exe").linkTarget()
  }

  /// The path without links, `.` and `..`.
  package func resolved() throws(SystemError) -> Path {
    guard let real = withCString({ realpath($0, nil) }) else {
      if errno == EINTR { return try resolved() }
      throw SystemError("realpath", self)
    }
    defer { free(real) }
    return Path(cString: real)
  }

  /// The path from the root, where it begins at the working folder.
  package func absolute() throws(SystemError) -> Path {
    bytes.first == UInt8(ascii: "/") ? self : try Path(".").resolved() / self
  }
}
