import HoopAgent

/// What the layer `agent` is made of: its metadata in `agent.toml`, which the lifecycle keeps in the
/// image and restores at the next build (Buildpack Interface Specification, "Layer Content
/// Metadata").
struct LayerMetadata: Hashable {
  /// All that the layer depends on: two layers of the same basis are the same.
  struct Basis: Hashable {
    /// Nil where HOOP_DISABLED was on.
    var agent: Agent?
    /// Such as `Linux x86_64`.
    let platform: String
    /// Of the executable that is hoopstart.
    let launcher: Digest
    let buildpack: String
  }

  struct Agent: Hashable {
    let version: AgentVersion
    /// Of the archive that it came in.
    let archive: Digest
  }

  let basis: Basis
  /// Where the archive came from, without user and password; empty where there is no agent.
  let source: String
  /// The names of the programs, sorted.
  let programs: [String]

  init(_ basis: Basis, from source: String, programs: [String]) {
    (self.basis, self.source, self.programs) = (basis, source, programs)
  }

  /// `agent.toml`: the layer is for launch alone. It needs no cache: the next image takes it from
  /// this one.
  var text: String {
    var lines = [
      "[types]", "launch = true", "", "[metadata]",
      "buildpack-version = \(TOML.quoted(basis.buildpack))",
      "hoopstart-sha256 = \(TOML.quoted(basis.launcher.hex))",
      "platform = \(TOML.quoted(basis.platform))",
      "programs = \(TOML.quoted(programs.joined(separator: " ")))",
    ]
    if let agent = basis.agent {
      lines += [
        "agent-version = \(TOML.quoted(agent.version.description))",
        "agent-sha256 = \(TOML.quoted(agent.archive.hex))", "agent-source = \(TOML.quoted(source))",
      ]
    }
    return lines.map { "\($0)\n" }.joined()
  }

  /// Reads what `text` wrote and the lifecycle restored.
  ///
  /// - Returns: nil where it is something else.
  init?(_ text: String) {
    guard let toml = TOML(text),
      let buildpack = toml["metadata", "buildpack-version"],
      let launcher = toml["metadata", "hoopstart-sha256"].flatMap({ Digest($0) }),
      let platform = toml["metadata", "platform"], let programs = toml["metadata", "programs"]
    else { return nil }
    var agent: Agent?
    if let version = toml["metadata", "agent-version"] {
      guard let version = AgentVersion(version),
        let archive = toml["metadata", "agent-sha256"].flatMap({ Digest($0) })
      else { return nil }
      agent = Agent(version: version, archive: archive)
    }
    self.init(
      Basis(agent: agent, platform: platform, launcher: launcher, buildpack: buildpack),
      from: agent.flatMap { _ in toml["metadata", "agent-source"] } ?? "",
      programs: programs.split(separator: " ").map { String($0) })
  }
}
