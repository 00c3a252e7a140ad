import CPosix

extension Path {
  package enum RenameRule: Sendable {
    /// What is at the destination goes.
    case replace
    /// The destination must be free: EEXIST.
    case keep
    /// The two change places.
    case exchange

    var flags: UInt32 {
      switch self {
      case .replace: 0
      case .keep: cposix_rename_noreplace
      case .exchange: cposix_rename_exchange
      }
    }
  }

  /// Renames what is here to `destination`, in one step where the file system has that.
  package func rename(to destination: Path, _ rule: RenameRule) throws(SystemError) {
    do throws(SystemError) { try rename(to: destination, flags: rule.flags) } catch {
      guard rule != .replace, [EINVAL, ENOSYS, EOPNOTSUPP].contains(error.code) else { throw error }
      try renameInSteps(to: destination, rule)
    }
  }

  private func rename(to destination: Path, flags: UInt32) throws(SystemError) {
    try retrying("rename", destination) {
      withCString { from in
        destination.withCString { cposix_rename(cposix_here, from, cposix_here, $0, flags) }
      }
    }
  }

  /// For file systems that cannot do it in one step, as some FUSE ones. Whoever looks meanwhile may
  /// find nothing at `destination`.
  func renameInSteps(to destination: Path, _ rule: RenameRule) throws(SystemError) {
    let isTaken = try destination.linkStatus() != nil
    switch (rule, isTaken) {
    case (.replace, _): try rename(to: destination, flags: 0)
    case (.keep, true): throw SystemError("rename", destination, code: EEXIST)
    case (.keep, false):
      do throws(SystemError) { try rename(to: destination, flags: 0) } catch {
        // Another process has put a folder there since.
        throw error.code == ENOTEMPTY ? SystemError("rename", destination, code: EEXIST) : error
      }
    case (.exchange, false): throw SystemError("rename", destination, code: ENOENT)
    case (.exchange, true): try exchangeInSteps(with: destination)
    }
  }

  /// Takes back what it has done where it fails half-way.
  private func exchangeInSteps(with destination: Path) throws(SystemError) {
    let aside = folder / Path(bytes: name.bytes + Array(".aside".utf8))
    try destination.rename(to: aside, flags: 0)
    do throws(SystemError) { try rename(to: destination, flags: 0) } catch {
      try? aside.rename(to: destination, flags: 0)
      throw error
    }
    do throws(SystemError) { try aside.rename(to: self, flags: 0) } catch {
      try? destination.rename(to: self, flags: 0)
      try? aside.rename(to: destination, flags: 0)
      throw error
    }
  }
}
