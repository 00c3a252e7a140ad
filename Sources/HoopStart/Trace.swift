import CPosix
import HoopAgent
import Output

/// The steps that HOOPSTART_XTRACE asks for, each on standard error, with the milliseconds since the
/// start.
struct Trace: Sendable {
  /// Microseconds on the monotonic clock, or nil to say nothing.
  private let start: Int?

  /// Any value that does not say off turns it on, as it did in the scripts that came before.
  init(variable: (String) -> String?) {
    let isOn = variable("HOOPSTART_XTRACE").map { Switch.parse($0) ?? true } ?? false
    start = isOn ? Self.now : nil
  }

  var isOn: Bool { start != nil }

  func step(_ what: @autoclosure () -> String) {
    guard let start else { return }
    let elapsed = Self.now - start
    let thousandths = String(1000 + elapsed % 1000).dropFirst()
    LogLine("trace").with("ms", "\(elapsed / 1000).\(thousandths)").with("pid", getpid())
      .with("step", what()).write()
  }

  private static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
  }
}
