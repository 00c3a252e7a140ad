import TestSupport
import Testing

@testable import BuildpackKit

struct CacheManifestTests {
  private static let digest = String(repeating: "0a", count: 32)
  private static let text = """
    hoop-buildpack cache 1
    archive \(digest)
    stored 1787300000
    file \(digest) 130023424 hoop
    file \(digest) 5 hoop_rs

    """

  @Test func `what is printed reads as the same`() throws {
    let manifest = try #require(CacheManifest(Self.text))
    #expect(manifest.text == Self.text)
    #expect(manifest.files.map(\.name) == ["hoop", "hoop_rs"])
    #expect(manifest.files.map(\.size) == [130_023_424, 5])
  }

  @Test func `a manifest that was cut anywhere is refused`() {
    let withoutHelper = Self.text.split(separator: "\n").prefix(4).map { "\($0)\n" }.joined()
    for length in 0..<Self.text.utf8.count {
      let cut = String(Self.text.prefix(length))
      #expect(CacheManifest(cut) == nil || cut == withoutHelper, "\(length)")
    }
  }

  @Test(arguments: [
    ("cache 1", "cache 2"), (" hoop\n", " ../hoop\n"), (" hoop_rs", " hoop"), (" 5 ", " 0 "),
    (" 5 ", " -5 "), ("stored 1", "stored x1"), ("file \(digest) 5", "file \(digest)  5"),
    ("archive 0", "archive "), (" hoop\nfile", " hoop_rs\nfile"),
  ])
  func `a manifest that was changed is refused`(old: String, new: String) {
    let changed = Self.text.replacing(old, with: new)
    #expect(changed != Self.text)
    #expect(CacheManifest(changed) == nil)
  }

  @Test func `whatever random text is taken prints as itself`() {
    let random = RandomText(
      pieces: ["file", "hoop", "hoop_rs", "\n", " ", Self.digest, "1"], valid: [Self.text])
    let broken = random.counterexample(seed: 4) { text in
      guard let manifest = CacheManifest(text) else { return true }
      return CacheManifest(manifest.text) == manifest && manifest.files.first?.name == "hoop"
    }
    #expect(broken == nil)
  }
}
