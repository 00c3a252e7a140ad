import TestSupport
import Testing

@testable import BuildpackKit

struct CacheManifestTests {
  private static let digest = String(repeating: "0a", count: 32)
  private static let text = """
    hoop-buildpack cache 2
    archive \(digest)
    stored 1787300000
    part \(digest) 67108864 hoop
    part \(digest) 62914560 hoop
    part \(digest) 5 hoop_rs
    end

    """

  @Test func `what is printed reads as the same`() throws {
    let manifest = try #require(CacheManifest(Self.text))
    #expect(manifest.text == Self.text)
    #expect(manifest.files.map(\.name) == ["hoop", "hoop_rs"])
    #expect(manifest.files.map { $0.parts.map(\.size) } == [[67_108_864, 62_914_560], [5]])
  }

  @Test func `a manifest that was cut anywhere is refused`() {
    for length in 0..<Self.text.utf8.count {
      #expect(CacheManifest(String(Self.text.prefix(length))) == nil, "\(length)")
    }
  }

  @Test(arguments: [
    ("cache 2", "cache 3"), (" hoop\n", " ../hoop\n"), (" 5 ", " 0 "),
    (" 5 ", " -5 "), ("stored 1", "stored x1"), ("part \(digest) 5", "part \(digest)  5"),
    ("archive 0", "archive "), (" hoop\npart", " hoop_rs\npart"),
    (" 67108864 hoop\n", " 67108864 hoop_rs\n"), ("part ", "file "),
  ])
  func `a manifest that was changed is refused`(old: String, new: String) {
    let changed = Self.text.replacing(old, with: new)
    #expect(changed != Self.text)
    #expect(CacheManifest(changed) == nil)
  }

  @Test func `a manifest of another format is told from one that is damaged`() {
    #expect(CacheManifest.isOfAnotherFormat(Self.text.replacing("cache 2", with: "cache 1")))
    #expect(!CacheManifest.isOfAnotherFormat(Self.text))
    #expect(!CacheManifest.isOfAnotherFormat(""))
  }

  @Test func `whatever random text is taken prints as itself`() {
    let random = RandomText(
      pieces: ["part", "hoop", "hoop_rs", "\n", " ", Self.digest, "1"], valid: [Self.text])
    let broken = random.counterexample(seed: 4) { text in
      guard let manifest = CacheManifest(text) else { return true }
      return CacheManifest(manifest.text) == manifest && manifest.files.first?.name == "hoop"
    }
    #expect(broken == nil)
  }
}
