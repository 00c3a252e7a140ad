import Glibc
import Posix
import TestSupport

/// The buildpack as a clone has it: its launchers, its buildpack.toml and the program.
enum Buildpack {
  #if arch(arm64)
    static let program = "bin/linux-aarch64/hoop-buildpack"
  #else
    static let program = "bin/linux-x86_64/hoop-buildpack"
  #endif

  private static let files = ["buildpack.toml", program] + launchers.map { "bin/\($0)" }
  private static let launchers = [
    "launch", "detect", "compile", "release", "report", "test-compile", "build",
  ]

  /// Made once. Other checkouts are names of the same files: a copy that this process would write
  /// might be open for writing in a child that just starts, and could not be executed then.
  private static let original: TemporaryFolder = {
    let folder = TemporaryFolder()
    let sources = Path(#filePath).folder.folder.folder.folder
    for name in files {
      let file = name == program ? Products.underTest : sources / name
      try! (folder.path / name).folder.makeFolders()
      ProcessConfiguration("cp", ["-p", file.string, (folder.path / name).string]).mustSucceed()
    }
    atexit { try? Buildpack.original.path.removeTree() }
    return folder
  }()

  static func checkOut(at folder: Path) {
    for name in files {
      try! (folder / name).folder.makeFolders()
      let result = link((original.path / name).string, (folder / name).string)
      precondition(result == 0, "link \(name): \(String(cString: strerror(errno)))")
    }
  }
}
