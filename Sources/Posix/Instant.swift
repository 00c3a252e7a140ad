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

/// A factor that shortens waits in this project's own tests.
///
/// Read from HOOPSTART_TIME_SCALE and HOOP_BUILDPACK_TIME_SCALE: `0.` and up to three digits, at least
/// 0.001. Anything else counts as 1, so no wait ever gets longer.
package struct TimeScale: Hashable, Sendable {
  private let thousandths: Int

  package init(_ value: String?) {
    let digits = Array((value ?? "").utf8.dropFirst(2))
    let isFraction = value?.hasPrefix("0.") == true && (1...3).contains(digits.count)
    guard isFraction, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
      thousandths = 1000
      return
    }
    let padded = digits + Array(repeating: 0x30, count: 3 - digits.count)
    thousandths = max(1, padded.reduce(0) { 10 * $0 + Int($1 - 0x30) })
  }

  /// Returns the shortened wait, in the same unit. It is never longer than a day in milliseconds.
  package func scaled(_ milliseconds: Int) -> Int {
    min(max(milliseconds, 0), 86_400_000) * thousandths / 1000
  }
}
