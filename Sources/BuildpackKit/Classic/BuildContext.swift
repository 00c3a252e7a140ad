import CPosix
import HoopAgent
import Posix

/// What Heroku hands to a buildpack: three folders and an environment.
package struct BuildContext: Sendable {
  /// The app, which becomes the slug.
  package let buildFolder: Path
  /// Kept from one successful build to the next; need not be there yet.
  package let cacheFolder: Path
  /// What the build has to work with, beside the folders.
  package let workspace: Workspace
  /// The file of this program.
  package let executable: Path
  /// Where this buildpack is checked out; nil where the program stands alone.
  package let buildpackFolder: Path?

  /// - Throws: where BUILD_DIR or ENV_DIR is no folder.
  package init(
    buildFolder: Path, cacheFolder: Path, environmentFolder: Path?, environment: Environment
  ) throws(BuildFailure) {
    let status = try BuildFailure.system(try buildFolder.status())
    guard status?.kind == .folder else { throw .slug(.noFolder("BUILD_DIR", buildFolder)) }
    // Programs are started in other folders, and the next buildpack reads the path from `export`.
    self.buildFolder = try BuildFailure.system(try buildFolder.absolute())
    self.cacheFolder = try BuildFailure.system(try cacheFolder.absolute())
    workspace = Workspace(
      configVars: try ConfigVars(folder: environmentFolder, environment: environment),
      environment: environment, signals: try BuildFailure.system(try Signals()), log: BuildLog())
    executable = try BuildFailure.system(try Path.executable())
    buildpackFolder = try BuildFailure.system(try Self.buildpackFolder(above: executable))
  }

  /// The nearest folder above `executable` that holds a buildpack.toml.
  package static func buildpackFolder(above executable: Path) throws(SystemError) -> Path? {
    var folder = executable.folder
    while folder != folder.folder {
      if try (folder / "buildpack.toml").status() != nil { return folder }
      folder = folder.folder
    }
    return nil
  }
}
