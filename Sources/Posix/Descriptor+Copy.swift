import CPosix
import Glibc

extension Descriptor {
  /// Appends a regular file, or as much of it as is in `range`, to the file that is open here, in
  /// the kernel where that can.
  ///
  /// The offset of `source` stays where it is, so that a program may read it at the same time.
  public func append(
    _ source: borrowing Descriptor, _ range: Range<Int> = 0..<Int.max
  ) throws(SystemError) {
    // Small enough to be over soon, large enough not to be counted in calls.
    let step = 1 << 24
    var offset = range.lowerBound
    while offset < range.upperBound {
      let from = source.number
      let count = cposix_copy_file_range(
        from, offset, number, min(step, range.upperBound - offset))
      if count == 0 { return }
      if count > 0 {
        offset += count
        continue
      }
      switch errno {
      case EINTR: continue
      // What some file systems answer, and kernels between others.
      case EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EBADF:
        return try appendByHand(source, offset..<range.upperBound)
      default: throw SystemError("copy_file_range")
      }
    }
  }

  private func appendByHand(
    _ source: borrowing Descriptor, _ range: Range<Int>
  ) throws(SystemError) {
    var buffer = [UInt8](repeating: 0, count: 1 << 17)
    var offset = range.lowerBound
    while offset < range.upperBound {
      let from = source.number
      let most = min(buffer.count, range.upperBound - offset)
      let count = try retrying("pread") { pread(from, &buffer, most, off_t(offset)) }
      if count == 0 { return }
      try buffer.withUnsafeBufferPointer { (buffer) throws(SystemError) in
        try Self.write(
          UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]), to: number)
      }
      offset += count
    }
  }
}
