import CPosix

extension Path {
  /// Reads the regular file that is here. Links are followed.
  ///
  /// - Parameter limit: How many bytes to read. A longer file is cut, so ask for one byte more than
  ///   you accept.
  /// - Throws: EINVAL if it is not a regular file.
  package func content(atMost limit: Int) throws(SystemError) -> [UInt8] {
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    let file = try Descriptor(opening: self, O_RDONLY | O_NONBLOCK)
    let status = try file.status()
    guard status.kind == .file else { throw SystemError("read", self, code: EINVAL) }
    var bytes: [UInt8] = []
    while bytes.count < limit {
      let part = try file.read(atMost: min(limit - bytes.count, max(status.size, 4096)))
      if part.isEmpty { break }
      bytes += part
    }
    return bytes
  }

  /// Makes a new file. Throws EEXIST if there is something already.
  package func makeFile(_ content: [UInt8], mode: mode_t) throws(SystemError) {
    let file = try Descriptor(opening: self, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
    // fchmod(2) ignores the umask, open(2) does not.
    try retrying("fchmod", self) { fchmod(file.number, mode) }
    do throws(SystemError) { try file.write(content) } catch {
      throw SystemError("write", self, code: error.code)
    }
  }

  /// Makes a new file with the content of a regular file.
  package func makeFile(copying source: Path, mode: mode_t) throws(SystemError) {
    try makeFile(source.content(atMost: .max), mode: mode)
  }

  /// Sets the permission bits, whatever the umask.
  package func setMode(_ mode: mode_t) throws(SystemError) {
    try retrying("chmod", self) { withCString { chmod($0, mode) } }
  }

  package func removeFile() throws(SystemError) {
    try retrying("unlink", self) { withCString { unlink($0) } }
  }

  /// Makes a symbolic link to `target`, which need not exist.
  package func makeLink(to target: String) throws(SystemError) {
    try retrying("symlink", self) { withCString { symlink(target, $0) } }
  }

  /// Returns where the symbolic link that is here points to.
  package func linkTarget() throws(SystemError) -> Path {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = try retrying("readlink", self) {
      withCString { readlink($0, &buffer, buffer.count) }
    }
    return Path(bytes: buffer.prefix(length).map { UInt8(bitPattern: $0) })
  }

  /// Returns the file of this process's program, whatever link it was called by.
  package static func executable() throws(SystemError) -> Path {
    try Path("/proc/self/exe").linkTarget()
  }

  /// Returns the absolute path without links, `.` and `..`.
  package func resolved() throws(SystemError) -> Path {
    guard let real = withCString({ realpath($0, nil) }) else { throw SystemError("realpath", self) }
    defer { free(real) }
    return Path(cString: real)
  }

  /// Returns the path from the root. A relative one begins at the working folder.
  package func absolute() throws(SystemError) -> Path {
    bytes.first == UInt8(ascii: "/") ? self : try Path(".").resolved() / self
  }

  /// Follows the links of `path` in this folder. Returns a path in this folder without links, `.` and
  /// `..`.
  ///
  /// - Throws: EXDEV if it leads out of the folder.
  package func resolvedBeneath(_ path: Path) throws(SystemError) -> Path {
    let slash = UInt8(ascii: "/")
    let (folder, end) = try (resolved().bytes + [slash], (self / path).resolved().bytes + [slash])
    guard end.starts(with: folder) else { throw SystemError("open", self / path, code: EXDEV) }
    return Path(bytes: end[folder.count...].dropLast())
  }

  /// Whether programs on this file system cannot be executed because it is mounted noexec.
  package var isOnNoExecMount: Bool { withCString { cposix_is_noexec($0) } }
}

// Folders, with all that they hold.
extension Path {
  /// The names in the folder, without `.` and `..`, sorted by their bytes.
  package func names() throws(SystemError) -> [Path] {
    var opened = withCString { opendir($0) }
    while opened == nil, errno == EINTR { opened = withCString { opendir($0) } }
    guard let stream = opened else { throw SystemError("opendir", self) }
    defer { closedir(stream) }
    var names: [Path] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno == EINTR { continue }
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

/// The kind, size, owner and permissions of a file, from stat(2).
package struct FileStatus: Hashable, Sendable {
  package enum Kind: Hashable, Sendable { case file, folder, link, other }

  package let kind: Kind
  /// In bytes.
  package let size: Int
  package let owner: uid_t
  /// Permission bits.
  package let mode: mode_t
  /// They tell a file from every other one.
  private let device: dev_t
  private let inode: ino_t

  init(_ status: stat) {
    switch Int32(bitPattern: status.st_mode) & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .folder
    case S_IFLNK: kind = .link
    default: kind = .other
    }
    size = Int(status.st_size)
    owner = status.st_uid
    mode = status.st_mode & 0o7777
    (device, inode) = (status.st_dev, status.st_ino)
  }
}

extension Path {
  /// What is here, or nil if there is nothing. A link is followed to its end.
  package func status() throws(SystemError) -> FileStatus? { try status(flags: 0) }

  /// What is here, or nil if there is nothing. A link is not followed.
  package func linkStatus() throws(SystemError) -> FileStatus? {
    try status(flags: AT_SYMLINK_NOFOLLOW)
  }

  private func status(flags: Int32) throws(SystemError) -> FileStatus? {
    var status = stat()
    do throws(SystemError) {
      try retrying("stat", self) { withCString { fstatat(AT_FDCWD, $0, &status, flags) } }
    } catch {
      if error.code == ENOENT || error.code == ENOTDIR { return nil }
      throw error
    }
    return FileStatus(status)
  }
}

extension Descriptor {
  package func status() throws(SystemError) -> FileStatus {
    var status = stat()
    try retrying("fstat") { fstat(number, &status) }
    return FileStatus(status)
  }
}
