import HoopAgent

/// A release's `checksums.txt`: what sha256sum prints for each of its archives.
///
///     try Checksums("2f1c…  ./dist/binaries/hoop_1.148.0_Linux_x86_64.tar.gz\n")
///       .digest(of: "hoop_1.148.0_Linux_x86_64.tar.gz")
package struct Checksums: Hashable, Sendable {
  package enum Problem: Error, Hashable, Sendable {
    /// No line names the file.
    case missing
    /// Two lines name it and say different digests.
    case conflicting
    /// A line names it, and what stands before is no SHA-256 digest.
    case malformed
  }

  private let text: String

  package init(_ text: String) { self.text = text }

  /// The digest of the archive `file`, whichever folder its line says it is in.
  package func digest(of file: String) throws(Problem) -> Digest {
    var found: Digest?
    for line in text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "\n") }) {
      // GNU's form is the digest, a space, then a space (text) or `*` (binary mode), then the name.
      let line = String(decoding: line, as: UTF8.self).trimmed()
      guard let space = line.utf8.firstIndex(of: UInt8(ascii: " ")) else { continue }
      var name = line[line.index(after: space)...]
      if name.utf8.first == UInt8(ascii: "*") || name.utf8.first == UInt8(ascii: " ") {
        name = name.dropFirst()
      }
      guard name.utf8.split(separator: UInt8(ascii: "/")).last.map(Substring.init) == file[...]
      else { continue }
      guard let digest = Digest(line[..<space]) else { throw .malformed }
      if let found, found != digest { throw .conflicting }
      found = digest
    }
    guard let found else { throw .missing }
    return found
  }
}
