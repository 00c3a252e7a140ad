import HoopAgent
import Posix

/// The line that says how far a download has come, on a terminal alone: it is written over itself,
/// and gone when the download is over.
final class Progress {
  private let log: BuildLog
  private let start = Instant.now
  private var whole: Int?
  private var hasBegun = false
  private var isShown = false

  /// Milliseconds between two looks: five a second read as motion and cost nothing.
  static let interval = 200

  init?(_ log: BuildLog) {
    guard log.outputInk.isOn else { return nil }
    self.log = log
  }

  deinit { if isShown { log.overwrite("") } }

  /// - Parameter size: in bytes; nil where the server does not say.
  func begin(_ size: Int?) { (whole, hasBegun) = (size, true) }

  func show(_ count: Int) {
    guard hasBegun else { return }
    isShown = true
    let elapsed = max(1, .now - start)
    let ofWhole = whole.map { " of \(size($0))" } ?? ""
    log.overwrite("       \(size(count))\(ofWhole), \(size(count * 1000 / elapsed))/s")
  }
}
