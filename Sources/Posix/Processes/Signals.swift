import CPosix

/// The signals that ask this process to stop, held back until the program looks. Make one before
/// anything else.
package final class Signals: Sendable {
  /// This process was asked to stop.
  package struct Stop: Error, Hashable, Sendable {
    package let signal: Int32

    package init(signal: Int32) { self.signal = signal }
  }

  private let queue: SignalQueue

  /// A descriptor that can be read from when a signal has come.
  package var descriptorNumber: Int32 { queue.descriptor.number }

  package init() throws(SystemError) {
    queue = try SignalQueue([SIGTERM, SIGINT, SIGHUP, SIGQUIT])
    // A program that ends before it has read everything must not kill this one.
    signal(SIGPIPE, SIG_IGN)
    // A write beyond the limit of a file's size fails with an error instead.
    signal(SIGXFSZ, SIG_IGN)
    // If it was ignored, the kernel would reap the children.
    signal(SIGCHLD, SIG_DFL)
  }

  /// Throws if a signal has come since the last look.
  package func check() throws(Stop) {
    if let signal = queue.next() { throw Stop(signal: signal) }
  }

  /// Waits until `moment`. Throws as soon as a signal has come.
  package func wait(until moment: Instant) throws(Stop) {
    while case let rest = moment - .now, rest > 0 {
      _ = Descriptor.waitToRead([descriptorNumber], atMost: rest)
      try check()
    }
  }

  /// Ends this process as the signal would have ended it.
  package static func die(of stop: Stop) -> Never {
    // SIGQUIT would leave a core with this process's secrets in it.
    cposix_set_dumpable(false)
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, stop.signal)
    signal(stop.signal, SIG_DFL)
    kill(getpid(), stop.signal)
    sigprocmask(SIG_UNBLOCK, &set, nil)
    exit(128 + stop.signal)
  }
}

/// Signals that are read from a descriptor instead of being handled.
package struct SignalQueue: ~Copyable, Sendable {
  package let descriptor: Descriptor

  /// Blocks `signals` and collects them from now on. An empty list means all signals.
  package init(_ signals: [Int32]) throws(SystemError) {
    let opened = Descriptor(
      owning: try retrying("signalfd") {
        cposix_signal_descriptor(signals, Int32(signals.count))
      })
    descriptor = try opened.awayFromStandardStreams()
  }

  /// Takes the next signal that has come, or nil if there is none.
  package func next() -> Int32? {
    let signal = cposix_next_signal(descriptor.number)
    return signal == 0 ? nil : signal
  }
}
