import BuildpackKit
import CPosix
import Posix

/// What buildpacks have added to an app: what is in the slug and not in the original.
struct SlugAdditions {
  struct Entry {
    let path: Path
    let bytes: Int
    /// 1, or how many files a folder has that is shown as one.
    let files: Int
    let link: Path?
  }

  private(set) var entries: [Entry] = []
  private let slug: Path
  private let original: Path

  /// A new folder with more files than this is one entry.
  private static let mostFilesShown = 8

  init(in slug: Path, over original: Path) throws(SystemError) {
    (self.slug, self.original) = (slug, original)
    try look(in: nil)
  }

  private mutating func look(in folder: Path?) throws(SystemError) {
    for name in try (folder.map { slug / $0 } ?? slug).names() {
      let path = folder.map { $0 / name } ?? name
      guard let status = try (slug / path).linkStatus() else { continue }
      if try (original / path).linkStatus() == nil {
        let files = try files(at: path, status)
        let bytes = files.reduce(0) { $0 + $1.bytes }
        if files.count <= Self.mostFilesShown {
          entries += files
        } else {
          entries.append(Entry(path: path, bytes: bytes, files: files.count, link: nil))
        }
      } else if status.kind == .folder {
        try look(in: path)
      }
    }
  }

  /// The size of all files in a folder.
  static func bytes(in folder: Path) throws(SystemError) -> Int {
    let nothing = folder / "nothing"
    return try SlugAdditions(in: folder, over: nothing).entries.reduce(0) { $0 + $1.bytes }
  }

  private func files(at path: Path, _ status: FileStatus) throws(SystemError) -> [Entry] {
    if status.kind == .folder {
      var entries: [Entry] = []
      for name in try (slug / path).names() {
        guard let status = try (slug / path / name).linkStatus() else { continue }
        entries += try files(at: path / name, status)
      }
      return entries
    }
    let link = status.kind == .link ? try (slug / path).linkTarget() : nil
    return [Entry(path: path, bytes: status.size, files: 1, link: link)]
  }
}

extension SlugAdditions.Entry {
  /// The entry as a row: its path, then its size or where it leads.
  var row: (String, String) {
    if let link { return (path.string, "-> \(link)") }
    return files == 1 ? (path.string, size(bytes)) : ("\(path)/", "\(size(bytes)), \(files) files")
  }

  var json: JSON.Value {
    .object([
      ("path", .text(path.string)), ("bytes", .number(bytes)), ("files", .number(files)),
      ("link", link.map { .text($0.string) } ?? .null),
    ])
  }
}
