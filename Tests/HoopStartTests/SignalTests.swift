import Glibc
import Posix
import TestSupport
import Testing

/// A signal reaches the app once, whoever sends it to whom.
@Suite struct SignalTests {
  /// An app that counts signals, with its agent up.
  private func counting(_ slug: Slug, behaviour: String = "stay") async throws -> Running {
    let run = try slug.start(
      [Products.prober.string, "signals"],
      ["HOOPSTART_XTRACE": "1", "STANDIN": behaviour])
    try await eventually("the app is ready") { run.output.contains("READY") }
    _ = try await slug.readyAgents()
    return run
  }

  /// Has the app say how many signals it has got, once the supervisor has handled its own.
  private func counts(_ run: Running) async throws -> String {
    run.send(SIGUSR1)
    _ = try await run.end()
    return run.output.split(separator: "\n").last.map(String.init) ?? ""
  }

  private func supervisorHeard(_ run: Running) async throws {
    try await eventually("the supervisor heard") {
      run.errors.contains("SIGTERM: no more restarts")
    }
  }

  @Test func `SIGTERM to every process at once reaches the app once`() async throws {
    let slug = try Slug()
    let run = try await counting(slug)
    for pid in slug.processesAlive { kill(pid, SIGTERM) }
    run.send(SIGTERM)
    try await supervisorHeard(run)
    #expect(try await counts(run) == "TERM 1 INT 0 HUP 0")
    try await slug.nothingLeft()
  }

  @Test(arguments: [true, false])
  func `SIGTERM to the process group or the pid reaches the app once and nothing else`(
    _ isToGroup: Bool
  ) async throws {
    let slug = try Slug()
    let run = try await counting(slug)
    let agent = try slug.agents()[0].pid
    kill(isToGroup ? -run.pid : run.pid, SIGTERM)
    #expect(try await counts(run) == "TERM 1 INT 0 HUP 0")
    try await slug.nothingLeft()
    #expect(!run.errors.contains("SIGTERM: no more restarts"))
    // The one that the app's end brought.
    #expect(slug.signals(of: agent) == [SIGTERM])
  }

  @Test func `Ctrl-C at a terminal reaches the app once and nobody else`() async throws {
    let slug = try Slug()
    // The app says READY, and the terminal types Ctrl-C, only once the agent is up.
    let app = """
      until ls "$STANDIN_RECORD" | grep -q ready; do sleep 0.01; done
      count=0
      trap 'count=$((count+1)); echo INT $count' INT
      trap 'exit 0' USR1
      echo READY
      while :; do sleep 0.01; done
      """
    let run = try Running(
      Products.prober, ["pty", slug.hoopstart.string, "--", "bash", "-c", app],
      environment: slug.variables, in: slug.folder)
    try await eventually("the app has got Ctrl-C") { run.output.contains("INT 1") }
    let agent = try slug.agents()[0].pid
    let supervisor = try #require(slug.processesAlive.first { $0 != agent })
    #expect(isAlive(supervisor) && isAlive(agent))
    let app2 = try #require(commandLine(of: supervisor)?.split(separator: " ").last)
    kill(try #require(pid_t(app2)), SIGUSR1)
    #expect(try await run.end() == .exited(0))
    try await slug.nothingLeft()
    #expect(!run.output.contains("INT 2"))
    #expect(slug.signals(of: agent) == [SIGTERM])
  }

  @Test func `A loop that waits for all children ends in the app`() async throws {
    let slug = try Slug()
    let app = """
      until ls "$STANDIN_RECORD" | grep -q ready; do sleep 0.01; done
      exec "$0" waitall
      """
    let run = try slug.start(["bash", "-c", app, Products.prober.string])
    #expect(try await run.end() == .exited(0))
    #expect(run.output == "children 0\n")
    try await slug.nothingLeft()
  }

  @Test func `SIGTERM kills an app that does nothing about it`() async throws {
    let slug = try Slug()
    let run = try slug.start(["sleep", "1000"])
    _ = try await slug.readyAgents()
    run.send(SIGTERM)
    #expect(try await run.end() == .killed(signal: SIGTERM))
    try await slug.nothingLeft()
  }

  @Test func `SIGTERM at any moment of the start kills as it would have`() async throws {
    let slug = try Slug()
    for _ in 1...50 {
      let run = try slug.start(["sleep", "1000"])
      run.send(SIGTERM)
      #expect(try await run.end() == .killed(signal: SIGTERM))
    }
    try await slug.nothingLeft()
  }
}
