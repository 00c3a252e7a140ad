import CPosix

/// Signals that are read from a descriptor instead of being handled.
package struct SignalQueue: ~Copyable, Sendable {
  package let descriptor: Descriptor

  /// Blocks `signals`, none of which stand for all, and collects them from now on.
  package init(_ signals: [Int32]) throws(SystemError) {
    let opened = Descriptor(
      owning: try retrying("signalfd") {
        cposix_signal_descriptor(signals, Int32(signals.count))
      })
    descriptor = try opened.awayFromStandardStreams()
  }

  /// Blocks and collects every signal that can be.
  package static func all() throws(SystemError) -> SignalQueue {
    try SignalQueue([])
  }

  /// The next signal that has come; nil where none has.
  package func next() -> Int32? {
    let signal = cposix_next_signal(descriptor.number)
    return signal == 0 ? nil : signal
  }
}

extension Descriptor {
  /// A descriptor that can be read from once the process has ended (a pidfd).
  ///
  /// - Throws: ENOSYS on kernels before 5.3.
  package init(process pid: pid_t) throws(SystemError) {
    let opened = Descriptor(owning: try retrying("pidfd_open") { cposix_pidfd_open(pid) })
    self = try opened.awayFromStandardStreams()
  }

  /// Waits until one of the descriptors can be read from, or has no more writer.
  ///
  /// A process that waits for ever is one that does little for long, so its code is taken out of its
  /// resident memory: the kernel maps sixteen pages around each that is touched (fault-around), which
  /// after a start is most of the program.
  ///
  /// - Parameters:
  ///   - numbers: open descriptors; negative ones are passed over.
  ///   - milliseconds: how long to wait at most; nil: for ever.
  /// - Returns: for each of them whether it is so.
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

/// Forks a process that is no child of this one, leads a session of its own and has every signal
/// blocked. This process is left as it was, without a child and without a SIGCHLD.
///
/// - Returns: whether this is the new process.
package func forkApart() throws(SystemError) -> Bool {
  let result = cposix_fork_apart()
  if result < 0 { throw SystemError("fork", code: -result) }
  return result == 1
}
