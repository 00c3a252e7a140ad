import BuildpackKit
import CPosix
import HoopAgent
import LocalTools
import Posix

/// The commands that Heroku runs, by the first word of the command line.
enum Buildpack {
  /// A command line that is wrong (sysexits.h, EX_USAGE).
  private static let usageStatus: Int32 = 64

  private static let usage = """
    Usage:
      bin/detect BUILD_DIR
      bin/compile BUILD_DIR CACHE_DIR [ENV_DIR]
      bin/release BUILD_DIR
      bin/report BUILD_DIR [CACHE_DIR [ENV_DIR]]
      bin/test-compile BUILD_DIR CACHE_DIR [ENV_DIR]
      bin/build LAYERS_DIR PLATFORM_DIR PLAN
      bin/dry-run [APP_DIR] [OPTION…]
      bin/check [APP_DIR] [OPTION…]
      hoop-buildpack version
      hoop-buildpack help

    The Hoop agent for Heroku: https://github.com/hoophq/heroku-hoop-buildpack
    """

  static func run(_ words: [Path]) -> Int32 {
    let arguments = Array(words.dropFirst())
    switch (words.first?.string, arguments.count) {
    case ("detect", _) where ImageDetect.isCalled: return ImageDetect.run()
    case ("build", _): return build(arguments) ?? misuse(words)
    // Platforms may call them with more than is documented, as herokuish calls release with two.
    case ("detect", 1...) where isFolder(arguments[0]): return Detect.run(arguments[0])
    case ("release", 1...) where isFolder(arguments[0]): return Release.run()
    case ("report", 1...) where isFolder(arguments[0]): return Report.run(arguments[0])
    case ("compile", 2...), ("test-compile", 2...): return compile(arguments)
    case ("dry-run", _): return DryRun.run(arguments)
    case ("check", _): return CheckCommand.run(arguments)
    case ("version", 0), ("--version", 0): return say("hoop-buildpack \(BuildpackVersion.current)")
    case ("help", 0), ("--help", 0), ("-h", 0): return say(usage)
    default: return misuse(words)
    }
  }

  private static func compile(_ folders: [Path]) -> Int32 {
    // Whatever the caller's mask is, a dyno's user must be able to read the slug.
    umask(0o022)
    return status(
      Compile.run(
        buildFolder: folders[0], cacheFolder: folders[1],
        environmentFolder: folders.count > 2 ? folders[2] : nil, environment: .current))
  }

  /// - Returns: nil where neither the environment nor the arguments name the folders.
  private static func build(_ arguments: [Path]) -> Int32? {
    guard let folders = ImageContext.Folders(arguments, .current) else { return nil }
    // As for a slug.
    umask(0o022)
    return status(ImageBuild.run(folders, environment: .current))
  }

  private static func status(_ failure: BuildFailure?) -> Int32 {
    switch failure {
    case nil: return 0
    case .stopped(let stop): Signals.die(of: stop)
    default: return 1
    }
  }

  private static func isFolder(_ path: Path) -> Bool { (try? path.status())?.kind == .folder }

  private static func say(_ text: String) -> Int32 {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      BuildLog().plain(String(line))
    }
    return 0
  }

  private static func misuse(_ words: [Path]) -> Int32 {
    let commands = [
      "detect", "compile", "release", "report", "test-compile", "build", "dry-run", "check",
      "version", "help",
    ]
    let problem =
      switch words.first?.string {
      case nil: "No command."
      case let command? where !commands.contains(command):
        "There is no command \(quoted(command))."
      case "detect"? where words.count > 1, "release"? where words.count > 1,
        "report"? where words.count > 1:
        "BUILD_DIR is no folder: \(quoted(words[1].string))."
      case let command?: "\(command) lacks an argument."
      }
    BuildLog().misuse(problem, usage: usage)
    return usageStatus
  }
}
