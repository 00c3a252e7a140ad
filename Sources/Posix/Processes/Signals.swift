import CPosix

/// The signals that ask this process to stop, held back until somebody looks. Make one, first
/// thing.
package final class Signals: Sendable {
  /// A stop was asked for.
  package struct Stop: Error, Hashable, Sendable {
    package let signal: Int32

    package init(signal: Int32) { self.signal = signal }
  }

  private let queue: SignalQueue

  /// Can be read from when a signal has come.
  package var descriptorNumber: Int32 { queue.descriptor.number }

  package init() throws(SystemError) {
    queue = try SignalQueue([SIGTERM, SIGINT, SIGHUP, SIGQUIT])
    // A program that ends before it has read everything is no reason to die.
    signal(SIGPIPE, SIG_IGN)
    // A file that would be larger than the limit is an error of the call that writes it.
    signal(SIGXFSZ, SIG_IGN)
    // Where it was ignored, the kernel would take the programs' ends away before anybody looks.
    signal(SIGCHLD, SIG_DFL)
  }

  /// Looks for what came since the last look.
  package func check() throws(Stop) {
    if let signal = queue.next() { throw Stop(signal: signal) }
  }

  /// Waits until something came, or until `moment`.
  package func wait(until moment: Instant) throws(Stop) {
    while case let rest = moment - .now, rest > 0 {
      _ = Descriptor.waitToRead([descriptorNumber], atMost: rest)
      try check()
    }
  }

  /// Ends this process as the signal would have ended it.
  package static func die(of stop: Stop) -> Never {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, stop.signal)
    signal(stop.signal, SIG_DFL)
    kill(getpid(), stop.signal)
    sigprocmask(SIG_UNBLOCK, &set, nil)
    exit(128 + stop.signal)
  }
}
