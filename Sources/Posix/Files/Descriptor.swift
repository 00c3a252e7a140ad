import CPosix

/// An open descriptor, closed when its owner goes. Every one made here is close-on-exec.
public struct Descriptor: ~Copyable, Sendable {
  package let number: Int32

  /// Takes over an open descriptor.
  package init(owning number: Int32) { self.number = number }

  deinit { close(number) }

  /// Opens a file as open(2) does; `mode` is for one that is made.
  package init(
    opening path: Path, _ flags: Int32, mode: mode_t = 0o600
  ) throws(SystemError) {
    number = try retrying("open", path) {
      path.withCString { open($0, flags | O_CLOEXEC, mode) }
    }
  }

  /// Opens a descriptor anew that somebody else owns.
  package init(duplicating other: Int32) throws(SystemError) {
    number = try retrying("fcntl") { fcntl(other, F_DUPFD_CLOEXEC, 0) }
  }

  /// Reads at most as many bytes as `buffer` holds.
  ///
  /// - Returns: how many; 0 at the end, nil where there is nothing to read yet.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int? {
    do throws(SystemError) {
      return try retrying("read") { CPosix.read(number, buffer.baseAddress, buffer.count) }
    } catch {
      if error.code == EAGAIN { return nil }
      throw error
    }
  }

  /// Reads at most `count` bytes.
  ///
  /// - Returns: them; none at the end, nil where there is nothing to read yet.
  package func read(atMost count: Int) throws(SystemError) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    let length = try bytes.withUnsafeMutableBufferPointer { (buffer) throws(SystemError) in
      try read(into: UnsafeMutableRawBufferPointer(buffer))
    }
    guard let length else { return nil }
    bytes.removeLast(count - length)
    return bytes
  }

  /// Writes all of `bytes`, waiting where it must.
  package func write(_ bytes: [UInt8]) throws(SystemError) { try Self.write(bytes, to: number) }

  /// Writes all of `bytes` to an open descriptor, waiting where it must.
  package static func write(_ bytes: [UInt8], to number: Int32) throws(SystemError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(SystemError) in
      try write(UnsafeRawBufferPointer(buffer), to: number)
    }
  }

  static func write(_ bytes: UnsafeRawBufferPointer, to number: Int32) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      do throws(SystemError) {
        rest = rest.dropFirst(
          try retrying("write") { CPosix.write(number, part.baseAddress, part.count) })
      } catch {
        // Whoever shares the open file may have it return at once.
        guard error.code == EAGAIN else { throw error }
        var ready = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        poll(&ready, 1, -1)
      }
    }
  }

  /// Lets reads and writes return at once with nothing done instead of waiting.
  package func doNotBlock() throws(SystemError) {
    let flags = try retrying("fcntl") { fcntl(number, F_GETFL) }
    try retrying("fcntl") { fcntl(number, F_SETFL, flags | O_NONBLOCK) }
  }

  /// Takes the lock that belongs to the open file, alone, if nobody has it.
  ///
  /// - Returns: whether it is ours. It goes with the last descriptor of the open file, so also
  ///   when the process is killed.
  package func lockIfFree() throws(SystemError) -> Bool {
    do throws(SystemError) { try retrying("flock") { flock(number, LOCK_EX | LOCK_NB) } } catch {
      if error.code == EWOULDBLOCK { return false }
      throw error
    }
    return true
  }
}

/// The number of a descriptor that may be closed already.
func number(of descriptor: borrowing Descriptor?) -> Int32? {
  switch descriptor {
  case .some(let descriptor): descriptor.number
  case .none: nil
  }
}

/// A pipe's two ends, neither of which takes the place of a standard stream that is closed.
package struct Pipe: ~Copyable {
  package let readEnd: Descriptor
  package let writeEnd: Descriptor

  package init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    try retrying("pipe") { cposix_pipe(&ends) }
    let from = try Descriptor(owning: ends[0]).awayFromStandardStreams()
    let to = try Descriptor(owning: ends[1]).awayFromStandardStreams()
    readEnd = from
    writeEnd = to
  }

  /// The end to read from, with the other one closed.
  package consuming func withoutWriteEnd() -> Descriptor { readEnd }
}
