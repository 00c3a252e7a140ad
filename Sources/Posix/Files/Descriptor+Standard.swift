import CPosix

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
  /// The kernel maps sixteen pages around each page that is used (fault-around), which after a start
  /// is most of the program.
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
