import CPosix
import Foundation
import Glibc
import Posix
import TestSupport
import Testing

/// Swift Testing has one of this name too.
typealias ExitStatus = Posix.ExitStatus

/// How a program ended, and all that it said.
struct Outcome: Hashable {
  var status: ExitStatus
  var output: String
  var errors: String
}

/// A program that runs, and whose every wait is bounded.
struct Program: ~Copyable {
  let pid: pid_t
  private let descriptor: Descriptor

  /// Longer than any program of these tests takes on a machine that is busy, in milliseconds.
  static let patience = 60_000

  init(_ launch: ProcessConfiguration) {
    pid = try! launch.start()
    descriptor = Descriptor(owning: cposix_pidfd_open(pid))
  }

  /// Waits until the program has ended.
  ///
  /// - Returns: How, or nil if it still runs after `milliseconds`.
  func end(within milliseconds: Int) -> ExitStatus? {
    let deadline = Instant.now + milliseconds
    var wanted = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
    while poll(&wanted, 1, Int32(max(0, deadline - .now))) < 0 {}
    guard wanted.revents != 0 else { return nil }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, Glibc.errno == EINTR {}
    return ExitStatus(waitStatus: status)
  }

  /// Waits until the program has ended. One that does not end is killed and fails the test.
  func end() -> ExitStatus {
    if let status = end(within: Self.patience) { return status }
    Issue.record("A program did not end within \(Self.patience) ms and was killed")
    kill(pid, SIGKILL)
    return end(within: Self.patience) ?? .killed(signal: SIGKILL)
  }
}

extension ProcessConfiguration {
  /// A program on the tests' own PATH, with their environment.
  init(_ name: String, _ arguments: [String], in folder: Path? = nil) {
    let program = Path.program(name, path: Environment.current["PATH"])!
    self.init(program, arguments, environment: .current, in: folder)
  }

  /// Runs the program to its end, its output captured into files.
  func outcome() -> Outcome {
    let folder = TemporaryFolder()
    let files = [folder.path / "output", folder.path / "errors"]
    let flags = O_WRONLY | O_CREAT | O_EXCL
    let output = try! Descriptor(opening: files[0], flags)
    let errors = try! Descriptor(opening: files[1], flags)
    var launch = self
    launch.descriptors = [-1, output.number, errors.number]
    let status = Program(launch).end()
    return Outcome(status: status, output: files[0].text, errors: files[1].text)
  }

  /// The same, while other tests go on.
  func outcome() async -> Outcome { await Turn.shared.run { self.outcome() as Outcome } }

  /// Runs the program, sends it a signal if it still runs after so many milliseconds, and waits for
  /// its end.
  ///
  /// - Parameter toGroup: Whether the programs that it started get the signal too.
  func end(sending signal: Int32, toGroup: Bool, after milliseconds: Int) async -> ExitStatus {
    var launch = self
    launch.isInOwnGroup = true
    launch.descriptors = [-1, -1, -1]
    return await Turn.shared.run { [launch] in
      let program = Program(launch)
      if let status = program.end(within: milliseconds) { return status }
      kill(toGroup ? -program.pid : program.pid, signal)
      return program.end()
    }
  }

  /// Runs a program that a test needs and that has to succeed.
  @discardableResult
  func mustSucceed() -> String {
    let outcome: Outcome = outcome()
    precondition(outcome.status.isSuccess, "\(program) \(arguments): \(outcome)")
    return outcome.output
  }
}

/// Bounds how many programs under test run at once: what they do in a bounded time, such as to make
/// a connection, they must get to do.
actor Turn {
  static let shared = Turn()

  private var free = 6
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// Runs what waits on a thread of its own, so that it keeps no other test from going on.
  func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
    if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
    let result = await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: body()) }
    }
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    return result
  }
}
