import CPosix

/// The kind, size, owner and permissions of a file, from stat(2).
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
  package let owner: uid_t
  /// Permission bits.
  package let mode: mode_t
  /// Two paths with the same identity are the same file.
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
