import CPosix
import HoopAgent
import Posix

/// What the lifecycle hands to `bin/build` (Buildpack Interface Specification, "Build"): the app,
/// which is the working folder, a folder for layers, and the user's variables.
package struct ImageContext: Sendable {
  package let app: Path
  /// CNB_LAYERS_DIR.
  package let layers: Path
  package let workspace: Workspace
  /// The file of this program.
  package let executable: Path

  /// The folders that `bin/build` gets.
  package struct Folders: Sendable {
    let layers: Path
    let platform: Path

    /// - Parameter arguments: the folders once more, for platforms that are older than the variables.
    /// - Returns: nil where neither names them.
    package init?(_ arguments: [Path], _ environment: Environment) {
      func folder(_ name: String, _ position: Int) -> Path? {
        let entry = environment.keeping([name]).entries.first ?? []
        let value = Path(bytes: entry.dropFirst(name.utf8.count + 1))
        if !value.bytes.isEmpty { return value }
        return arguments.indices.contains(position) ? arguments[position] : nil
      }
      guard let layers = folder("CNB_LAYERS_DIR", 0),
        let platform = folder("CNB_PLATFORM_DIR", 1)
      else { return nil }
      (self.layers, self.platform) = (layers, platform)
    }
  }

  /// - Throws: where the folder for layers is none.
  init(_ folders: Folders, _ environment: Environment) throws(BuildFailure) {
    let status = try BuildFailure.system(try folders.layers.status())
    guard status?.kind == .folder else { throw .slug(.noFolder("CNB_LAYERS_DIR", folders.layers)) }
    // Programs are started in other folders.
    app = try BuildFailure.system(try Path(".").resolved())
    layers = try BuildFailure.system(try folders.layers.absolute())
    workspace = Workspace(
      configVars: try ConfigVars(platform: folders.platform, environment: environment),
      environment: environment, signals: try BuildFailure.system(try Signals()),
      log: BuildLog(.cloudNative))
    executable = try BuildFailure.system(try Path.executable())
  }
}
