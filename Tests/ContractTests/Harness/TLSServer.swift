import CPosix
import Glibc
import Posix
import TestSupport

/// `openssl s_server` on loopback with a certificate of the tests' own. It serves the files of a
/// folder, so that curl speaks real TLS.
final class TLSServer {
  /// The certificate that has to be trusted, good for localhost and 127.0.0.1.
  static var certificate: Path { pair.path / "certificate.pem" }

  let port: UInt16
  private let folder = TemporaryFolder()
  private let program: Program
  private let output: Descriptor

  init() {
    var ends: [Int32] = [-1, -1]
    cposix_pipe(&ends)
    output = Descriptor(owning: ends[0])
    let theirs = Descriptor(owning: ends[1])
    var launch = ProcessConfiguration(
      "openssl",
      [
        "s_server", "-accept", "127.0.0.1:0", "-HTTP", "-cert", Self.certificate.string,
        "-key", (Self.pair.path / "key.pem").string,
      ], in: folder.path)
    launch.descriptors = [-1, theirs.number, -1]
    program = Program(launch)
    // It says `ACCEPT 127.0.0.1:PORT`.
    var text = ""
    while !text.hasSuffix("\n") || !text.contains("ACCEPT") {
      var wanted = pollfd(fd: output.number, events: Int16(POLLIN), revents: 0)
      poll(&wanted, 1, Int32(Program.patience))
      let part = wanted.revents == 0 ? [] : try! output.read(atMost: 4096)
      precondition(!part.isEmpty, "openssl s_server does not accept: \(text)")
      text += String(decoding: part, as: UTF8.self)
    }
    port = UInt16(text.split(whereSeparator: { ":\n".contains($0) }).last!)!
  }

  deinit {
    kill(program.pid, SIGKILL)
    _ = program.end()
  }

  /// Answers what asks for a file of the release server.
  func answer(_ file: String, _ head: String, _ content: [UInt8] = []) {
    (folder.path / "release/\(file)").write(Array("HTTP/1.1 \(head)\r\n\r\n".utf8) + content)
  }

  func publish(_ release: AgentRelease) {
    let checksums = Array(ReleaseSite.checksums(release).utf8)
    answer("\(release.version)/checksums.txt", "200 OK", checksums)
    answer("\(release.version)/\(release.file)", "200 OK", release.archive)
  }

  var url: String { "https://127.0.0.1:\(port)/release" }

  private static let pair: TemporaryFolder = {
    let folder = TemporaryFolder()
    let subject = "-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -days 2"
    let words =
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \(subject)"
      + " -keyout key.pem -out certificate.pem"
    ProcessConfiguration("openssl", words.split(separator: " ").map(String.init), in: folder.path)
      .mustSucceed()
    atexit { try? TLSServer.pair.path.removeTree() }
    return folder
  }()
}
