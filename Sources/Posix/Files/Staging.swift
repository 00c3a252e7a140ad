import CPosix

// Public, since Embedded Swift finds a deinit in another module only then.

/// A private folder in which something is made before it is renamed to its place beside it. It goes
/// with its owner, and with it all that was not renamed.
///
/// Its lock tells a build that runs from one that was killed: who can take it may remove the
/// folder, if it is this user's.
public struct Staging: ~Copyable {
  package let folder: Folder
  private let parent: Folder
  /// The folders above that had to be made.
  private let made: [Path]

  /// Makes the folder in `parent`, which is made too where it is missing, and removes those that
  /// killed builds have left there.
  package init(in parent: Path) throws(SystemError) {
    let made = try parent.makeFolders()
    do throws(SystemError) {
      try self.init(in: try Folder(opening: parent), made: made)
    } catch {
      Self.remove(made)
      throw error
    }
  }

  /// The same in a folder that is open.
  ///
  /// - Parameter made: the folders above that were made for this, which go with it unless something
  ///   was moved to them. Where this throws, they are the caller's.
  package init(in parent: consuming Folder, made: [Path] = []) throws(SystemError) {
    do throws(SystemError) {
      try Self.removeLeft(in: parent)
      folder = try Self.makeLocked(in: parent)
    } catch {
      // The user knows the folder, and not the name that we made up.
      throw SystemError(error.call, parent.path, code: error.code)
    }
    self.parent = parent
    self.made = made
  }

  package var path: Path { folder.path }

  private static func makeLocked(in parent: borrowing Folder) throws(SystemError) -> Folder {
    while true {
      let name = StagingName.new()
      try parent.makeFolder(name, mode: 0o700)
      // Between these calls another build may have taken the folder for one that was left.
      do throws(SystemError) {
        let folder = try parent.folder(name)
        if try folder.descriptor.lockIfFree(), try parent.has(folder, as: name) { return folder }
      } catch  where error.code == ENOENT {} catch {
        insisting { () throws(SystemError) in try parent.removeTree(name) }
        throw error
      }
    }
  }

  deinit {
    insisting { () throws(SystemError) in try parent.removeTree(path.name) }
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

  /// Removes those that killed builds have left in a folder.
  package static func removeLeft(in parent: borrowing Folder) throws(SystemError) {
    for name in try parent.names() where StagingName.isOne(name) { removeIfLeft(name, in: parent) }
  }

  private static func removeIfLeft(_ name: Path, in parent: borrowing Folder) {
    insisting { () throws(SystemError) in
      let left = try parent.folder(name)
      let status = try left.descriptor.status()
      guard status.owner == geteuid(), try left.descriptor.lockIfFree() else { return }
      try parent.removeTree(name)
    }
  }
}

extension Folder {
  /// Whether `folder` is what is at `name` in this one.
  fileprivate func has(_ folder: borrowing Folder, as name: Path) throws(SystemError) -> Bool {
    try status(name)?.identity == folder.descriptor.status().identity
  }
}

/// The names of staging folders: a random number and its complement, which nothing else has by
/// chance. So an app's own file is not taken for one that a killed build has left.
private enum StagingName {
  private static let prefix = ".hoop.tmp."
  private static let digits = 16

  static func new() -> Path {
    let number = UInt64.random(in: .min ... .max)
    return Path("\(prefix)\(hex(number))\(hex(~number))")
  }

  static func isOne(_ name: Path) -> Bool {
    guard name.bytes.starts(with: prefix.utf8) else { return false }
    let text = String(decoding: name.bytes.dropFirst(prefix.utf8.count), as: UTF8.self)
    guard text.utf8.count == 2 * digits, let number = UInt64(text.prefix(digits), radix: 16) else {
      return false
    }
    return text == hex(number) + hex(~number)
  }

  private static func hex(_ number: UInt64) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: digits - text.utf8.count) + text
  }
}
