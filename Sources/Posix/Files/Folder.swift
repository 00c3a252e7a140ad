import CPosix

/// An open folder.
///
/// Names are looked up in it by its descriptor and are never followed where they are links, so
/// whatever somebody swaps on its path meanwhile, it stays this folder.
package struct Folder: ~Copyable, Sendable {
  package let descriptor: Descriptor
  /// Where it was opened; for messages alone.
  package let path: Path

  private static let flags = O_RDONLY | O_DIRECTORY | O_NONBLOCK

  /// Opens a folder; links are followed, as on a path that the user has named.
  package init(opening path: Path) throws(SystemError) {
    descriptor = try Descriptor(opening: path, Self.flags)
    self.path = path
  }

  private init(_ descriptor: consuming Descriptor, _ path: Path) {
    self.descriptor = descriptor
    self.path = path
  }

  /// Opens the folder `name` in this one; a link is none (ENOTDIR).
  package func folder(_ name: Path) throws(SystemError) -> Folder {
    Folder(try open(name, Self.flags), path / name)
  }

  /// Opens a folder anew of which there is a descriptor.
  init(opening place: borrowing Descriptor, _ path: Path) throws(SystemError) {
    let number = place.number
    descriptor = Descriptor(
      owning: try retrying("open", path) {
        cposix_open_in(number, ".", Self.flags | O_CLOEXEC, 0)
      })
    self.path = path
  }

  /// Opens the file `name` in this folder as openat(2) does; a link is an error (ELOOP).
  package func open(
    _ name: Path, _ flags: Int32, mode: mode_t = 0o600
  ) throws(SystemError) -> Descriptor {
    Descriptor(
      owning: try retrying("open", path / name) {
        name.withCString {
          cposix_open_in(descriptor.number, $0, flags | O_CLOEXEC | O_NOFOLLOW, mode)
        }
      })
  }

  /// What is at `name`, a link taken as itself; nil where there is nothing.
  package func status(_ name: Path) throws(SystemError) -> FileStatus? {
    try FileStatus.of(name, in: descriptor.number, flags: AT_SYMLINK_NOFOLLOW, shown: path / name)
  }

  /// The names in it, without `.` and `..`, sorted by their bytes.
  package func names() throws(SystemError) -> [Path] {
    var names: [Path] = []
    try read { names.append($0) }
    return names.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
  }

  /// Whether nothing is in it.
  package func isEmpty() throws(SystemError) -> Bool {
    var count = 0
    try read { _ in count += 1 }
    return count == 0
  }

  private func read(_ body: (Path) -> Void) throws(SystemError) {
    // An open file of its own: the offset of a descriptor that is shared stays where it is.
    let opened = try open(Path("."), Self.flags)
    let number = try retrying("fcntl", path) { fcntl(opened.number, F_DUPFD_CLOEXEC, 0) }
    var opening = fdopendir(number)
    while opening == nil, errno == EINTR { opening = fdopendir(number) }
    guard let stream = opening else {
      let error = SystemError("opendir", path)
      close(number)
      throw error
    }
    defer { closedir(stream) }
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno == EINTR { continue }
        if errno != 0 { throw SystemError("readdir", path) }
        return
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Path(bytes: $0) }
      if name != Path("."), name != Path("..") { body(name) }
    }
  }

  package func makeFolder(_ name: Path, mode: mode_t = 0o755) throws(SystemError) {
    try retrying("mkdir", path / name) { name.withCString { mkdirat(descriptor.number, $0, mode) } }
  }

  /// Makes a new file, open for writing; one that is there already is an error.
  package func makeFile(_ name: Path, mode: mode_t) throws(SystemError) -> Descriptor {
    let file = try open(name, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
    // open(2) takes the umask off the mode, fchmod(2) does not.
    try retrying("fchmod", path / name) { fchmod(file.number, mode) }
    return file
  }

  package func removeFile(_ name: Path) throws(SystemError) { try unlink(name, flags: 0) }

  package func removeFolder(_ name: Path) throws(SystemError) {
    try unlink(name, flags: AT_REMOVEDIR)
  }

  private func unlink(_ name: Path, flags: Int32) throws(SystemError) {
    try retrying("unlink", path / name) {
      name.withCString { unlinkat(descriptor.number, $0, flags) }
    }
  }

  /// Renames `name` in this folder to a name in another one.
  package func rename(
    _ name: Path, to folder: borrowing Folder, _ newName: Path, _ rule: Path.RenameRule
  ) throws(SystemError) {
    let (from, to) = (descriptor.number, folder.descriptor.number)
    try retrying("rename", folder.path / newName) {
      name.withCString { name in
        newName.withCString { cposix_rename(from, name, to, $0, rule.flags) }
      }
    }
  }
}
