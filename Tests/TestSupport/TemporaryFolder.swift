import Glibc
import Posix

/// A folder of a test's own, removed with its owner. Everybody may enter it, so that programs can run
/// in it as another user.
public final class TemporaryFolder: Sendable {
  public let path: Path

  public init() {
    let parent = Environment.current["TMPDIR"] ?? "/tmp"
    let name = String(UInt64.random(in: .min ... .max), radix: 36)
    path = Path(parent) / "hoop.\(name)"
    try! path.makeFolder()
    try! path.setMode(0o755)
  }

  deinit { try? path.removeTree() }
}

/// A file system that a test mounts, unmounted with its owner. Only root can.
public final class Mount: Sendable {
  private let place: Path

  /// Whether this process may mount: tests that need it are skipped if not.
  public static let isPossible = {
    let folder = TemporaryFolder()
    return withExtendedLifetime(folder) { (try? Mount("tmpfs", at: folder.path)) != nil }
  }()

  /// - Parameters:
  ///   - flags: Such as `MS_NOEXEC`.
  ///   - options: Such as `lowerdir=…,upperdir=…,workdir=…`.
  public init(_ type: String, at place: Path, flags: Int = 0, options: String = "") throws {
    guard mount(type, place.string, type, UInt(flags), options) == 0 else {
      throw SystemError("mount", place)
    }
    self.place = place
  }

  deinit { umount2(place.string, Int32(MNT_DETACH)) }
}
