import CPosix

extension Descriptor {
  private static let firstBeyondStandard: Int32 = 3

  /// The same open file under a number above 2. Where a standard stream is closed, the next
  /// descriptor to be opened takes its number, and what was meant for the stream goes there.
  package consuming func awayFromStandardStreams() throws(SystemError) -> Descriptor {
    if number >= Self.firstBeyondStandard { return self }
    let moved = try retrying("fcntl") {
      fcntl(number, F_DUPFD_CLOEXEC, Self.firstBeyondStandard)
    }
    return Descriptor(owning: moved)
  }

  /// Makes standard input /dev/null, and so each of the other two that is closed.
  package static func detachStandardStreams() {
    let null = open("/dev/null", O_RDWR)
    guard null >= 0 else { return }
    if null != STDIN_FILENO { dup2(null, STDIN_FILENO) }
    for stream in [STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0 {
      dup2(null, stream)
    }
    if null >= firstBeyondStandard { close(null) }
  }

  /// Closes every descriptor above 2 but those in `kept`.
  package static func closeAll(except kept: [Int32]) {
    var next = firstBeyondStandard
    for number in kept.sorted() where number >= next {
      cposix_close_range(UInt32(next), UInt32(number) - 1)
      next = number + 1
    }
    cposix_close_range(UInt32(next), UInt32.max)
  }

  /// Writes to an open descriptor what it takes at once, and gives up the rest: for what is not
  /// worth waiting for, such as a log line. Up to 4,096 bytes go to a pipe whole or not at all.
  ///
  /// What cannot be written is no error here, and no signal comes of it: a stream that nobody reads
  /// any more, a file at its limit, a terminal that stops whoever writes in the background.
  package static func writeIfReady(_ bytes: [UInt8], to number: Int32) {
    var stream = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
    guard poll(&stream, 1, 0) == 1, stream.revents == Int16(POLLOUT) else { return }
    cposix_write_unharmed(number, bytes, bytes.count)
  }
}
