import Glibc
import Posix

/// A program that a test has started, and what it says.
final class Running: Sendable {
  let pid: pid_t
  private let folder: Path
  /// Whose folder it runs in, which has to be there until it ends.
  private let slug: Slug

  init(
    _ words: [String], environment: Environment, in slug: Slug, output file: Path? = nil
  ) throws {
    self.slug = slug
    folder = try makeTemporaryFolder("hoopstart-output")
    let flags = O_WRONLY | O_CREAT | O_APPEND
    let output = try Descriptor(opening: file ?? folder / "out", flags)
    let errors = try Descriptor(opening: file ?? folder / "err", flags)
    var launch = ProcessConfiguration(
      Path(words[0]), Array(words.dropFirst()), environment: environment, in: slug.folder)
    launch.descriptors = [-1, output.number, errors.number]
    launch.isInOwnGroup = true
    pid = try launch.start()
  }

  deinit {
    // A test that failed may have left it running. The pid is its own as long as it is not reaped.
    if waitpid(pid, nil, WNOHANG) == 0 {
      Glibc.kill(-pid, SIGKILL)
      waitpid(pid, nil, 0)
    }
    try? folder.removeTree()
  }

  /// What it and its supervisor have written so far.
  var output: String { text(of: folder / "out") }
  var errors: String { text(of: folder / "err") }

  /// What it has written, without what it says about every start as root.
  var lines: [String] {
    errors.split(separator: "\n").map(String.init).filter { !$0.contains("code=key-readable") }
  }

  /// The log lines of an event.
  func lines(of event: String) -> [String] {
    lines.filter { $0.hasPrefix("buildpack=hoop at=\(event) ") }
  }

  /// Waits for its end.
  func end() async throws -> ExitStatus {
    try await eventually("pid \(pid) has ended") { !isAlive(self.pid) }
    return Children.reap(pid)
  }

  /// Waits for its end, and until nothing of ours is left.
  func end(in slug: Slug) async throws -> ExitStatus {
    let status = try await end()
    try await slug.nothingLeft()
    return status
  }

  func send(_ signal: Int32) { Glibc.kill(pid, signal) }

  /// Kills the app, and waits until nothing of ours is left.
  func kill(in slug: Slug) async throws {
    send(SIGKILL)
    _ = try await end(in: slug)
  }

  /// Waits for the supervisor, and returns its pid.
  func supervisor() async throws -> pid_t {
    try await found("a supervisor of \(pid)") { self.supervisorNow }
  }

  var supervisorNow: pid_t? {
    processes().first { commandLine(of: $0) == "hoopstart: supervisor of pid \(pid)" }
  }
}
