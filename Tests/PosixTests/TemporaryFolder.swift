import Posix

/// A folder that goes with the test.
final class TemporaryFolder {
  let path: Path

  init() throws {
    path = Path("/tmp/hoop-posix-\(String(UInt64.random(in: 0 ... .max), radix: 36))")
    try path.makeFolder()
  }

  deinit { try? path.removeTree() }
}
