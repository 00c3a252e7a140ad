import CPosix
import HoopAgent
import Posix

/// The oom_score_adj of this process, which decides whom the kernel ends first when memory runs out.
///
/// A process that cannot be looked into cannot open its own either, so it is opened before. Children
/// inherit what is written meanwhile.
final class OutOfMemoryScore {
  /// Nil if there is no /proc.
  private let file: Descriptor?
  private let own: Int

  /// Added to the app's, so that agents go first.
  private static let (difference, highest) = (500, 1000)

  init() {
    file = try? Descriptor(opening: Path("/proc/self/oom_score_adj"), O_RDWR)
      .awayFromStandardStreams()
    let text = (try? file?.read(atMost: 16)) ?? []
    own = Int(String(decoding: text, as: UTF8.self).trimmed()) ?? 0
  }

  /// Its open file, or -1.
  var descriptorNumber: Int32 { number(of: file) ?? -1 }

  /// Gives the children that start from now on the agents' score, or this process's own.
  func set(forAgents isForAgents: Bool) {
    let score = isForAgents ? min(own + Self.difference, Self.highest) : own
    let text = Array(String(score).utf8)
    pwrite(descriptorNumber, text, text.count, 0)
  }
}
