import CPosix
import Glibc

/// The signals that ask this process to stop, held back until somebody looks. Make one, first
/// thing.
public final class Signals: Sendable {
  /// A stop was asked for.
  public struct Stop: Error, Hashable, Sendable {
    public let signal: Int32
  }

  /// Can be read from when a signal has come.
  public let descriptor: Descriptor

  public init() throws(SystemError) {
    let numbers = [SIGTERM, SIGINT, SIGHUP]
    descriptor = Descriptor(
      owning: try retrying("signalfd") {
        cposix_signal_descriptor(numbers, Int32(numbers.count))
      })
    // A program that ends before it has read everything is no reason to die.
    signal(SIGPIPE, SIG_IGN)
    // A file that would be larger than the limit is an error of the call that writes it.
    signal(SIGXFSZ, SIG_IGN)
    // Where it was ignored, the kernel would take the programs' ends away before anybody looks.
    signal(SIGCHLD, SIG_DFL)
  }

  /// Looks for what came since the last look.
  public func check() throws(Stop) {
    let number = cposix_next_signal(descriptor.number)
    if number != 0 { throw Stop(signal: number) }
  }

  /// Waits until something came, or until `moment`.
  public func wait(until moment: Moment) throws(Stop) {
    while case let rest = moment - .now, rest > 0 {
      var wanted = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
      poll(&wanted, 1, Int32(clamping: rest))
      try check()
    }
  }

  /// Ends this process as the signal would have ended it.
  public static func die(of stop: Stop) -> Never {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, stop.signal)
    signal(stop.signal, SIG_DFL)
    kill(getpid(), stop.signal)
    sigprocmask(SIG_UNBLOCK, &set, nil)
    exit(128 + stop.signal)
  }
}
