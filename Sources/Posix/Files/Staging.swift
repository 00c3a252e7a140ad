import CPosix

/// A private folder in which something is made before it is renamed to its place. It is removed with
/// its owner, and with it everything that was not renamed.
///
/// Its lock tells a running build from a killed one: if the lock is free, the folder may go.
///
/// Public because Embedded Swift only finds the deinit of a public type in another module.
public struct Staging: ~Copyable {
  package let path: Path
  private let lock: Descriptor

  /// Makes the folder in `parent`, which is made too if it is missing, and removes those that killed
  /// builds have left there.
  package init(in parent: Path) throws(SystemError) {
    do throws(SystemError) {
      try parent.makeFolders()
      try Self.removeLeft(in: parent)
      while true {
        let path = parent / Self.newName
        if let lock = try Self.makeLocked(path) {
          self.path = path
          self.lock = lock
          return
        }
      }
    } catch {
      // The user knows the folder, and not the name that we made up.
      throw SystemError(error.call, parent, code: error.code)
    }
  }

  deinit { Self.remove(path) }

  /// Removes such a folder. A call that fails only once, as it may on a network's file system, does
  /// not leave it there.
  private static func remove(_ path: Path) {
    do throws(SystemError) { try path.removeTree() } catch { try? path.removeTree() }
  }

  /// Makes the folder and locks it. Returns nil if another build has just removed it as one that was
  /// left.
  private static func makeLocked(_ path: Path) throws(SystemError) -> Descriptor? {
    try path.makeFolder(mode: 0o700)
    do throws(SystemError) {
      let lock = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY)
      // Some file systems have no locks. Then this folder is not found free either.
      if error(locking: lock) == EWOULDBLOCK { return nil }
      let status = try lock.status()
      guard try path.status() == status else { return nil }
      return consume lock
    } catch {
      if error.code == ENOENT { return nil }
      remove(path)
      throw error
    }
  }

  /// Takes the exclusive lock of a folder. The kernel releases it with its descriptor, also when the
  /// process is killed. Returns 0, or why it is not taken.
  private static func error(locking lock: borrowing Descriptor) -> Int32 {
    flock(lock.number, LOCK_EX | LOCK_NB) == 0 ? 0 : errno
  }

  /// Makes a file in the folder.
  package func file(_ name: String, _ content: [UInt8]) throws(SystemError) -> Path {
    try (path / name).makeFile(content, mode: 0o644)
    return path / name
  }

  /// Removes what killed builds of this user have left in a folder.
  package static func removeLeft(in parent: Path) throws(SystemError) {
    for name in try parent.names() where isName(name) {
      let left = parent / name
      guard let lock = try? Descriptor(opening: left, O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
        let status = try? lock.status(), status.owner == geteuid(),
        error(locking: lock) == 0
      else { continue }
      try? left.removeTree()
    }
  }

  private static let prefix = ".hoop.tmp."
  private static let digits = 16

  private static var newName: String {
    let number = String(UInt64.random(in: .min ... .max), radix: 16)
    return prefix + String(repeating: "0", count: digits - number.utf8.count) + number
  }

  private static func isName(_ name: Path) -> Bool {
    let number = name.string.dropFirst(prefix.utf8.count)
    return name.string.hasPrefix(prefix) && number.utf8.count == digits
      && UInt64(number, radix: 16) != nil
  }
}
