/// How long waits are, against what they should be. For this project's tests alone.
///
///     TimeScale("0.05").scaled(20_000)  // 1000
///
/// The value of HOOPSTART_TIME_SCALE and HOOP_BUILDPACK_TIME_SCALE: digits with at most one point
/// among them, of which three after the point count. It is taken as 0.001 where it is less, and
/// anything else, more than 1 too, as 1: no wait ever gets longer.
package struct TimeScale: Hashable, Sendable {
  private let thousandths: Int

  package init(_ value: String?) { thousandths = value.flatMap(Self.thousandths(of:)) ?? 1000 }

  /// The wait in its place, in the same unit; never longer than a day's milliseconds.
  package func scaled(_ milliseconds: Int) -> Int {
    let day = 86_400_000
    return min(max(milliseconds, 0), day) * thousandths / 1000
  }

  /// Nil where the text is no such number or one over 1.
  private static func thousandths(of text: String) -> Int? {
    var (value, decimals, hasPoint) = (0, 0, false)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: ".") where !hasPoint: hasPoint = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if decimals == 3 { continue }
        value = 10 * value + Int(byte - UInt8(ascii: "0"))
        if hasPoint { decimals += 1 }
      default: return nil
      }
      if value > 1000 { return nil }
    }
    if text.utf8.allSatisfy({ $0 == UInt8(ascii: ".") }) { return nil }
    for _ in decimals..<3 { value *= 10 }
    return value > 1000 ? nil : max(value, 1)
  }
}
