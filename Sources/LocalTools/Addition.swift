import CPosix
import Output
import Posix

/// Something that buildpacks have added to an app: a file, a link, or a folder with all that is in it.
struct Addition {
  let path: Path
  let bytes: Int
  /// How many files a folder has, or 1.
  let files: Int
  let link: Path?
  let isFolder: Bool

  /// Returns what is in `folder` and not in the original.
  static func find(
    in folder: Path, over original: Path, at part: Path? = nil
  ) throws(SystemError) -> [Addition] {
    var additions: [Addition] = []
    for name in try (part.map { folder / $0 } ?? folder).names() {
      let path = part.map { $0 / name } ?? name
      guard let status = try (folder / path).linkStatus() else { continue }
      let isFolder = status.kind == .folder
      if try (original / path).linkStatus() == nil {
        let (files, bytes) = try content(of: folder / path)
        let link = status.kind == .link ? try (folder / path).linkTarget() : nil
        additions.append(
          Addition(path: path, bytes: bytes, files: files, link: link, isFolder: isFolder))
      } else if isFolder {
        additions += try find(in: folder, over: original, at: path)
      }
    }
    return additions
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

  /// Its path, then its size or the target of the link.
  var row: (String, String) {
    if let link { return (path.string, "-> \(link)") }
    return isFolder ? ("\(path)/", "\(size(bytes)), \(files) files") : (path.string, size(bytes))
  }

  var json: JSON.Value {
    .object([
      ("path", .text(path.string)), ("bytes", .number(bytes)), ("files", .number(files)),
      ("link", .optional(link?.string)),
    ])
  }
}
