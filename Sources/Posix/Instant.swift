import CPosix

/// A moment on the monotonic clock, in milliseconds.
package struct Instant: Comparable, Hashable, Sendable {
  package let milliseconds: Int

  package static var now: Instant {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Instant(milliseconds: time.tv_sec * 1000 + time.tv_nsec / 1_000_000)
  }

  package static func < (left: Instant, right: Instant) -> Bool {
    left.milliseconds < right.milliseconds
  }

  package static func + (moment: Instant, milliseconds: Int) -> Instant {
    Instant(milliseconds: moment.milliseconds + milliseconds)
  }

  /// Returns the milliseconds from `earlier` to `later`.
  package static func - (later: Instant, earlier: Instant) -> Int {
    later.milliseconds - earlier.milliseconds
  }
}
