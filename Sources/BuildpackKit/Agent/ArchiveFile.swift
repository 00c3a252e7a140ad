import CPosix
import HoopAgent
import Posix

/// An archive as an open file: one that was cached, or one that is to be.
package final class ArchiveFile {
  package let descriptor: Descriptor
  /// Why it does not hold all that was sent; nil where it does.
  package internal(set) var loss: SystemError?

  package init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// The file's SHA-256 digest.
  package func digest(_ workspace: Workspace) throws(BuildFailure) -> Digest {
    try rewind()
    return try Digest.of(descriptor, workspace)
  }

  /// Whether it begins as gzip's format does (RFC 1952, 2.3.1).
  var isGzip: Bool {
    var start: [UInt8] = [0, 0]
    return pread(descriptor.number, &start, 2, 0) == 2 && start == [0x1f, 0x8b]
  }

  /// Lets whoever reads next begin at the beginning.
  func rewind() throws(BuildFailure) {
    if lseek(descriptor.number, 0, SEEK_SET) < 0 { throw BuildFailure(SystemError("lseek")) }
  }

  /// Empties the file.
  ///
  /// - Returns: a descriptor of its own for whoever fills it.
  func emptied() throws(BuildFailure) -> Descriptor {
    try rewind()
    if ftruncate(descriptor.number, 0) < 0 { throw BuildFailure(SystemError("ftruncate")) }
    do throws(SystemError) { return try Descriptor(duplicating: descriptor.number) } catch {
      throw BuildFailure(error)
    }
  }
}
