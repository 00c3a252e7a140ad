import CPosix
import Glibc
import Posix
import TestSupport

/// `openssl s_server` on loopback with a certificate of the tests' own. It serves the files of a
/// folder, so that curl speaks real TLS.
final class TLSServer {
  /// What becomes of a file that is asked for.
  enum Mode: String {
    /// It is the content of the answer.
    case contents = "-WWW"
    /// It is the whole answer, status line and all.
    case answers = "-HTTP"
  }

  /// The certificate that has to be trusted, good for localhost and 127.0.0.1.
  static var certificate: Path { pair.path / "certificate.pem" }

  let port: UInt16
  private let folder = TemporaryFolder()
  private let program: Program
  private let output: Descriptor

  init(_ mode: Mode = .contents) {
    var ends: [Int32] = [-1, -1]
    cposix_pipe(&ends)
    output = Descriptor(owning: ends[0])
    let theirs = Descriptor(owning: ends[1])
    var launch = ProcessConfiguration(
      "openssl",
      [
        "s_server", "-accept", "127.0.0.1:0", mode.rawValue, "-cert", Self.certificate.string,
        "-key", (Self.pair.path / "key.pem").string,
      ], in: folder.path)
    launch.descriptors = [-1, theirs.number, -1]
    program = Program(launch)
    port = Self.acceptedPort(output)
  }

  deinit {
    kill(program.pid, SIGKILL)
    _ = program.end()
  }

  /// Puts a file at a path such as `release/latest.txt`.
  func put(_ path: String, _ content: [UInt8]) { (folder.path / path).write(content) }

  func put(_ path: String, _ text: String) { put(path, Array(text.utf8)) }

  /// Puts a release where the real server has it.
  func publish(_ release: AgentRelease) {
    put("release/latest.txt", release.version)
    put("release/\(release.version)/checksums.txt", ReleaseSite.checksums(release))
    put("release/\(release.version)/\(release.file)", release.archive)
  }

  var url: String { "https://127.0.0.1:\(port)/release" }

  /// Reads what the server says up to the line `ACCEPT 127.0.0.1:PORT`.
  private static func acceptedPort(_ output: borrowing Descriptor) -> UInt16 {
    var text = ""
    let deadline = Instant.now + Program.patience
    while !text.hasSuffix("\n") || !text.contains("ACCEPT") {
      var wanted = pollfd(fd: output.number, events: Int16(POLLIN), revents: 0)
      poll(&wanted, 1, Int32(max(0, deadline - .now)))
      precondition(wanted.revents != 0, "openssl s_server does not accept: \(text)")
      let part = try! output.read(atMost: 4096)
      precondition(!part.isEmpty, "openssl s_server ended: \(text)")
      text += String(decoding: part, as: UTF8.self)
    }
    let line = text.split(separator: "\n").last { $0.hasPrefix("ACCEPT") }!
    return UInt16(line.split(separator: ":").last!)!
  }

  private static let pair: TemporaryFolder = {
    let folder = TemporaryFolder()
    ProcessConfiguration(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
        "-days", "2", "-keyout", "key.pem", "-out", "certificate.pem",
      ], in: folder.path
    ).mustSucceed()
    atexit { try? TLSServer.pair.path.removeTree() }
    return folder
  }()
}
