import Foundation
import Posix

/// All that is in a folder, byte by byte: names, kinds, permissions, contents, and where links lead.
struct FolderSnapshot: Equatable, CustomStringConvertible {
  struct Entry: Equatable {
    let kind: FileStatus.Kind
    let mode: mode_t
    /// Data, since an agent has millions of bytes, and a debug build compares arrays one by one.
    let content: Data
  }

  /// By path from the folder; the folder itself is the empty one. A folder that is not there has no
  /// entries.
  private var entries: [String: Entry] = [:]

  init(of folder: Path) { add(folder, named: "") }

  private mutating func add(_ path: Path, named name: String) {
    guard let status = try! path.linkStatus() else { return }
    let content =
      switch status.kind {
      case .file: path.content
      case .link: try! path.linkTarget().bytes
      default: [] as [UInt8]
      }
    entries[name] = Entry(kind: status.kind, mode: status.mode, content: Data(content))
    guard status.kind == .folder else { return }
    for child in try! path.names() {
      add(path / child, named: name + (name.isEmpty ? "" : "/") + child.string)
    }
  }

  /// The same without what is at the given paths and below them.
  func without(_ names: String...) -> FolderSnapshot {
    var copy = self
    copy.entries = entries.filter { path, _ in
      !names.contains { path == $0 || path.hasPrefix("\($0)/") }
    }
    return copy
  }

  /// Whether a name, a file or a link holds `text`.
  func holds(_ text: String) -> Bool {
    entries.contains { $0.contains(text) || $1.content.range(of: Data(text.utf8)) != nil }
  }

  /// A line an entry, for comparison with what a test expects: `file 644 Procfile`.
  var listing: [String] {
    entries.sorted { $0.key < $1.key }.filter { !$0.key.isEmpty }.map { path, entry in
      let target =
        entry.kind == .link ? " -> \(String(decoding: entry.content, as: UTF8.self))" : ""
      return "\(entry.kind) \(String(entry.mode, radix: 8)) \(path)\(target)"
    }
  }

  var description: String { listing.joined(separator: "\n") }
}
