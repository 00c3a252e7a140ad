import CPosix
import Output
import Posix

/// What buildpacks have added to an app: what is in the slug or in a layer and not in the original.
/// A new folder is one entry.
struct SlugAdditions {
  struct Entry {
    let path: Path
    let bytes: Int
    /// How many, if it is a folder.
    let files: Int
    let link: Path?
    let isFolder: Bool
  }

  private(set) var entries: [Entry] = []
  private let folder: Path
  private let original: Path

  init(in folder: Path, over original: Path) throws(SystemError) {
    (self.folder, self.original) = (folder, original)
    try look(in: nil)
  }

  private mutating func look(in part: Path?) throws(SystemError) {
    for name in try (part.map { folder / $0 } ?? folder).names() {
      let path = part.map { $0 / name } ?? name
      guard let status = try (folder / path).linkStatus() else { continue }
      if try (original / path).linkStatus() == nil {
        let (files, bytes) = try Self.content(of: folder / path)
        let link = status.kind == .link ? try (folder / path).linkTarget() : nil
        entries.append(
          Entry(
            path: path, bytes: bytes, files: files, link: link, isFolder: status.kind == .folder))
      } else if status.kind == .folder {
        try look(in: path)
      }
    }
  }

  private static func content(of path: Path) throws(SystemError) -> (files: Int, bytes: Int) {
    guard let status = try path.linkStatus() else { return (0, 0) }
    if status.kind != .folder { return (1, status.size) }
    var sum = (files: 0, bytes: 0)
    for name in try path.names() {
      let (files, bytes) = try content(of: path / name)
      sum = (sum.files + files, sum.bytes + bytes)
    }
    return sum
  }
}

extension SlugAdditions.Entry {
  /// The entry as a row: its path, then its size or where it leads.
  var row: (String, String) {
    if let link { return (path.string, "-> \(link)") }
    return isFolder
      ? ("\(path)/", "\(size(bytes)), \(files) files") : (path.string, size(bytes))
  }

  var json: JSON.Value {
    .object([
      ("path", .text(path.string)), ("bytes", .number(bytes)), ("files", .number(files)),
      ("link", .optional(link?.string)),
    ])
  }
}
