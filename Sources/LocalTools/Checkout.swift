import BuildpackKit
import CPosix
import HoopAgent
import Posix

/// This buildpack as Heroku fetches it for a build: a copy of its programs in a folder of its own.
/// What a build writes there (`export`, the report) does not go to the repository, and two dry runs
/// do not meet.
enum Checkout {
  /// - Parameters:
  ///   - buildpack: the repository.
  ///   - folder: to be made.
  static func make(of buildpack: Path, at folder: Path) throws(LocalFailure) {
    try LocalFailure.system { () throws(SystemError) in
      _ = try (folder / "bin").makeFolders()
      try copy(buildpack / "buildpack.toml", to: folder / "buildpack.toml")
      for name in try (buildpack / "bin").names() {
        let file = buildpack / "bin" / name
        if try file.status()?.kind == .file { try copy(file, to: folder / "bin" / name) }
      }
      // The launchers look for this program under the machine's name.
      let place = folder / "bin" / "linux-\(machine)" / "hoop-buildpack"
      try place.folder.makeFolder()
      try copy(Path("/proc/self/exe"), to: place)
    }
  }

  private static func copy(_ file: Path, to copy: Path) throws(SystemError) {
    let source = try Descriptor(opening: file, O_RDONLY)
    try copy.makeFile(copying: source, mode: source.status().mode)
  }

  private static var machine: String {
    #if arch(arm64)
      "aarch64"
    #else
      "x86_64"
    #endif
  }
}
