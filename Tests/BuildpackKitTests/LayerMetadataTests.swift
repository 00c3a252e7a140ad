import HoopAgent
import TestSupport
import Testing

@testable import BuildpackKit

/// What `agent.toml` and `hoopstart.toml` say of their layers.
struct LayerMetadataTests {
  private static let digest = Digest(String(repeating: "ab", count: 32))!
  private static let agent = LayerMetadata(
    agent: Release(
      archive: AgentArchive(version: .newestKnown, platform: .x8664),
      digest: digest, authority: .release),
    from: "https://releases.hoop.dev/release/\(AgentVersion.newestKnown)/hoop.tar.gz",
    ["hoop", "hoop_rs"])
  private static let launcher = LayerMetadata(launcher: digest, .arm64)

  @Test(arguments: [agent, launcher])
  func `what was written is read, and as the lifecycle restores it`(layer: LayerMetadata) {
    #expect(LayerMetadata(layer.layer, layer.text) == layer)
    // The lifecycle leaves out the types, sorts the keys and indents them.
    let pairs = layer.text.split(separator: "\n").filter { $0.contains(" = \"") }.sorted()
    let restored = "[metadata]\n" + pairs.map { "  \($0)\n" }.joined()
    #expect(LayerMetadata(layer.layer, restored) == layer)
  }

  @Test(arguments: ["layout", "programs", "[metadata]"])
  func `a layer that lacks something essential is not taken`(key: String) {
    let lines = Self.agent.text.split(separator: "\n").filter { !$0.hasPrefix(key) }
    #expect(LayerMetadata(.agent, lines.joined(separator: "\n")) == nil)
  }

  @Test func `a layer is of one release`() {
    func release(_ version: AgentVersion, _ platform: Platform, _ digest: Digest) -> Release {
      Release(
        archive: AgentArchive(version: version, platform: platform),
        digest: digest, authority: .lastBuild)
    }
    let other = Digest(String(repeating: "cd", count: 32))!
    let (version, platform) = (AgentVersion.newestKnown, Platform.x8664)
    #expect(Self.agent.isAgent(release(version, platform, Self.digest)))
    #expect(!Self.agent.isAgent(release(version, platform, other)))
    #expect(!Self.agent.isAgent(release(version, .arm64, Self.digest)))
    #expect(!Self.agent.isAgent(release(.oldestSupported, platform, Self.digest)))
  }

  @Test(arguments: [
    ("[a]\nb = \"c\"", "c"), ("# \n[x]\nb = \"d\"\n[a]\n  b = \"c\"\n[y]\nb = \"d\"", "c"),
    ("[a]\nb = true\nb = \"c\"", "c"), ("[a]\nb = 'c'", nil), ("[a]\nb = \"c\\n\"", nil),
    ("[a]\nb = \"c", nil), ("[a]\nb = \"c\u{7f}\"", nil), ("[[a]]\nb = \"c\"", nil),
    ("b = \"c\"", nil),
    ("[a]\nb = \"c\"\nb = \"c\"", nil),
  ])
  func `the texts of a TOML table are read`(text: String, value: String?) {
    #expect(TOML.texts(of: "a", in: text)?["b"] == value)
  }
}
