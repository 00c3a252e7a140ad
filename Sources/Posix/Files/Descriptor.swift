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

  /// Reads at most `count` bytes, or returns nil if there is nothing to read yet.
  ///
  /// Returns no bytes at the end.
  package func readAvailable(atMost count: Int) throws(SystemError) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    do throws(SystemError) {
      let length = try retrying("read") { CPosix.read(number, &bytes, count) }
      bytes.removeLast(count - length)
      return bytes
    } catch {
      if error.code == EAGAIN { return nil }
      throw error
    }
  }

  /// Reads at most `count` bytes. Waits until there are some, and returns none at the end.
  package func read(atMost count: Int) throws(SystemError) -> [UInt8] {
    while true {
      if let bytes = try readAvailable(atMost: count) { return bytes }
      // Another process that has this file open may have made it non-blocking.
      Self.waitForEvents(POLLIN, on: number)
    }
  }

  private static func waitForEvents(_ events: Int32, on number: Int32) {
    var ready = pollfd(fd: number, events: Int16(events), revents: 0)
    poll(&ready, 1, -1)
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
        guard error.code == EAGAIN else { throw error }
        waitForEvents(POLLOUT, on: number)
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
