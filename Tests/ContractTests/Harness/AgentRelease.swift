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

  /// - Parameter others: The members beside the agent, each a script. No member is executable, so
  ///   that it has to be made so.
  init(_ version: String, beside others: [String] = []) {
    let others = others.map { ($0, Array("#!/bin/sh\necho \($0)\n".utf8)) }
    self.init(version, members: [("hoop", Self.program(version))] + others)
  }

  /// - Parameter script: The agent.
  init(_ version: String, script: String) {
    self.init(version, members: [("hoop", Array(script.utf8))])
  }

  private init(_ version: String, members: [(name: String, content: [UInt8])]) {
    let folder = TemporaryFolder()
    for member in members { (folder.path / member.name).write(member.content, mode: 0o600) }
    self.init(version, made: "tar -cf - -C '\(folder.path)' .")
  }

  /// - Parameter script: Prints the archive, by a function `tar` that gives always the same bytes.
  init(_ version: String, made script: String) {
    let folder = TemporaryFolder()
    let program = """
      tar() { command tar --mtime=@0 --owner=0 --group=0 --sort=name "$@"; }
      mkdir work && cd work && { \(script); } | gzip --no-name -1 >../archive
      """
    ProcessConfiguration("sh", ["-euc", program], in: folder.path).mustSucceed()
    self.init(version, archive: (folder.path / "archive").content)
  }

  /// Today's: with the helper for RDP (1.42 on).
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

extension [UInt8] {
  /// The SHA-256 digest in hexadecimal digits.
  var digest: String {
    let folder = TemporaryFolder()
    (folder.path / "file").write(self)
    return String(
      ProcessConfiguration("sha256sum", ["file"], in: folder.path).mustSucceed().prefix(64))
  }
}
