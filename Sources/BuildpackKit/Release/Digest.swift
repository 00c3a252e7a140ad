import CPosix
import HoopAgent
import Output
import Posix

/// A SHA-256 digest.
package struct Digest: Hashable, Sendable, CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  package let hex: String

  /// Parses 64 hexadecimal digits of either case, which must be the whole of `text`.
  package init?(_ text: some StringProtocol) {
    let length = 64
    let lower = text.lowercased()
    guard lower.utf8.count == length, lower.utf8.allSatisfy(ASCII.isHexDigit) else { return nil }
    hex = lower
  }

  package var description: String { hex }

  /// The digest shortened for people: `2f1c0b…9ab0`.
  package var short: String { "\(hex.prefix(6))…\(hex.suffix(4))" }

  /// Computes a file's digest by openssl, else by sha256sum. openssl is the faster of the two if it
  /// has code for the processor's SHA instructions.
  static func of(_ path: Path, _ workspace: Workspace) throws(Problem) -> Digest {
    let program = try workspace.tools.require("openssl", "sha256sum", for: "check digests")
    let isOpenSSL = program.name == Path("openssl")
    var launch = workspace.tools.launch(program, isOpenSSL ? ["dgst", "-sha256", "-r"] : [])
    let file = try Problem.system(try Descriptor(opening: path, O_RDONLY))
    launch.descriptors[0] = file.number
    let result = try Problem.running { () throws(RunFailure) in
      try run(launch, signals: workspace.signals)[0]
    }
    if result.status.isSuccess, let digest = Digest(result.text.prefix { $0 != " " }) {
      return digest
    }
    throw Problem(
      digestFailed, "Could not compute the digest of \(quoted(path.string)).",
      meaning: [
        "\(quoted(program.string)) ended with \(result.status).",
        printable(result.errorText.trimmed()),
      ].filter { !$0.isEmpty },
      Remedy("Run it to see what is wrong:", .run("\(program) </dev/null")))
  }

  /// The code of the problem that a file cannot be read, or the program does not work.
  static let digestFailed = "digest-failed"
}

/// The digest that an archive must have.
package struct ExpectedDigest: Hashable, Sendable {
  /// Who says so.
  package enum Authority: Hashable, Sendable {
    /// The user, by HOOP_SHA256.
    case pin
    /// The release's checksums.txt, fetched in this build.
    case release
    /// An earlier build, which has verified it. For when checksums.txt cannot be fetched.
    case lastBuild
  }

  package let digest: Digest
  package let authority: Authority

  package init(_ digest: Digest, by authority: Authority) {
    (self.digest, self.authority) = (digest, authority)
  }

  /// What the log says once an archive has this digest.
  var verified: String {
    switch authority {
    case .pin: "SHA-256 verified against HOOP_SHA256: \(digest.short)"
    case .release: "SHA-256 verified: \(digest.short)"
    case .lastBuild: "SHA-256 as noted by the last build: \(digest.short)"
    }
  }
}

/// A release's `checksums.txt`: what sha256sum prints for each of its archives.
///
///     try Checksums("2f1c…  ./dist/binaries/hoop_1.148.0_Linux_x86_64.tar.gz\n")
///       .digest(of: "hoop_1.148.0_Linux_x86_64.tar.gz")
package struct Checksums: Hashable, Sendable {
  /// Why there is no digest, in words that follow the file's URL.
  package struct Failure: Error, Hashable, Sendable { package let reason: String }

  private let text: String

  package init(_ text: String) { self.text = text }

  /// The digest of the archive `file`, whichever folder its line says it is in.
  package func digest(of file: String) throws(Failure) -> Digest {
    var found: Digest?
    for line in text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "\n") }) {
      // GNU's form is the digest, a space, then a space (text) or `*` (binary mode), then the name.
      let line = String(decoding: line, as: UTF8.self).trimmed()
      guard let space = line.utf8.firstIndex(of: UInt8(ascii: " ")) else { continue }
      var name = line[line.index(after: space)...]
      if name.utf8.first == UInt8(ascii: "*") || name.utf8.first == UInt8(ascii: " ") {
        name = name.dropFirst()
      }
      guard name.utf8.split(separator: UInt8(ascii: "/")).last.map(Substring.init) == file[...]
      else { continue }
      guard let digest = Digest(line[..<space]) else {
        throw Failure(reason: "names this archive with something that is not a SHA-256 digest")
      }
      if let found, found != digest {
        throw Failure(reason: "names this archive twice, with two digests")
      }
      found = digest
    }
    guard let found else { throw Failure(reason: "does not name this archive") }
    return found
  }
}
