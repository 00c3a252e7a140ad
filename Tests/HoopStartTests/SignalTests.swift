import Glibc
import Posix
import TestSupport
import Testing

/// A signal reaches the app once, whoever sends it to whom.
@Suite struct SignalTests {
  /// Waits in a shell until an agent is up.
  static let untilReady = "until ls \"$STANDIN_RECORD\" | grep -q ready; do sleep 0.01; done; "

  @Test(arguments: ["every process", "the process group", "the pid"])
  func `SIGTERM reaches the app once`(_ receiver: String) async throws {
    let slug = try Slug()
    let run = try slug.start([Products.prober.string, "signals"], ["HOOPSTART_XTRACE": "1"])
    try await eventually("the app is ready") { run.output.contains("READY") }
    let agent = try await slug.readyAgents()[0].pid
    let isToAll = receiver == "every process"
    if isToAll { for pid in slug.processesAlive { kill(pid, SIGTERM) } }
    kill(receiver == "the process group" ? -run.pid : run.pid, SIGTERM)
    if isToAll {
      try await eventually("the supervisor heard") {
        run.errors.contains("SIGTERM: no more restarts")
      }
    }
    // The app says how many signals it has got.
    run.send(SIGUSR1)
    #expect(try await run.end(in: slug) == .exited(0))
    #expect(run.output == "READY\nTERM 1 INT 0 HUP 0\n")
    if isToAll { return }
    #expect(!run.errors.contains("SIGTERM: no more restarts"))
    // The one that the app's end brought.
    #expect(slug.signals(of: agent) == [SIGTERM])
  }

  @Test func `Ctrl-C at a terminal reaches only the app, and once`() async throws {
    let slug = try Slug()
    // The app says READY, and the terminal types Ctrl-C, only when the agent is up.
    let app =
      Self.untilReady + """
        count=0
        trap 'count=$((count+1)); echo INT $count' INT
        trap 'exit 0' USR1
        echo READY
        while :; do sleep 0.01; done
        """
    let run = try slug.run(
      [Products.prober.string, "pty"] + slug.beside(["bash", "-c", app]))
    try await eventually("the app has got Ctrl-C") { run.output.contains("INT 1") }
    let agent = try slug.agents()[0].pid
    let supervisor = try #require(slug.processesAlive.first { $0 != agent })
    #expect(isAlive(supervisor) && isAlive(agent))
    let word = try #require(commandLine(of: supervisor)?.split(separator: " ").last)
    kill(try #require(pid_t(word)), SIGUSR1)
    #expect(try await run.end(in: slug) == .exited(0))
    #expect(!run.output.contains("INT 2"))
    #expect(slug.signals(of: agent) == [SIGTERM])
  }

  @Test func `A loop that waits for all children ends in the app`() async throws {
    let slug = try Slug()
    let app = ["bash", "-c", Self.untilReady + "exec \"$0\" waitall", Products.prober.string]
    for isContained in Container.isPossible ? [false, true] : [false] {
      let run = try isContained ? slug.contain(app) : slug.start(app)
      #expect(try await run.end(in: slug) == .exited(0))
      #expect(run.output == "children 0\n")
    }
  }

  @Test func `SIGTERM at any moment kills an app that does nothing about it`() async throws {
    let slug = try Slug()
    for count in 0..<30 {
      let run = try slug.start(["sleep", "1000"])
      if count == 0 { _ = try await slug.readyAgents() }
      run.send(SIGTERM)
      #expect(try await run.end() == .killed(signal: SIGTERM))
    }
    try await slug.nothingLeft()
  }
}
