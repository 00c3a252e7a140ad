import CPosix

extension Descriptor {
  /// Appends what is in `range` of a regular file to the file that is open here, in the kernel where
  /// that can.
  ///
  /// The offset of `source` stays where it is, so that a program may read it at the same time.
  ///
  /// - Throws: EIO where the file ends before the range does.
  package func append(_ source: borrowing Descriptor, _ range: Range<Int>) throws(SystemError) {
    // Small enough to be over soon, large enough not to be counted in calls.
    let step = 1 << 24
    var offset = range.lowerBound
    while offset < range.upperBound {
      let from = source.number
      let count = cposix_copy_file_range(
        from, offset, number, min(step, range.upperBound - offset))
      if count > 0 {
        offset += count
        continue
      }
      switch count == 0 ? EINVAL : errno {
      case EINTR: continue
      // What file systems and containers answer that cannot, and kernels between others; some say
      // that there is nothing to copy where there is.
      case EXDEV, EINVAL, ENOSYS, EOPNOTSUPP, EBADF, EPERM, EIO:
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
      if count == 0 { throw SystemError("pread", code: EIO) }
      try buffer.withUnsafeBufferPointer { (buffer) throws(SystemError) in
        try Self.write(
          UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]), to: number)
      }
      offset += count
    }
  }
}
