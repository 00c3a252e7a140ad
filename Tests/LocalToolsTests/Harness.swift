import BuildpackKit
import Glibc
import HoopAgent
import Posix
import TestSupport
import Testing

@testable import LocalTools

/// A folder of a test's own, which goes with its owner, and the program that is run in it.
final class Bench {
  let folder: Path

  /// Longer than any command of these tests takes on a busy machine, in milliseconds.
  private static let patience = 60_000

  static let repository = Path(#filePath).folder.folder.folder

  init() throws {
    folder = Path("/tmp/hoop-dry-run-\(String(UInt64.random(in: 0 ... .max), radix: 36))")
    for name in ["tmp", "home", "app"] { try (folder / name).makeFolders() }
    try (folder / "tmp").setMode(0o777)
  }

  deinit { try? folder.removeTree() }

  func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws {
    try (folder / name).folder.makeFolders()
    try? (folder / name).removeFile()
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
    _ command: String, _ words: [String] = [], paths: [Path] = [], input: String = ""
  ) throws -> Outcome {
    var launch = ProcessConfiguration(
      Products.underTest, [command] + words, environment: environment, in: folder)
    launch.operands = paths
    return try run(launch, input: input)
  }

  /// Runs a script. Its variable PROGRAM is the program.
  ///
  /// - Parameter onOutput: Called with all that was printed so far, again and again.
  func shell(
    _ script: String, _ words: [String] = [], input: Int32? = nil,
    onOutput: ((String) -> Void)? = nil
  ) throws -> Outcome {
    var launch = ProcessConfiguration(
      Path("/bin/sh"), ["-c", script, "sh"] + words, environment: environment, in: folder)
    launch.environment.set("PROGRAM", Products.underTest.bytes)
    if let input { launch.descriptors[0] = input }
    return try run(launch, onOutput: onOutput)
  }

  private func run(
    _ launch: ProcessConfiguration, input: String = "", onOutput: ((String) -> Void)? = nil
  ) throws -> Outcome {
    let files = ["tmp-input", "tmp-output", "tmp-errors"].map { folder / $0 }
    for (file, content) in zip(files, [input, "", ""]) {
      try? file.removeFile()
      try file.makeFile(Array(content.utf8), mode: 0o600)
    }
    let text = { (file: Path) in
      String(decoding: (try? file.content(atMost: 1 << 24)) ?? [], as: UTF8.self)
    }
    var launch = launch
    launch.isInOwnGroup = true
    let standardInput = try Descriptor(opening: files[0], O_RDONLY)
    let output = try Descriptor(opening: files[1], O_WRONLY | O_APPEND)
    let errors = try Descriptor(opening: files[2], O_WRONLY | O_APPEND)
    let given = launch.descriptors[0]
    launch.descriptors = [given < 0 ? standardInput.number : given, output.number, errors.number]
    let pid = try launch.start()
    let deadline = Instant.now + Self.patience
    var status: Int32 = 0
    while waitpid(pid, &status, WNOHANG) == 0 {
      onOutput?(text(files[1]))
      if .now >= deadline { kill(-pid, SIGKILL) }
      _ = Descriptor.waitToRead([], atMost: 20)
    }
    return Outcome(
      status: ExitStatus(waitStatus: status), output: text(files[1]), errors: text(files[2]))
  }

  /// What the commands have left in TMPDIR.
  var leftOver: [Path] { (try? (folder / "tmp").names()) ?? [] }
}

/// What users of the machine may do.
enum Rights {
  /// Whether another user can run the program: only root can say so, and its folders must let
  /// others in.
  static var isAnotherUsers: Bool {
    let words = "setpriv --reuid=65534 --regid=65534 --clear-groups test -x \"$PROGRAM\""
    return (try? Bench().shell(words))?.status == .exited(0)
  }

  static var canMount: Bool {
    (try? Bench().shell("unshare --mount mount -t tmpfs tmpfs tmp"))?.status == .exited(0)
  }
}

extension String {
  /// The text from the first line that begins with `start` up to, and without, the next line that
  /// begins with `end`.
  func section(from start: String, to end: String) -> String {
    let lines = split(separator: "\n", omittingEmptySubsequences: false)
    let rest = lines.drop { !$0.hasPrefix(start) }
    return rest.prefix { !$0.hasPrefix(end) }.joined(separator: "\n")
  }
}

extension Bench {
  /// The URL of a mirror that has one version of an agent.
  func mirror(_ agent: String, _ version: AgentVersion = AgentVersion(1, 148, 0)) throws -> String {
    try Demonstration.makeRelease(of: version, at: folder / "mirror", agent: agent, Signals())
    return "file://\(folder / "mirror")"
  }
}
