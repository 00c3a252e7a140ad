import CPosix

extension Path {
  /// The names in the folder, without `.` and `..`, sorted by their bytes.
  package func names() throws(SystemError) -> [Path] { try Folder(opening: self).names() }

  /// Removes what is there, a folder with all it holds; nothing there is no error. Links are
  /// removed, not followed; folders of other users stay.
  ///
  /// - Throws: what kept it from removing something; the rest is gone.
  package func removeTree() throws(SystemError) {
    let slash = UInt8(ascii: "/")
    if bytes.count > 1, bytes.last == slash {
      return try Path(bytes: bytes.dropLast()).removeTree()
    }
    if try linkStatus() == nil { return }
    try Folder(opening: folder).removeTree(name)
  }
}
