import Glibc
import Posix
import TestSupport
import Testing

/// hoopstart as pid 1 beside tini.
@Suite(.enabled(if: Container.isPossible, Comment(rawValue: Container.whyNot)))
struct PeerTests {
  private static let tini = "/usr/bin/tini"
  static let hasTini = access(tini, X_OK) == 0

  @Test func `Every signal that can be caught reaches the app once`() async throws {
    // SIGCHLD is between an init and the kernel, and 32 and 33 are the C library's own.
    let signals = (1...Int32(64)).filter { ![SIGKILL, SIGSTOP, SIGCHLD, 32, 33].contains($0) }
    let slug = try Slug()
    let run = try slug.contain([Products.prober.string, "seen"])
    try await eventually("the app is ready") { run.output.contains("READY") }
    let pidOne = try await run.pidOne()
    // One of those that stop and the one that goes on take each other away while they pend. The
    // highest of those that pend is the last to be taken.
    for signal in signals where signal != SIGCONT { kill(pidOne, signal) }
    try await eventually("the last came") { run.output.contains("\n64\n") }
    kill(pidOne, SIGCONT)
    try await eventually("it went on") { run.output.contains("\n\(SIGCONT)\n") }
    try await run.killContained()
    #expect(run.output.split(separator: "\n").compactMap { Int32($0) }.sorted() == signals)
  }

  @Test(
    .enabled(if: hasTini, "tini is not installed."),
    arguments: [
      [], ["ignore=\(SIGHUP)", "block=\(SIGUSR1)"],
      ["open=3", "open=200", "limit=300", "nice=3", "umask=027", "alarm=1000"],
    ], [false, true])
  func `What the app sees is what it sees under tini`(_ changes: [String], _ onTerminal: Bool)
    async throws
  {
    let slug = try Slug()
    let file = slug.record / "state"
    var seen: [[String]] = []
    for pidOne in [Self.tini, slug.hoopstart.string] {
      let words = Container.command(
        [Products.prober.string, "with"] + changes + ["--", pidOne, "--"]
          + [Products.prober.string, "state", file.string])
      let run = try slug.run(
        onTerminal ? [Products.prober.string, "pty"] + words : words, output: "/dev/null")
      #expect(try await run.end() == .exited(0))
      seen.append(try State(of: file, without: ["HOOP_KEY"]).comparable)
      try file.removeFile()
    }
    #expect(seen[0] == seen[1])
    #expect(seen[1].contains("group self"))
    #expect(!onTerminal || seen[1].contains("foreground self"))
  }

  @Test(arguments: [
    (
      """
      trap 'count=$((count+1)); echo INT $count' INT
      echo READY
      until [ "$count" ]; do sleep 0.01; done
      true
      """, "INT 1", "INT 2"
    ),
    (
      """
      set -m
      cat & sleep 0.01
      until jobs | grep -q Stopped; do sleep 0.01; done
      kill %1
      sh -c 'stty -a >/dev/null && echo foreground'
      """, "foreground", "job control"
    ),
  ])
  func `At a container's terminal Ctrl-C comes once, and a shell has job control`(
    _ app: String, _ expected: String, _ unexpected: String
  ) async throws {
    let slug = try Slug()
    let run = try slug.run(
      [Products.prober.string, "pty"] + Container.command(slug.beside(["bash", "-c", app])))
    #expect(try await run.end() == .exited(0))
    #expect(run.output.contains(expected) && !run.output.contains(unexpected))
  }
}
