import Glibc
import Posix

/// A private folder in which something is made before it is renamed to its place beside it. It goes
/// with its owner, and with it all that was not renamed.
///
/// Its lock tells a build that runs from one that was killed: who can take it may remove the
/// folder.
package struct Staging: ~Copyable {
  package let path: Path
  private let lock: Descriptor
  /// The folders above that had to be made.
  private let made: [Path]

  private static let prefix = ".hoop.tmp."

  /// Makes the folder in `parent`, which is made too where it is missing, and removes those that
  /// killed builds have left there.
  package init(in parent: Path) throws(SystemError) {
    let made = try parent.makeFolders()
    for name in try parent.names() where name.bytes.starts(with: Self.prefix.utf8) {
      Self.removeIfLeft(parent / name)
    }
    while true {
      let path = parent / "\(Self.prefix)\(String(UInt64.random(in: .min ... .max), radix: 36))"
      do throws(SystemError) { try path.makeFolder(mode: 0o700) } catch {
        // The user knows the folder, and not the name that we made up.
        throw SystemError(error.call, parent, code: error.code)
      }
      // Between these calls another build may have taken the folder for one that was left.
      guard let lock = try? Descriptor(opening: path, O_RDONLY | O_DIRECTORY), lock.lockIfFree(),
        try path.linkStatus()?.identity == lock.status().identity
      else { continue }
      self.path = path
      self.lock = lock
      self.made = made
      return
    }
  }

  deinit {
    try? path.removeTree()
    // Those that something was moved to are not empty, and stay.
    for folder in made.reversed() { try? folder.removeFolder() }
  }

  /// Makes a file in the folder.
  package func file(_ name: String, _ content: [UInt8]) throws(SystemError) -> Path {
    try (path / name).makeFile(content, mode: 0o644)
    return path / name
  }

  private static func removeIfLeft(_ path: Path) {
    guard let lock = try? Descriptor(opening: path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
      lock.lockIfFree()
    else { return }
    try? path.removeTree()
  }
}
