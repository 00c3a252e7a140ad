import HoopAgent
import Posix

/// The launch layer `agent` in CNB_LAYERS_DIR: its folder, `agent.toml` and `agent.sbom.cdx.json`, and
/// `launch.toml`, which is this buildpack's as a whole. All is made in a staging folder, which the
/// lifecycle would pass over, and renamed to its place at the end.
struct AgentLayer: ~Copyable {
  static let name = "agent"

  /// What the layer of the previous image is made of, where it can be taken as it is; nil where there
  /// is none.
  let previous: LayerMetadata?

  private let folder: Path
  private let staging: Staging

  /// - Parameter folder: CNB_LAYERS_DIR.
  init(in folder: Path) throws(BuildFailure) {
    self.folder = folder
    staging = try BuildFailure.system(try Staging(in: folder))
    previous = Self.restored(in: folder)
  }

  /// The metadata that the lifecycle has restored, and the files not. Where there are files, these
  /// would become the layer, whatever they are.
  private static func restored(in folder: Path) -> LayerMetadata? {
    do throws(SystemError) {
      if try (folder / name).linkStatus() != nil { return nil }
      let text = try (folder / "\(name).toml").content(atMost: TOML.maximumBytes + 1)
      return LayerMetadata(String(decoding: text, as: UTF8.self))
    } catch { return nil }
  }

  /// A folder for the layer's files, with hoopstart alone.
  ///
  /// - Parameter executable: this project's, which becomes hoopstart.
  func makeFolder(launcher executable: Path) throws(BuildFailure) -> AgentFolder {
    try BuildFailure.system(
      try AgentFolder(making: staging.path / Self.name, launcher: executable))
  }

  /// A path for what may have to be thrown away.
  var scratch: Path { staging.path / "scratch" }

  /// Moves everything to its place, or nothing.
  ///
  /// - Parameter files: nil where the layer of the previous image is taken: the lifecycle does that
  ///   where a launch layer has metadata and no folder.
  func place(
    _ metadata: LayerMetadata, _ files: AgentFolder?, _ signals: Signals
  ) throws(BuildFailure) {
    let documents = [
      ("\(Self.name).sbom.cdx.json", SoftwareBill(layer: metadata).text),
      ("launch.toml", Self.launch(metadata)), ("\(Self.name).toml", metadata.text),
    ]
    try BuildFailure.system { () throws(SystemError) in
      for (name, text) in documents { _ = try staging.file(name, Array(text.utf8)) }
    }
    var placement = RenameTransaction()
    do throws(BuildFailure) {
      try BuildFailure.system { () throws(SystemError) in
        if let files { try placement.put(files.path, at: folder / Self.name) }
        for (name, _) in documents { try placement.put(staging.path / name, at: folder / name) }
      }
      do throws(Signals.Stop) { try signals.check() } catch { throw .stopped(error) }
    } catch {
      placement.undo()
      throw error
    }
  }

  /// `launch.toml`, which says what the image is labelled with.
  private static func launch(_ metadata: LayerMetadata) -> String {
    guard let version = metadata.basis.agent?.version.description else { return "" }
    return """
      [[labels]]
      key = "dev.hoop.agent.version"
      value = \(TOML.quoted(version))

      """
  }
}
