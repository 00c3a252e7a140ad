import HoopAgent
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

  /// The digest cut for people: `2f1c0b…9ab0`.
  package var short: String { "\(hex.prefix(6))…\(hex.suffix(4))" }
}

/// The program that computes digests: openssl, else sha256sum. openssl is the faster of the two
/// where it has code for the processor's SHA instructions.
struct DigestProgram {
  /// Reads standard input and writes the digest, then other words.
  let launch: ProcessConfiguration

  init(_ tools: Tools) throws(BuildFailure) {
    if let openssl = tools.find("openssl") {
      launch = tools.launch(openssl, ["dgst", "-sha256", "-r"])
    } else if let sha256sum = tools.find("sha256sum") {
      launch = tools.launch(sha256sum, [])
    } else {
      throw .slug(.missingProgram("openssl or sha256sum", purpose: "check digests"))
    }
  }

  /// The most that it writes, in bytes: the digest and a file's name.
  static let outputLimit = 256

  /// What the program wrote, as a digest.
  static func digest(_ gather: OutputCollector) -> Digest? {
    Digest(gather.text.prefix { $0 != " " })
  }
}

extension Digest {
  /// The digest of what is in an open file from its offset on.
  static func of(
    _ file: borrowing Descriptor, _ workspace: Workspace
  ) throws(BuildFailure) -> Digest {
    let programs = Pipeline(signals: workspace.signals)
    var hashing = try DigestProgram(workspace.tools).launch
    hashing.descriptors[0] = file.number
    let output: OutputCollector
    do throws(Pipeline.Failure) {
      output = try programs.collect(
        from: &hashing.descriptors[1], limit: DigestProgram.outputLimit)
      try programs.start(hashing)
      try programs.run()
    } catch { throw BuildFailure(error) }
    guard let digest = DigestProgram.digest(output) else {
      throw .slug(.missingProgram("openssl or sha256sum that works", purpose: "check digests"))
    }
    return digest
  }
}
