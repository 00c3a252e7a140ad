import CPosix
import HoopAgent
import Posix

/// The oom_score_adj of this process, which decides whom the kernel ends first when memory runs out.
///
/// A process that cannot be looked into cannot open its own either, and neither can its children
/// before they are another program. So it is opened here once, and agents inherit what is written.
final class OutOfMemoryScore {
  /// Nil if there is no /proc.
  private let file: Descriptor?
  private let own: Int

  /// Added to the app's, so that agents go first.
  private static let (difference, highest) = (500, 1000)

  /// Opens it. This process can be looked into meanwhile, and not afterwards.
  init() {
    cposix_set_dumpable(true)
    file = try? Descriptor(opening: Path("/proc/self/oom_score_adj"), O_RDWR)
      .awayFromStandardStreams()
    cposix_set_dumpable(false)
    let text = (try? file?.read(atMost: 16)) ?? []
    own = Int(String(decoding: text, as: UTF8.self).trimmed()) ?? 0
  }

  /// Its open file, or -1.
  var descriptorNumber: Int32 { number(of: file) ?? -1 }

  /// Runs `body`, whose children get the agents' score.
  func forAgents(_ body: () -> Void) {
    write(min(own + Self.difference, Self.highest))
    body()
    write(own)
  }

  private func write(_ score: Int) {
    let text = Array(String(score).utf8)
    pwrite(descriptorNumber, text, text.count, 0)
  }
}
