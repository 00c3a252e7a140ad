/// How long the supervisor's waits are, against what they should be.
///
/// HOOPSTART_TIME_SCALE is for this project's tests alone: a factor such as `0.01`, which shortens
/// the app's head start, the waits before restarts, the life that makes a restart quick again, the
/// time to end in, and the time between two looks at the app.
struct TimeScale {
  private let factor: Double

  init(_ value: String?) {
    factor = min(max(value.flatMap { Double($0) } ?? 1, 0.001), 1)
  }

  func scaled(_ milliseconds: Int) -> Int { Int(Double(milliseconds) * factor) }
}
