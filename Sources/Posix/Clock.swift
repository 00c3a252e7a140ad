import Glibc

/// A moment on the monotonic clock, in milliseconds.
public struct Moment: Comparable, Hashable, Sendable {
  public let milliseconds: Int

  public static var now: Moment {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Moment(milliseconds: time.tv_sec * 1000 + time.tv_nsec / 1_000_000)
  }

  public static func < (left: Moment, right: Moment) -> Bool {
    left.milliseconds < right.milliseconds
  }

  public static func + (moment: Moment, milliseconds: Int) -> Moment {
    Moment(milliseconds: moment.milliseconds + milliseconds)
  }

  /// Milliseconds from `earlier` to `later`.
  public static func - (later: Moment, earlier: Moment) -> Int {
    later.milliseconds - earlier.milliseconds
  }
}
