import TestSupport
import Testing

@testable import BuildpackKit

struct ChecksumsTests {
  private static let file = "hoop_1.148.0_Linux_x86_64.tar.gz"
  private static let digest = String(repeating: "0a", count: 32)
  private static let other = String(repeating: "1b", count: 32)

  @Test(arguments: [
    "\(digest)  ./dist/binaries/\(file)\n", "\(digest)  \(file)", "\(digest) *\(file)\n",
    "\(digest) *./dist/\(file)\r\n", "\(digest.uppercased())  \(file)\n",
    "\(other)  ./hoop_1.148.0_Darwin_arm64.tar.gz\nnoise\n\n\(digest)  ./\(file)\n",
    "\(digest)  \(file)\n\(digest)  ./again/\(file)\n",
  ])
  func `the digest is on the line that names the archive, whatever its folder`(text: String) {
    #expect(Checksums.digest(of: Self.file, in: text)?.hex == Self.digest)
  }

  @Test(arguments: [
    "", "\n\n", "<html></html>", "\(digest)  ./hoop_1.148.0_Linux_arm64.tar.gz\n",
    "\(digest)  ./x\(file)\n", "\(digest)  \(file)/\(other)\n", "\(digest)\n", "\(digest)\(file)",
    "\(digest)  ./\(file).sig\n", "\(digest)  a/\(file)\n\(other)  b/\(file)\n",
  ])
  func `an archive that no line names, or two in different ways, has no digest`(text: String) {
    #expect(Checksums.digest(of: Self.file, in: text) == nil)
  }

  @Test(arguments: [
    String(digest.dropLast()), digest + "0", String(digest.dropLast()) + "g", "d41d8cd98f", "-",
  ])
  func `what is not a SHA-256 digest is refused`(text: String) {
    #expect(Checksums.digest(of: Self.file, in: "\(text)  ./\(Self.file)\n") == nil)
  }

  @Test func `no random text yields a digest that a line does not say`() {
    let valid = ["\(Self.digest)  ./dist/\(Self.file)\n", "\(Self.other) *\(Self.file)\n"]
    let random = RandomText(
      pieces: [Self.digest, Self.other, Self.file, "  ", " *", "/", "\n", "./dist/"], valid: valid)
    let broken = random.counterexample(seed: 1) { text in
      guard let digest = Checksums.digest(of: Self.file, in: text) else { return true }
      return text.utf8.split(separator: UInt8(ascii: "\n")).contains {
        let line = String(Substring($0)).lowercased()
        return line.contains(digest.hex) && line.contains(Self.file.lowercased())
      }
    }
    #expect(broken == nil)
  }
}
