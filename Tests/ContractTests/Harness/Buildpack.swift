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

  private static let files = [
    "buildpack.toml", "bin/launch", "bin/detect", "bin/compile", "bin/release", "bin/report",
    "bin/test-compile", "bin/build",
  ]

  /// Made once. Other checkouts are names of the same files: a copy that this process would write
  /// might be open for writing in a child that just starts, and could not be executed then.
  private static let original: TemporaryFolder = {
    let folder = TemporaryFolder()
    let sources = Path(#filePath).folder.folder.folder.folder
    for name in files { copy(sources / name, to: folder.path / name) }
    copy(Products.underTest, to: folder.path / program)
    atexit { try? Buildpack.original.path.removeTree() }
    return folder
  }()

  private static func copy(_ file: Path, to copy: Path) {
    _ = try! copy.folder.makeFolders()
    ProcessConfiguration("cp", ["-p", file.string, copy.string]).mustSucceed()
  }

  static func checkOut(at folder: Path) {
    for name in files + [program] {
      _ = try! (folder / name).folder.makeFolders()
      (folder / name).makeHardLink(of: original.path / name)
    }
  }
}
