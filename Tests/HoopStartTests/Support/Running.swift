import Glibc
import Posix

/// A program that a test has started, and what it says.
final class Running: Sendable {
  let pid: pid_t
  private let folder: Path

  init(
    _ program: Path, _ words: [String], environment: Environment, in directory: Path,
    output file: Path? = nil
  ) throws {
    var template = Array("/tmp/hoopstart-output-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failed("no temporary folder") }
    folder = Path(cString: template)
    let flags = O_WRONLY | O_CREAT | O_APPEND
    let output = try Descriptor(opening: file ?? folder / "out", flags)
    let errors = try Descriptor(opening: file ?? folder / "err", flags)
    var launch = ProcessConfiguration(program, words, environment: environment, in: directory)
    launch.descriptors = [-1, output.number, errors.number]
    launch.isInOwnGroup = true
    pid = try launch.start()
  }

  deinit {
    // A test that failed may have left it running.
    if waitpid(pid, nil, WNOHANG) == 0 {
      Glibc.kill(-pid, SIGKILL)
      waitpid(pid, nil, 0)
    }
    try? folder.removeTree()
  }

  /// What it and its supervisor have written so far.
  var output: String { text("out") }
  var errors: String { text("err") }

  /// What it has written, without what is said of every start as root.
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

  func send(_ signal: Int32) { Glibc.kill(pid, signal) }

  /// Kills the app, and waits until nothing of ours is left.
  func kill(in slug: Slug) async throws {
    send(SIGKILL)
    _ = try await end()
    try await slug.nothingLeft()
  }

  /// Waits for the supervisor, and returns its pid.
  func supervisor() async throws -> pid_t {
    try await eventually("there is a supervisor of \(pid)") { self.supervisorNow != nil }
    return supervisorNow ?? 0
  }

  var supervisorNow: pid_t? {
    processes().first { commandLine(of: $0) == "hoopstart: supervisor of pid \(pid)" }
  }

  private func text(_ name: String) -> String {
    String(decoding: (try? (folder / name).content(atMost: 1 << 20)) ?? [], as: UTF8.self)
  }
}

/// Waits until something is so; that it is not in time is the test's failure, and only that.
func eventually(
  _ what: String, _ isSo: () async throws -> Bool
) async throws {
  let deadline = Instant.now + 30_000
  while try await !isSo() {
    if Instant.now > deadline { throw Failed("not in time: \(what)") }
    try await Task.sleep(for: .milliseconds(20))
  }
}
