import CPosix
import Glibc

extension Descriptor {
  /// Appends all of a regular file to the file that is open here, in the kernel where that can.
  ///
  /// The offset of `source` stays where it is, so that a program may read it at the same time.
  ///
  /// - Returns: how many bytes it was.
  public func append(_ source: borrowing Descriptor) throws(SystemError) -> Int {
    // Small enough to be over soon, large enough not to be counted in calls.
    let step = 1 << 24
    var offset = 0
    while true {
      let from = source.number
      let count = cposix_copy_file_range(from, offset, number, step)
      if count == 0 { return offset }
      if count > 0 {
        offset += count
        continue
      }
      switch errno {
      case EINTR: continue
      // What some file systems answer, and kernels between others.
      case EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EBADF: return try appendByHand(source, from: offset)
      default: throw SystemError("copy_file_range")
      }
    }
  }

  private func appendByHand(
    _ source: borrowing Descriptor, from start: Int
  ) throws(SystemError) -> Int {
    var buffer = [UInt8](repeating: 0, count: 1 << 17)
    var offset = start
    while true {
      let from = source.number
      let count = try retrying("pread") { pread(from, &buffer, buffer.count, off_t(offset)) }
      if count == 0 { return offset }
      try buffer.withUnsafeBufferPointer { (buffer) throws(SystemError) in
        try Self.write(
          UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]), to: number)
      }
      offset += count
    }
  }
}
