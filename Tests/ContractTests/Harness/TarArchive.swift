import Posix
import TestSupport

/// An archive of any members, also of such as tar would not make: a member is what its header says.
struct TarArchive {
  private(set) var bytes: [UInt8] = []

  /// The type flags of the ustar format (POSIX, pax).
  enum Kind: Character {
    case file = "0"
    case hardLink = "1"
    case link = "2"
    case characterDevice = "3"
    case folder = "5"
    case pipe = "6"
    case extended = "x"
  }

  private static let block = 512

  /// - Parameter size: what the header says of the content's size; nil: the truth.
  mutating func add(
    _ name: String, _ kind: Kind = .file, _ content: [UInt8] = [], target: String = "",
    mode: Int = 0o644, size: Int? = nil
  ) {
    var header = [UInt8](repeating: 0, count: Self.block)
    func set(_ text: String, at offset: Int) {
      header.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8)
    }
    set(name, at: 0)
    set(octal(mode, 7), at: 100)
    set(octal(0, 7), at: 108)
    set(octal(0, 7), at: 116)
    set(octal(size ?? content.count, 11), at: 124)
    set(octal(0, 11), at: 136)
    set("        \(kind.rawValue)\(target)", at: 148)
    set("ustar\u{0}00", at: 257)
    set(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0}", at: 148)
    bytes += header + content.padded(to: Self.block)
  }

  /// The archive with the two empty blocks that end it.
  var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 2 * Self.block) }

  private func octal(_ number: Int, _ digits: Int) -> String {
    let text = String(number, radix: 8)
    return String(repeating: "0", count: digits - text.count) + text
  }
}

extension [UInt8] {
  fileprivate func padded(to size: Int) -> [UInt8] {
    self + [UInt8](repeating: 0, count: (size - count % size) % size)
  }

  /// The bytes as gzip compresses them.
  var gzipped: [UInt8] {
    let folder = TemporaryFolder()
    let file = folder.path / "file"
    file.write(self)
    ProcessConfiguration("gzip", ["--no-name", "-1", file.string]).mustSucceed()
    return (folder.path / "file.gz").content
  }

  /// The SHA-256 digest in hexadecimal digits.
  var digest: String {
    let folder = TemporaryFolder()
    let file = folder.path / "file"
    file.write(self)
    let line = ProcessConfiguration("sha256sum", [file.string]).mustSucceed()
    return String(line.prefix(64))
  }
}
