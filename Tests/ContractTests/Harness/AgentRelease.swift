import HoopAgent
import Posix
import TestSupport
import Testing

/// A release of the agent as the server has it: an archive made by tar and gzip, its members those
/// of its era.
struct AgentRelease: Sendable, CustomTestStringConvertible {
  let version: String
  /// The archive.
  let archive: [UInt8]
  /// The archive's SHA-256 digest, 64 hexadecimal digits.
  let digest: String

  init(_ version: String, archive: [UInt8]) {
    (self.version, self.archive, digest) = (version, archive, archive.digest)
  }

  /// - Parameter others: the members beside the agent, each a script. No member is executable, so
  ///   that it has to be made so.
  init(_ version: String, beside others: [String] = []) {
    let folder = TemporaryFolder()
    (folder.path / "hoop").write(Self.program(version), mode: 0o600)
    for name in others { (folder.path / name).write("#!/bin/sh\necho \(name)\n", mode: 0o600) }
    let words = ["--mtime=@0", "--owner=0", "--group=0", "--sort=name", "-C", folder.path.string]
    let file = TemporaryFolder()
    let archive = file.path / "archive"
    ProcessConfiguration("tar", ["-cf", archive.string] + words + ["."]).mustSucceed()
    self.init(version, archive: archive.content.gzipped)
  }

  /// How today's archives are: with the helper for RDP (1.42 on).
  static let newest = AgentRelease(AgentVersion.newestKnown.description, beside: ["hoop_rs"])
  /// Nothing but the agent (1.22.0 to 1.41.x).
  static let bare = AgentRelease("1.30.0")
  /// With the agent's own hoopstart (1.14.21 to 1.21.x).
  static let withHoopstart = AgentRelease("1.20.0", beside: ["hoopstart", "hoopwrapper"])
  /// With hoopwrapper alone (1.14.11 to 1.14.20).
  static let withWrapper = AgentRelease("1.14.11-beta1", beside: ["hoopwrapper"])
  /// The oldest that can run beside an app.
  static let oldest = AgentRelease("1.14.10")

  var testDescription: String { version }

  /// The archive's name on the server.
  var file: String { "hoop_\(version)_Linux_\(Self.architecture).tar.gz" }

  /// The digest as the log has it.
  var shortDigest: String { "\(digest.prefix(6))…\(digest.suffix(4))" }

  /// A line of checksums.txt, which names the folder that the archive was made in.
  var checksum: String { "\(digest)  ./dist/binaries/\(file)\n" }

  /// Of the program under test: an emulator may run it.
  static let architecture = Products.isForARM ? "arm64" : "x86_64"

  /// What `hoop version` says, as a shell script.
  static func answer(_ version: String) -> String {
    """
    [ "$1" = version ] || exit 2
    echo '{"version":"\(version)","git_commit":"0","platform":"linux/amd64"}'
    """
  }

  /// An agent of 200 kB that does not compress: what follows the script's end is never read.
  static func program(_ version: String) -> [UInt8] {
    Array("#!/bin/sh\n\(answer(version))\nexit\n".utf8) + ballast
  }

  private static let ballast: [UInt8] = {
    var generator = SystemRandomNumberGenerator()
    return (0..<25_000).flatMap { _ in
      withUnsafeBytes(of: generator.next() as UInt64) { Array($0) }
    }
  }()
}
