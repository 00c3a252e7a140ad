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
      "digest-failed", "Could not compute the digest of \(quoted(path.string)).",
      meaning: [result.end(of: program)],
      Remedy("Run it to see what is wrong:", .run("\(program) </dev/null")))
  }
}

extension ProgramResult {
  /// How a program ended, and the first line of its complaint.
  func end(of program: Path) -> String {
    let complaint = errorText.split(separator: "\n").first
    return "\(program) ended with \(status)" + (complaint.map { ": \(quoted(String($0)))" } ?? "")
  }
}

/// A release's `checksums.txt`: what sha256sum prints for each of its archives.
package enum Checksums {
  /// The digest of the archive `file`, whichever folder its line says it is in. Nil unless there is
  /// one, the same in each of its lines.
  package static func digest(of file: String, in text: String) -> Digest? {
    var found: Digest?
    for line in text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "\n") }) {
      // GNU's form is the digest, a space, then a space (text) or `*` (binary mode), then the name.
      let (hex, rest) = String(decoding: line, as: UTF8.self).trimmed().splitOnce(at: " ")
      let path = rest?.drop { $0 == " " || $0 == "*" }
      guard path?.split(separator: "/").last == file[...] else { continue }
      guard let digest = Digest(hex), digest == found ?? digest else { return nil }
      found = digest
    }
    return found
  }
}
