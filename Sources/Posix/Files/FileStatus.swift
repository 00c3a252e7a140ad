import CPosix

/// What a file is, as lstat(2) and stat(2) say.
package struct FileStatus: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case file
    case folder
    case link
    case device
    case pipe
    case socket
  }

  package let kind: Kind
  /// In bytes.
  package let size: Int
  /// Whose it is.
  package let owner: uid_t
  /// Permission bits.
  package let mode: mode_t
  /// Tells files apart: two paths with the same identity are the same file.
  package let identity: Identity

  package struct Identity: Hashable, Sendable {
    let device: dev_t
    let inode: ino_t
  }

  init(_ status: stat) {
    switch Int32(bitPattern: status.st_mode) & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .folder
    case S_IFLNK: kind = .link
    case S_IFIFO: kind = .pipe
    case S_IFSOCK: kind = .socket
    default: kind = .device
    }
    size = Int(status.st_size)
    owner = status.st_uid
    mode = status.st_mode & 0o7777
    identity = Identity(device: status.st_dev, inode: status.st_ino)
  }
}

extension FileStatus {
  /// What is at a path in an open folder; nil where there is nothing.
  ///
  /// - Parameter shown: the path for messages.
  static func of(
    _ path: Path, in folder: Int32, flags: Int32, shown: Path
  ) throws(SystemError) -> FileStatus? {
    var status = stat()
    do throws(SystemError) {
      try retrying("stat", shown) { path.withCString { fstatat(folder, $0, &status, flags) } }
    } catch {
      if error.code == ENOENT || error.code == ENOTDIR { return nil }
      throw error
    }
    return FileStatus(status)
  }
}

extension Path {
  /// What is there, a link followed to its end; nil where there is nothing.
  package func status() throws(SystemError) -> FileStatus? {
    try status(flags: 0)
  }

  /// What is there, a link taken as itself; nil where there is nothing.
  package func linkStatus() throws(SystemError) -> FileStatus? {
    try status(flags: AT_SYMLINK_NOFOLLOW)
  }

  private func status(flags: Int32) throws(SystemError) -> FileStatus? {
    try FileStatus.of(self, in: AT_FDCWD, flags: flags, shown: self)
  }
}

extension Descriptor {
  package func status() throws(SystemError) -> FileStatus {
    var status = stat()
    try retrying("fstat") { fstat(number, &status) }
    return FileStatus(status)
  }
}
