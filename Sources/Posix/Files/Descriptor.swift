import CPosix

/// An open descriptor, closed when its owner goes. Every one made here is close-on-exec.
public struct Descriptor: ~Copyable, Sendable {
  package let number: Int32

  /// Takes over an open descriptor.
  package init(owning number: Int32) { self.number = number }

  deinit { close(number) }

  /// Opens a file as open(2) does. `mode` is for a file that is made.
  package init(
    opening path: Path, _ flags: Int32, mode: mode_t = 0o600
  ) throws(SystemError) {
    number = try retrying("open", path) {
      path.withCString { open($0, flags | O_CLOEXEC, mode) }
    }
  }

  /// Duplicates a descriptor that somebody else owns.
  package init(duplicating other: Int32) throws(SystemError) {
    number = try retrying("fcntl") { fcntl(other, F_DUPFD_CLOEXEC, 0) }
  }

  /// Reads at most `count` bytes, and none at the end. Returns nil if there is nothing to read yet,
  /// which only happens if the open file does not block.
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

  /// Reads at most `count` bytes, and none at the end. Waits until there are some.
  package func read(atMost count: Int) throws(SystemError) -> [UInt8] {
    while true {
      if let bytes = try readAvailable(atMost: count) { return bytes }
      // Another process that shares the open file made it non-blocking.
      Self.wait(for: POLLIN, on: number)
    }
  }

  /// Writes all of `bytes`. Waits if it must.
  package func write(_ bytes: [UInt8]) throws(SystemError) { try Self.write(bytes, to: number) }

  /// Writes all of `bytes` to an open descriptor. Waits if it must.
  package static func write(_ bytes: [UInt8], to number: Int32) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      do throws(SystemError) {
        let count = try retrying("write") {
          rest.withUnsafeBytes { CPosix.write(number, $0.baseAddress, $0.count) }
        }
        rest = rest.dropFirst(count)
      } catch {
        guard error.code == EAGAIN else { throw error }
        wait(for: POLLOUT, on: number)
      }
    }
  }

  private static func wait(for events: Int32, on number: Int32) {
    var ready = pollfd(fd: number, events: Int16(events), revents: 0)
    poll(&ready, 1, -1)
  }

  /// Makes reads and writes return at once, with EAGAIN, instead of waiting.
  package func doNotBlock() throws(SystemError) {
    let flags = try retrying("fcntl") { fcntl(number, F_GETFL) }
    try retrying("fcntl") { fcntl(number, F_SETFL, flags | O_NONBLOCK) }
  }
}

/// Returns the number of a descriptor, or nil if it was closed.
package func number(of descriptor: borrowing Descriptor?) -> Int32? {
  switch descriptor {
  case .some(let descriptor): descriptor.number
  case .none: nil
  }
}

/// The two ends of a pipe. Neither takes the number of a standard stream that is closed.
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

  /// Returns the end to read from, and closes the other one.
  package consuming func withoutWriteEnd() -> Descriptor { readEnd }
}
