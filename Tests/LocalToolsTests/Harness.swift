import Glibc
import Posix
import TestSupport
import Testing

/// A folder of a test's own, which goes with its owner, and the program run in it.
final class Bench {
  let folder: Path

  /// Longer than any command of these tests takes on a machine that is busy, in milliseconds.
  private static let patience = 60_000

  static let repository = Path(#filePath).folder.folder.folder

  init() throws {
    folder = Path("/tmp/hoop-dry-run-\(String(UInt64.random(in: 0 ... .max), radix: 36))")
    try folder.makeFolder()
    for name in ["tmp", "home"] { try (folder / name).makeFolder() }
    try (folder / "tmp").setMode(0o777)
  }

  deinit { try? folder.removeTree() }

  func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws {
    _ = try (folder / name).folder.makeFolders()
    try (folder / name).makeFile(Array(text.utf8), mode: mode)
  }

  /// An app with this Procfile.
  func app(_ procfile: String = "web: hoopstart -- bin/server\n") throws -> String {
    try write("app/Procfile", procfile)
    return "app"
  }

  struct Outcome: Equatable {
    var status: Posix.ExitStatus?
    var output: String
    var errors: String
  }

  var environment: Environment {
    var environment = Environment()
    environment["PATH"] = Environment.current["PATH"]
    environment.set("HOME", (folder / "home").bytes)
    environment.set("TMPDIR", (folder / "tmp").bytes)
    return environment
  }

  /// Runs a command of the program.
  func run(
    _ command: String, _ words: [String] = [], paths: [Path] = [], input: String = "",
    onOutput: (([UInt8]) -> Void)? = nil
  ) throws -> Outcome {
    var launch = ProcessConfiguration(
      Products.underTest, [command] + words, environment: environment, in: folder)
    launch.operands = paths
    return try run(launch, input: input, onOutput: onOutput)
  }

  func shell(
    _ script: String, _ words: [String] = [], onOutput: (([UInt8]) -> Void)? = nil
  ) throws -> Outcome {
    var launch = ProcessConfiguration(
      Path("/bin/sh"), ["-c", script, "sh"] + words, environment: environment, in: folder)
    launch.environment.set("PROGRAM", Products.underTest.bytes)
    return try run(launch, onOutput: onOutput)
  }

  private func run(
    _ launch: ProcessConfiguration, input: String = "", onOutput: (([UInt8]) -> Void)? = nil
  ) throws -> Outcome {
    var launch = launch
    let programs = Pipeline(signals: try Signals())
    let limit = 1 << 24
    if !input.isEmpty { try programs.feed(Array(input.utf8), to: &launch.descriptors[0]) }
    let output = try programs.collect(
      from: &launch.descriptors[1], limit: limit, onChange: onOutput)
    let errors = try programs.collect(from: &launch.descriptors[2], limit: limit)
    launch.isInOwnGroup = true
    try programs.start(launch)
    try programs.run(until: .now + Self.patience)
    return Outcome(status: programs.statuses[0], output: output.text, errors: errors.text)
  }

  /// What the commands have left in TMPDIR.
  var leftOver: [Path] { (try? (folder / "tmp").names()) ?? [] }
}

extension String {
  /// The text from the first line that begins so up to, and without, the next that begins otherwise.
  func section(from start: String, to end: String) -> String {
    let lines = split(separator: "\n", omittingEmptySubsequences: false)
    let rest = lines.drop { !$0.hasPrefix(start) }
    return rest.prefix { !$0.hasPrefix(end) }.joined(separator: "\n")
  }
}
