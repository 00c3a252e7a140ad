import BuildpackKit
import CPosix
import HoopAgent
import HoopStart
import LocalTools
import Output
import Posix

/// The commands that a platform or a developer runs, by the first word of the command line.
enum Buildpack {
  private static let usage = [
    "Usage:",
    "  bin/detect BUILD_DIR",
    "  bin/compile BUILD_DIR CACHE_DIR [ENV_DIR]",
    "  bin/release BUILD_DIR",
    "  bin/report BUILD_DIR [CACHE_DIR [ENV_DIR]]",
    "  bin/test-compile BUILD_DIR CACHE_DIR [ENV_DIR]",
    "  bin/build LAYERS_DIR PLATFORM_DIR PLAN",
    "  bin/dry-run [APP_DIR] [OPTION…]",
    "  bin/check [APP_DIR] [OPTION…]",
    "  hoop-buildpack version",
    "  hoop-buildpack help",
    "",
    "The Hoop agent for Heroku: https://github.com/hoophq/heroku-hoop-buildpack",
  ]

  static func run(_ words: [Path]) -> Int32 {
    let arguments = Array(words.dropFirst())
    switch (words.first?.string, arguments.count) {
    case ("detect", _) where Detect.isForImage: return Detect.run(Path("."), isForImage: true)
    case ("build", _): return build(arguments, .current) ?? misuse(words)
    // Platforms may pass more arguments than are documented: herokuish calls release with two.
    case ("detect", 1...) where isFolder(arguments[0]): return Detect.run(arguments[0])
    // Config vars and process types are the app's own: a YAML document that adds nothing.
    case ("release", 1...) where isFolder(arguments[0]): return say(["--- {}"])
    case ("report", 1...) where isFolder(arguments[0]): return Report.run()
    case ("compile", 2...), ("test-compile", 2...): return compile(arguments)
    case ("dry-run", _): return DryRun.run(arguments)
    case ("check", _): return CheckCommand.run(arguments)
    case ("version", 0), ("--version", 0):
      return say(["hoop-buildpack \(BuildpackVersion.current)"])
    case ("help", 0), ("--help", 0), ("-h", 0): return say(usage)
    default: return misuse(words)
    }
  }

  private static func compile(_ folders: [Path]) -> Int32 {
    // A dyno's user must be able to read the slug, whatever the caller's mask is.
    umask(0o022)
    return status(
      Compile.run(
        buildFolder: folders[0], cacheFolder: folders[1],
        environmentFolder: folders.count > 2 ? folders[2] : nil, environment: .current))
  }

  /// - Returns: Nil if neither the environment nor the arguments, which older lifecycles use, name
  ///   the folders.
  private static func build(_ arguments: [Path], _ environment: Environment) -> Int32? {
    func folder(_ name: String, _ position: Int) -> Path? {
      if let value = environment.bytes(of: name), !value.isEmpty { return Path(bytes: value) }
      return arguments.indices.contains(position) ? arguments[position] : nil
    }
    guard let layers = folder("CNB_LAYERS_DIR", 0), let platform = folder("CNB_PLATFORM_DIR", 1)
    else { return nil }
    // The same as for a slug.
    umask(0o022)
    return status(ImageBuild.run(layers: layers, platform: platform, environment: environment))
  }

  private static func status(_ problem: Problem?) -> Int32 {
    if let stop = problem?.stop { Signals.die(of: stop) }
    return problem == nil ? 0 : 1
  }

  private static func isFolder(_ path: Path) -> Bool { (try? path.status())?.kind == .folder }

  private static func say(_ lines: [String]) -> Int32 {
    Standard.write(lines, to: STDOUT_FILENO) ? 0 : 1
  }

  private static func misuse(_ words: [Path]) -> Int32 {
    let problem =
      switch words.first?.string {
      case nil: "There is no command."
      case let command? where !usage.contains { $0.hasPrefix("  bin/\(command) ") }:
        "There is no command \(quoted(command))."
      case "detect"? where words.count > 1, "release"? where words.count > 1,
        "report"? where words.count > 1:
        "BUILD_DIR is not a folder: \(quoted(words[1].string))."
      case let command?: "\(command) needs more arguments."
      }
    BuildLog().misuse(problem, usage: usage)
    return EX_USAGE
  }
}

// The name that the program was called by decides, then its first word.
if AgentTools.isCalled { AgentTools.main() }
if HoopStart.isCalled { HoopStart.main() }
exit(Buildpack.run(Array(Arguments.paths.dropFirst())))
