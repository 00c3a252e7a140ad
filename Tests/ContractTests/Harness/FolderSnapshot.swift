import Foundation
import Posix

/// All that is in a folder, byte by byte: names, kinds, permissions, contents, and where links lead.
struct FolderSnapshot: Hashable, CustomStringConvertible {
  struct Entry: Hashable {
    let kind: FileStatus.Kind
    let mode: mode_t
    let content: Content
  }

  /// Compared by memcmp(3), since an agent has millions of bytes.
  struct Content: Hashable {
    let bytes: [UInt8]

    static func == (left: Content, right: Content) -> Bool {
      left.bytes.count == right.bytes.count
        && memcmp(left.bytes, right.bytes, left.bytes.count) == 0
    }

    func hash(into hasher: inout Hasher) { hasher.combine(bytes.count) }
  }

  /// By path from the folder; the folder itself is the empty one. A folder that is not there has no
  /// entries.
  let entries: [String: Entry]

  init(of folder: Path) {
    var entries: [String: Entry] = [:]
    Self.add(folder, named: "", to: &entries)
    self.entries = entries
  }

  private init(entries: [String: Entry]) { self.entries = entries }

  private static func add(_ path: Path, named name: String, to entries: inout [String: Entry]) {
    guard let status = try! path.linkStatus() else { return }
    let content: [UInt8] =
      switch status.kind {
      case .file: path.content
      case .link: try! path.linkTarget().bytes
      default: []
      }
    entries[name] = Entry(kind: status.kind, mode: status.mode, content: Content(bytes: content))
    guard status.kind == .folder else { return }
    for child in try! path.names() {
      add(path / child, named: name + (name.isEmpty ? "" : "/") + child.string, to: &entries)
    }
  }

  /// The same without what is at the given paths and below them.
  func without(_ names: String...) -> FolderSnapshot {
    FolderSnapshot(
      entries: entries.filter { path, _ in
        !names.contains { path == $0 || path.hasPrefix("\($0)/") }
      })
  }

  /// Whether `text` stands somewhere: in a name, a file or a link.
  func holds(_ text: String) -> Bool {
    entries.contains { path, entry in
      path.contains(text) || entry.content.bytes.holds(Array(text.utf8))
    }
  }

  /// A line an entry, for comparison with what a test expects: `file 644 Procfile`.
  var listing: [String] {
    entries.keys.filter { !$0.isEmpty }.sorted().map { path in
      let entry = entries[path]!
      let target =
        entry.kind == .link ? " -> \(String(decoding: entry.content.bytes, as: UTF8.self))" : ""
      return "\(entry.kind) \(String(entry.mode, radix: 8)) \(path)\(target)"
    }
  }

  var description: String { listing.joined(separator: "\n") }
}

extension [UInt8] {
  fileprivate func holds(_ part: [UInt8]) -> Bool {
    guard let first = part.first else { return true }
    return withUnsafeBytes { bytes in
      // By C's functions, since in a debug build Swift's take a hundred times as long.
      var rest = bytes[...]
      while rest.count >= part.count,
        let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress,
        let found = memchr(start, Int32(first), rest.count - part.count + 1)
      {
        if memcmp(found, part, part.count) == 0 { return true }
        rest = rest.dropFirst(start.distance(to: found) + 1)
      }
      return false
    }
  }
}
