import CPosix

extension Folder {
  /// Removes what is at `name`, a folder with all it holds; nothing there is no error.
  ///
  /// Only folders of this user are looked into, and no link is followed. Folders are emptied into
  /// the one at the top before they are removed, so that two descriptors do for any depth.
  ///
  /// - Throws: what kept it from removing something; the rest is gone.
  package func removeTree(_ name: Path) throws(SystemError) {
    guard let status = try status(name) else { return }
    guard status.kind == .folder else { return try removeFile(name) }
    do throws(SystemError) {
      let top = try changeableFolder(name)
      var problem: SystemError?
      while try top.flatten(&problem) {}
      if let problem { throw problem }
    } catch {
      // One that is empty can be removed whosever it is.
      do throws(SystemError) { return try removeFolder(name) } catch {}
      throw error
    }
    try removeFolder(name)
  }

  /// Removes the files in this folder, and its folders once all that they hold is moved here.
  ///
  /// - Parameter problem: what could not be removed.
  /// - Returns: whether something was moved here, and waits to be removed.
  private func flatten(_ problem: inout SystemError?) throws(SystemError) -> Bool {
    var moved = 0
    for name in try names() {
      do throws(SystemError) {
        try removeFile(name)
        continue
      } catch {
        // EISDIR, and EPERM by POSIX: a folder.
        if error.code == ENOENT { continue }
        if try status(name)?.kind != .folder {
          problem = error
          continue
        }
      }
      do throws(SystemError) {
        let inner = try changeableFolder(name)
        for child in try inner.names() {
          do throws(SystemError) { try inner.removeFile(child) } catch {
            try inner.move(child, to: self)
            moved += 1
          }
        }
        try removeFolder(name)
      } catch {
        // As above.
        let reason = error
        do throws(SystemError) { try removeFolder(name) } catch { problem = reason }
      }
    }
    return moved > 0 && problem == nil
  }

  /// Moves a folder in this one to a free name in `top`.
  private func move(_ name: Path, to top: borrowing Folder) throws(SystemError) {
    // Its own entry `..` changes, for which it must be writable.
    _ = try changeableFolder(name)
    // 64 random bits are free, and not every file system knows a rule for renames.
    let free = Path(".\(String(UInt64.random(in: .min ... .max), radix: 36))")
    try rename(name, to: top, free, .replace)
  }

  /// Opens the folder `name` for changes: it must be this user's, and gets the mode that it needs.
  private func changeableFolder(_ name: Path) throws(SystemError) -> Folder {
    let place = try open(name, cposix_place | O_DIRECTORY)
    guard try place.status().owner == geteuid() else {
      throw SystemError("open", path / name, code: EPERM)
    }
    // What is in an archive may come without the right to change it. This descriptor can be named
    // and not changed, so the mode is set by its name.
    let all: mode_t = 0o700
    if try place.status().mode & all != all {
      try retrying("chmod", path / name) {
        Path("/proc/self/fd/\(place.number)").withCString { chmod($0, all) }
      }
    }
    // The same one, whatever has its name by now.
    return try Folder(opening: place, path / name)
  }
}
