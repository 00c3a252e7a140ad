import TestSupport
import Testing

@testable import BuildpackKit

struct CacheManifestTests {
  private static let digest = String(repeating: "0a", count: 32)
  private static let lines = """
    hoop-buildpack cache 2
    archive \(digest)
    stored 1787300000
    part \(digest) 67108864 hoop
    part \(digest) 62914560 hoop
    part \(digest) 5 hoop_rs

    """
  private static let text = CacheManifest.ended(lines)

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
  func `a manifest that says something else is refused`(old: String, new: String) {
    let changed = Self.lines.replacing(old, with: new)
    #expect(changed != Self.lines)
    #expect(CacheManifest(CacheManifest.ended(changed)) == nil)
  }

  @Test func `a manifest that lacks a line, or has one twice, is refused`() {
    let lines = Self.text.split(separator: "\n")
    for index in lines.indices {
      let (without, twice) = (
        lines[..<index] + lines[(index + 1)...], lines[...index] + lines[index...]
      )
      #expect(CacheManifest(without.map { "\($0)\n" }.joined()) == nil)
      #expect(CacheManifest(twice.map { "\($0)\n" }.joined()) == nil)
    }
  }

  @Test func `a manifest of another format is told from one that is damaged`() {
    #expect(CacheManifest.isOfAnotherFormat(Self.text.replacing("cache 2", with: "cache 1")))
    #expect(!CacheManifest.isOfAnotherFormat(Self.text))
    #expect(!CacheManifest.isOfAnotherFormat(""))
  }

  @Test func `whatever random text is taken prints as itself`() {
    let random = RandomText(
      pieces: ["part", "hoop", "hoop_rs", "\n", " ", Self.digest, "1"], valid: [Self.lines])
    let broken = random.counterexample(seed: 4) { text in
      guard let manifest = CacheManifest(CacheManifest.ended(text)) else { return true }
      return CacheManifest(manifest.text) == manifest && manifest.files.first?.name == "hoop"
    }
    #expect(broken == nil)
  }
}
