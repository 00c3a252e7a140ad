import Glibc
import Posix

/// A folder of a test's own, which goes with its owner. Everybody may enter it, so that programs
/// can run in it as another user.
public final class TemporaryFolder: Sendable {
  public let path: Path

  public init() {
    let parent = Environment.current["TMPDIR"] ?? "/tmp"
    let name = String(UInt64.random(in: .min ... .max), radix: 36)
    path = Path(parent) / "hoop.\(name)"
    try! path.makeFolder()
    try! path.setMode(0o755)
  }

  deinit {
    do throws(SystemError) { try path.removeTree() } catch {
      // Tests give folders to other users, which the code under test leaves alone.
      let removing = ProcessConfiguration(
        Path("/bin/rm"), ["-rf", path.string], environment: Environment())
      if let pid = try? removing.start() { while waitpid(pid, nil, 0) < 0, errno == EINTR {} }
    }
  }
}
