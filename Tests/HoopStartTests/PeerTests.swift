import Glibc
import Posix
import TestSupport
import Testing

/// hoopstart as pid 1 beside tini, dumb-init and catatonit.
@Suite(.enabled(if: Container.isPossible, Comment(rawValue: Container.whyNot)))
struct PeerTests {
  /// Those that can be caught; SIGCHLD is between an init and the kernel, and 32 and 33 are the C
  /// library's own.
  static let signals = (1...Int32(64)).filter { ![SIGKILL, SIGSTOP, SIGCHLD, 32, 33].contains($0) }

  /// The signals that an app sees, of one each that its pid 1 gets.
  private func seen(by first: [String], last: Int32) async throws -> [Int32] {
    let slug = try Slug()
    let run = try slug.contain(by: first, [Products.prober.string, "seen"])
    try await eventually("the app is ready") { run.output.contains("READY") }
    let pidOne = try await run.pidOne()
    // One of those that stop and the one that goes on take each other away while they pend.
    for signal in Self.signals where signal != last && signal != SIGCONT { kill(pidOne, signal) }
    // The highest of those that pend is the last to be taken.
    kill(pidOne, last)
    try await eventually("the last came") { run.output.contains("\n\(last)\n") }
    kill(pidOne, SIGCONT)
    try await eventually("it went on") { run.output.contains("\n\(SIGCONT)\n") }
    kill(pidOne, SIGKILL)
    _ = try await run.end()
    return run.output.split(separator: "\n").compactMap { Int32($0) }.sorted()
  }

  @Test func `Every signal that can be caught reaches the app once`() async throws {
    let slug = try Slug()
    let seen = try await seen(by: [slug.hoopstart.string, "--"], last: 64)
    #expect(seen == Self.signals)
  }

  @Test(.enabled(if: Peer.tini.isInstalled, "tini is not installed."))
  func `tini sends on the same, but for those of a fault and of the terminal`() async throws {
    let kept = [
      SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS, SIGTTIN, SIGTTOU,
    ]
    let seen = try await seen(by: Peer.tini.words, last: 64)
    #expect(seen == Self.signals.filter { !kept.contains($0) })
  }

  @Test(.enabled(if: Peer.dumbInit.isInstalled, "dumb-init is not installed."))
  func `dumb-init sends on the same`() async throws {
    #expect(try await seen(by: Peer.dumbInit.words, last: 64) == Self.signals)
  }

  @Test(.enabled(if: Peer.catatonit.isInstalled, "catatonit is not installed."))
  func `catatonit sends on the same, but for those of a fault and of the terminal`() async throws {
    let kept = [
      SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS, SIGTSTP, SIGTTIN, SIGTTOU,
    ]
    let seen = try await seen(by: Peer.catatonit.words, last: 64)
    #expect(seen == Self.signals.filter { !kept.contains($0) })
  }

  /// What an app sees of how it was started, with one of two as its pid 1.
  private func state(
    by init: [String], in slug: Slug, after changes: [String], onTerminal: Bool
  ) async throws -> [String] {
    let file = slug.record / "state"
    let first = [Products.prober.string, "with"] + changes + ["--"] + `init`
    let words = Container.command(first + [Products.prober.string, "state", file.string])
    let run = try Running(
      onTerminal ? Products.prober : Path(words[0]),
      onTerminal ? ["pty"] + words : Array(words.dropFirst()),
      environment: slug.variables, in: slug.folder, output: "/dev/null")
    #expect(try await run.end() == .exited(0))
    defer { try? file.removeFile() }
    return try State(of: file).comparable
  }

  @Test(
    .enabled(if: Peer.tini.isInstalled, "tini is not installed."),
    arguments: [
      [], ["ignore=\(SIGHUP)", "block=\(SIGUSR1)"],
      ["open=3", "open=200", "limit=300", "nice=3", "umask=027", "alarm=1000"],
    ], [false, true])
  func `What the app sees is what it sees under tini`(_ changes: [String], _ onTerminal: Bool)
    async throws
  {
    let slug = try Slug()
    let tini = try await state(
      by: Peer.tini.words, in: slug, after: changes, onTerminal: onTerminal)
    let ours = try await state(
      by: [slug.hoopstart.string, "--"], in: slug, after: changes, onTerminal: onTerminal)
    #expect(ours == tini)
    #expect(ours.contains("group self"))
    #expect(!onTerminal || ours.contains("foreground self"))
  }

  @Test func `Ctrl-C at a container's terminal reaches the app once, in the foreground`()
    async throws
  {
    let slug = try Slug()
    let app = """
      trap 'count=$((count+1)); echo INT $count' INT
      echo READY
      until [ "$count" ]; do sleep 0.01; done
      exec "$0" state "$STANDIN_RECORD/state"
      """
    let run = try Running(
      Products.prober,
      ["pty"] + Container.command([slug.hoopstart.string, "--", "bash", "-c", app])
        + [Products.prober.string],
      environment: slug.variables, in: slug.folder)
    #expect(try await run.end() == .exited(0))
    #expect(run.output.contains("INT 1") && !run.output.contains("INT 2"))
    #expect(try State(of: slug.record / "state")["foreground"] == "self")
  }

  @Test func `A shell at a container's terminal has job control`() async throws {
    let slug = try Slug()
    let app = """
      set -m
      cat & sleep 0.01
      until jobs | grep -q Stopped; do sleep 0.01; done
      echo stopped
      kill %1
      sh -c 'stty -a >/dev/null && echo foreground'
      """
    let run = try Running(
      Products.prober,
      ["pty"] + Container.command([slug.hoopstart.string, "--", "bash", "-c", app]),
      environment: slug.variables, in: slug.folder)
    #expect(try await run.end() == .exited(0))
    #expect(run.output.contains("stopped") && run.output.contains("foreground"))
    #expect(!run.output.contains("job control"))
  }
}
