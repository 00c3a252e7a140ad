import CPosix

// Public, since Embedded Swift finds a deinit in another module only then.

/// A private folder in which something is made before it is renamed to its place beside it. It goes
/// with its owner, and with it all that was not renamed.
///
/// Its lock tells a build that runs from one that was killed: who can take it may remove the
/// folder.
public struct Staging: ~Copyable {
  private let folder: Locked
  /// The folders above that had to be made.
  private let made: [Path]

  private static let prefix = ".hoop.tmp."

  /// Makes the folder in `parent`, which is made too where it is missing, and removes those that
  /// killed builds have left there.
  package init(in parent: Path) throws(SystemError) {
    let made = try parent.makeFolders()
    let folder: Locked
    do throws(SystemError) {
      for name in try parent.names() where name.bytes.starts(with: Self.prefix.utf8) {
        Self.removeIfLeft(parent / name)
      }
      folder = try Self.makeLocked(in: parent)
    } catch {
      Self.remove(made)
      // The user knows the folder, and not the name that we made up.
      throw SystemError(error.call, parent, code: error.code)
    }
    self.made = made
    self.folder = folder
  }

  package var path: Path { folder.path }

  private struct Locked: ~Copyable {
    let path: Path
    let lock: Descriptor
  }

  private static func makeLocked(in parent: Path) throws(SystemError) -> Locked {
    while true {
      let path = parent / "\(Self.prefix)\(String(UInt64.random(in: .min ... .max), radix: 36))"
      try path.makeFolder(mode: 0o700)
      // Between these calls another build may have taken the folder for one that was left.
      if let lock = try lock(path) { return Locked(path: path, lock: lock) }
    }
  }

  /// The lock of a folder that was just made; nil where another build has it.
  private static func lock(_ path: Path) throws(SystemError) -> Descriptor? {
    do throws(SystemError) {
      let lock = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY)
      guard try lock.lockIfFree(), try path.linkStatus()?.identity == lock.status().identity else {
        return nil
      }
      return lock
    } catch {
      if error.code == ENOENT { return nil }
      insisting { () throws(SystemError) in try path.removeTree() }
      throw error
    }
  }

  deinit {
    let path = path
    insisting { () throws(SystemError) in try path.removeTree() }
    Self.remove(made)
  }

  /// Removes the folders that had to be made. Those that something was moved to are not empty, and
  /// stay.
  private static func remove(_ made: [Path]) {
    for folder in made.reversed() {
      insisting { () throws(SystemError) in try folder.removeFolder() }
    }
  }

  /// Makes a file in the folder.
  package func file(_ name: String, _ content: [UInt8]) throws(SystemError) -> Path {
    try (path / name).makeFile(content, mode: 0o644)
    return path / name
  }

  private static func removeIfLeft(_ path: Path) {
    insisting { () throws(SystemError) in
      let lock = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
      if try lock.lockIfFree() { try path.removeTree() }
    }
  }
}
