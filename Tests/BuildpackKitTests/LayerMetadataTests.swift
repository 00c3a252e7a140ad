import HoopAgent
import Testing

@testable import BuildpackKit

/// What `agent.toml` says of the layer.
@Suite struct LayerMetadataTests {
  private static let digest = Digest(String(repeating: "ab", count: 32))!
  private static let layer = LayerMetadata(
    LayerMetadata.Basis(
      agent: LayerMetadata.Agent(version: AgentVersion.newestKnown, archive: digest),
      platform: "Linux x86_64", launcher: digest, buildpack: "1.0.0"),
    from: "https://releases.hoop.dev/release/\(AgentVersion.newestKnown)/hoop.tar.gz",
    programs: ["hoop", "hoopstart"])

  @Test func readsWhatItHasWritten() {
    #expect(LayerMetadata(Self.layer.text) == Self.layer)
    let other = LayerMetadata(
      LayerMetadata.Basis(
        agent: nil, platform: "Linux arm64", launcher: Self.digest, buildpack: "1"),
      from: "", programs: ["hoopstart"])
    #expect(LayerMetadata(other.text) == other)
  }

  /// The lifecycle leaves out the types, sorts the keys and indents them.
  @Test func readsWhatTheLifecycleRestores() {
    let lines = Self.layer.text.split(separator: "\n").filter {
      $0.contains("-") || $0.contains("p")
    }
    let pairs = lines.filter { $0.contains(" = \"") }.sorted().map { "  \($0)\n" }
    #expect(LayerMetadata("[metadata]\n" + pairs.joined()) == Self.layer)
  }

  @Test(arguments: [
    "buildpack-version", "hoopstart-sha256", "platform", "programs", "agent-sha256",
  ])
  func takesNothingThatLacksSomething(_ key: String) {
    let lines = Self.layer.text.split(separator: "\n").filter { !$0.hasPrefix(key) }
    #expect(LayerMetadata(lines.joined(separator: "\n")) == nil)
  }

  @Test(arguments: [
    ("\(AgentVersion.newestKnown)\"", "1.148\""), ("agent-sha256 = \"a", "agent-sha256 = \"g"),
  ])
  func takesNoVersionOrDigestThatIsNone(_ from: String, _ to: String) {
    #expect(LayerMetadata(Self.layer.text.replacing(from, with: to)) == nil)
  }
}
