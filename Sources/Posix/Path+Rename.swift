import CPosix
import Glibc

extension Path {
  public enum RenameRule: Sendable {
    /// What is at the destination goes.
    case replace
    /// The destination must be free: EEXIST.
    case keep
    /// The two change places.
    case exchange

    fileprivate var flags: UInt32 {
      switch self {
      case .replace: 0
      case .keep: cposix_rename_noreplace
      case .exchange: cposix_rename_exchange
      }
    }
  }

  /// Renames what is here to `destination`, in one step where the file system has that.
  public func rename(to destination: Path, _ rule: RenameRule) throws(SystemError) {
    do throws(SystemError) { try rename(to: destination, flags: rule.flags) } catch {
      guard rule != .replace, error.code == EINVAL || error.code == ENOSYS else { throw error }
      try renameInSteps(to: destination, rule)
    }
  }

  private func rename(to destination: Path, flags: UInt32) throws(SystemError) {
    try retrying("rename", destination) {
      withCString { from in destination.withCString { cposix_rename(from, $0, flags) } }
    }
  }

  /// For file systems that know of no rules, such as folders that a container shares with its host.
  func renameInSteps(to destination: Path, _ rule: RenameRule) throws(SystemError) {
    let isTaken = try destination.linkStatus() != nil
    switch (rule, isTaken) {
    case (.keep, true): throw SystemError("rename", destination, code: EEXIST)
    case (.exchange, false): throw SystemError("rename", destination, code: ENOENT)
    case (.exchange, true):
      let aside = folder / Path(bytes: name.bytes + Array(".aside".utf8))
      try destination.rename(to: aside, flags: 0)
      do throws(SystemError) { try rename(to: destination, flags: 0) } catch {
        try aside.rename(to: destination, flags: 0)
        throw error
      }
      try aside.rename(to: self, flags: 0)
    default: try rename(to: destination, flags: 0)
    }
  }
}
