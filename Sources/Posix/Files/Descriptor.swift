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

  /// Opens a pidfd, a descriptor that can be read from once the process has ended.
  ///
  /// - Throws: ENOSYS on kernels before 5.3.
  package init(process pid: pid_t) throws(SystemError) {
    let opened = Descriptor(owning: try retrying("pidfd_open") { cposix_pidfd_open(pid) })
    self = try opened.awayFromStandardStreams()
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

extension Descriptor {
  private static let firstBeyondStandard: Int32 = 3

  /// Returns the same open file under a number above 2.
  ///
  /// If a standard stream is closed, the next descriptor to be opened gets its number, and what is
  /// meant for the stream would be written there.
  package consuming func awayFromStandardStreams() throws(SystemError) -> Descriptor {
    if number >= Self.firstBeyondStandard { return self }
    let moved = try retrying("fcntl") {
      fcntl(number, F_DUPFD_CLOEXEC, Self.firstBeyondStandard)
    }
    return Descriptor(owning: moved)
  }

  /// Makes standard input /dev/null, and the other two as well if they are closed.
  package static func detachStandardStreams() {
    let null = open("/dev/null", O_RDWR)
    guard null >= 0 else { return }
    if null != STDIN_FILENO { dup2(null, STDIN_FILENO) }
    for stream in [STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0 {
      dup2(null, stream)
    }
    if null >= firstBeyondStandard { close(null) }
  }

  /// Closes every descriptor above 2 that is not in `kept`.
  package static func closeAll(except kept: [Int32]) {
    var next = firstBeyondStandard
    for number in kept.sorted() where number >= next {
      cposix_close_range(UInt32(next), UInt32(number) - 1)
      next = number + 1
    }
    cposix_close_range(UInt32(next), UInt32.max)
  }

  /// Writes as much as an open descriptor takes at once and drops the rest: for log lines, which are
  /// not worth waiting for. A pipe takes up to 4,096 bytes whole or not at all.
  ///
  /// Never fails and never causes a signal: the reader may be gone, the file may be at its limit, the
  /// terminal may stop background processes that write.
  package static func writeIfReady(_ bytes: [UInt8], to number: Int32) {
    var stream = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
    guard poll(&stream, 1, 0) == 1, stream.revents == Int16(POLLOUT) else { return }
    cposix_write_unharmed(number, bytes, bytes.count)
  }

  /// Waits until one of the descriptors can be read from or has no writer any more.
  ///
  /// Before it waits without a limit, it drops the program's code from this process's resident memory.
  /// The kernel maps many pages around each that is used (fault-around), which after a start is most
  /// of the program.
  ///
  /// - Parameters:
  ///   - numbers: Open descriptors. Negative ones are ignored.
  ///   - milliseconds: How long to wait, or nil for no limit.
  /// - Returns: Whether it is so, for each of them.
  package static func waitToRead(_ numbers: [Int32], atMost milliseconds: Int?) -> [Bool] {
    var polls = numbers.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let count = nfds_t(polls.count)
    let ready =
      if let milliseconds { poll(&polls, count, Int32(clamping: max(milliseconds, 0))) } else {
        cposix_poll_at_rest(&polls, count)
      }
    return ready > 0 ? polls.map { $0.revents != 0 } : numbers.map { _ in false }
  }
}
