import HoopAgent
import Output
import Posix

/// What this buildpack adds to an image: two launch layers in CNB_LAYERS_DIR, each a folder, `NAME.toml`
/// and `NAME.sbom.cdx.json`, and `launch.toml`.
///
///     agent/      bin/hoop, bin/hoop_rs, version
///     hoopstart/  bin/hoopstart, and links to the agent, which hoopstart looks for beside itself
///
/// There are two because they change at different times: a new version of this buildpack needs no
/// download, and a release server that is down does not keep an old hoopstart.
final class Image: Target {
  let app: Path

  private let layers: Path
  /// The file of this program, which becomes hoopstart.
  private let executable: Path
  private let workspace: Workspace
  private let staging: Staging
  /// The layer `agent` of this image, once it is known.
  private var agent: LayerMetadata?

  init(app: Path, layers: Path, executable: Path, _ workspace: Workspace) throws(SystemError) {
    (self.app, self.layers) = (app, layers)
    (self.executable, self.workspace) = (executable, workspace)
    staging = try Staging(in: layers)
  }

  func prepare() {}

  func lastRelease(_ platform: Platform) -> Release? {
    guard let last = restored(.agent), last[.platform] == platform.description,
      let version = AgentVersion(last[.version] ?? ""), let digest = Digest(last[.archive] ?? "")
    else { return nil }
    let archive = AgentArchive(version: version, platform: platform)
    return Release(archive: archive, digest: digest, authority: .lastBuild)
  }

  func reuse(_ release: Release, _ source: AgentSource) -> Bool {
    guard let last = restored(.agent), last.isAgent(release) else { return false }
    agent = last
    if release.authority == .lastBuild { workspace.log.subdetail(release.verified) }
    workspace.log.detail("Using the agent of the previous image")
    return true
  }

  func install(_ release: Release, _ source: AgentSource) throws(Problem) {
    let folder = staging.path / LayerMetadata.Layer.agent.rawValue
    // A session runs as the app's user, who may execute the agent and not read it: so its process,
    // which has the key, cannot be looked into.
    _ = try source.install(release, by: staging.path, into: folder, mode: 0o711)
    let programs = try Problem.system(try (folder / AgentLayout.programs).names())
    agent = LayerMetadata(
      agent: release, from: source.location(of: release.archive), programs.map { $0.string })
  }

  func finish(
    _ release: Release?, _ procfile: Procfile, warn: (Problem) -> Void
  ) throws(Problem) -> [String] {
    let launcher = LayerMetadata(
      launcher: try Digest.of(executable, workspace), try Platform.current())
    if restored(.launcher) != launcher { try makeLauncher() }
    for layer in [agent, launcher] {
      if let layer { try place(layer) }
    }
    for ending in ["", ".toml", ".sbom.cdx.json"] where agent == nil {
      try Problem.system(
        try (layers / "\(LayerMetadata.Layer.agent.rawValue)\(ending)").removeTree())
    }
    try Problem.system(try place("launch.toml", Self.launch(release?.version)))
    return (agent?.programs ?? []) + launcher.programs
  }

  private func makeLauncher() throws(Problem) {
    let folder = staging.path / LayerMetadata.Layer.launcher.rawValue
    let agent = LayerMetadata.Layer.agent.rawValue
    try Problem.system { () throws(SystemError) in
      try (folder / AgentLayout.programs).makeFolders()
      try AgentLayout.makeLauncher(in: folder, of: executable, mode: 0o711)
      try (folder / AgentLayout.agent).makeLink(to: "../../\(agent)/\(AgentLayout.agent)")
      try (folder / AgentLayout.version).makeLink(to: "../\(agent)/\(AgentLayout.version)")
    }
  }

  /// The metadata of a layer of the previous image, if the lifecycle has restored it without files. If
  /// there are files, they would become the layer, whatever they are.
  private func restored(_ layer: LayerMetadata.Layer) -> LayerMetadata? {
    do throws(SystemError) {
      if try (layers / layer.rawValue).linkStatus() != nil { return nil }
      let text = try (layers / "\(layer.rawValue).toml").content(
        atMost: LayerMetadata.maximumBytes)
      return LayerMetadata(layer, String(decoding: text, as: UTF8.self))
    } catch { return nil }
  }

  /// Moves a layer to its place. Without files the lifecycle takes them from the previous image.
  private func place(_ layer: LayerMetadata) throws(Problem) {
    let name = layer.layer.rawValue
    try Problem.system { () throws(SystemError) in
      let files = staging.path / name
      if try files.linkStatus() != nil { try (layers / name).replace(with: files) }
      try place("\(name).sbom.cdx.json", layer.softwareBill)
      try place("\(name).toml", layer.text)
    }
  }

  private func place(_ name: String, _ text: String) throws(SystemError) {
    try (layers / name).replace(with: try staging.file(name, Array(text.utf8)))
  }

  /// `launch.toml`, which says what the image is labelled with.
  private static func launch(_ version: AgentVersion?) -> String {
    guard let version else { return "" }
    return """
      [[labels]]
      key = "dev.hoop.agent.version"
      value = "\(version)"

      """
  }
}

/// `bin/build`: puts a verified Hoop agent into layers of an image (Buildpack Interface Specification,
/// "Build"). The app is the working folder.
package enum ImageBuild {
  /// Runs the build and tells the log what it does.
  ///
  /// - Parameters:
  ///   - layers: CNB_LAYERS_DIR.
  ///   - platform: CNB_PLATFORM_DIR.
  /// - Returns: What ended the build, which is in the log already, or nil for success.
  package static func run(layers: Path, platform: Path, environment: Environment) -> Problem? {
    var report = BuildReport()
    return Build<Image>.run(
      in: layers, "CNB_LAYERS_DIR", environment, BuildLog(.cloudNative), &report,
      configVars: { () throws(Problem) in
        try ConfigVars(platform: platform, environment: environment)
      },
      target: { (workspace, executable) throws(SystemError) in
        try Image(
          app: Path(".").resolved(), layers: layers.absolute(), executable: executable, workspace)
      })
  }
}
