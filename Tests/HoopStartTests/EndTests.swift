import Glibc
import Posix
import TestSupport
import Testing

/// Who ends when, and who does not.
@Suite struct EndTests {
  @Test func `An agent that ignores SIGTERM is gone soon after the app`() async throws {
    let slug = try Slug()
    let run = try slug.start(["sleep", "1000"], ["STANDIN": "deaf"])
    let agent = try await slug.readyAgents()[0].pid
    try await run.kill(in: slug)
    #expect(slug.signals(of: agent) == [SIGTERM])
    #expect(
      run.lines(of: "agent-kill") == [
        "buildpack=hoop at=agent-kill reason=\"It did not end within 5s.\""
      ])
  }

  @Test func `What an agent forked goes too, whatever its group and session`() async throws {
    let slug = try Slug()
    let run = try slug.start(["sleep", "1000"], ["STANDIN": "fork"])
    var children: [pid_t] = []
    for name in ["child-in-group", "child-apart"] {
      try await eventually("there is \(name)") { (slug.number(name)) != nil }
      children += slug.number(name).map { [$0] } ?? []
    }
    _ = try await slug.readyAgents()
    #expect(children.allSatisfy(isAlive))
    try await run.kill(in: slug)
    #expect(!children.contains(where: isAlive))
  }

  @Test
  func `What a session started in a session of its own gets SIGTERM when it has lost its agent`()
    async throws
  {
    let slug = try Slug(agent: false)
    try slug.putAgent(
      """
      #!/bin/sh
      cd '\(slug.record)' || exit
      setsid sh -c 'trap "touch ended; exit" TERM; touch there; while :; do sleep 0.01; done' &
      until [ -f there ]; do sleep 0.01; done
      touch ready-$$
      wait
      """)
    let run = try slug.start(["sleep", "1000"], ["HOOPSTART_TIME_SCALE": "1"])
    try await eventually("it is there") { try slug.record.names().count == 2 }
    try await run.kill(in: slug)
    #expect(try (slug.record / "ended").status() != nil)
    #expect(run.lines(of: "kill").isEmpty && run.lines(of: "agent-kill").isEmpty)
  }

  @Test func `What an agent orphans falls to the supervisor, which reaps it`() async throws {
    let slug = try Slug()
    let run = try slug.start(["sleep", "1000"], ["STANDIN": "double"])
    let supervisor = try await run.supervisor()
    try await eventually("there is an orphan") { slug.number("orphan-parent") != nil }
    let orphan = try #require(slug.number("orphan-parent"))
    try await eventually("it has the supervisor for parent") {
      status("PPid", of: orphan) == String(supervisor)
    }
    kill(orphan, SIGKILL)
    try await eventually("it is reaped") { status("Name", of: orphan) == nil }
    #expect(run.lines(of: "agent-exit").isEmpty)
    try await run.kill(in: slug)
  }

  @Test func `A supervisor that gets SIGTERM keeps its agents and restarts none`() async throws {
    let slug = try Slug()
    let run = try slug.start(
      ["sleep", "1000"], ["HOOP_CONNECTION": "a,b", "HOOPSTART_XTRACE": "1"])
    let agents = try await slug.readyAgents(2)
    let supervisor = try await run.supervisor()
    for _ in 1...3 { kill(supervisor, SIGTERM) }
    try await eventually("it heard") { run.errors.contains("SIGTERM: no more restarts") }
    #expect(isAlive(supervisor) && agents.map(\.pid).allSatisfy(isAlive))
    kill(agents[0].pid, SIGTERM)
    try await eventually("the exit is reported") { run.lines(of: "agent-exit").count == 1 }
    #expect(
      run.lines(of: "agent-exit") == [
        "buildpack=hoop at=agent-exit pid=\(agents[0].pid) status=0 connections=a"
      ])
    #expect(isAlive(supervisor) && isAlive(agents[1].pid))
    try await run.kill(in: slug)
    #expect(try slug.agents().count == 2)
  }

  @Test func `When the supervisor is killed the agents end and the app does not`() async throws {
    let slug = try Slug()
    let run = try slug.start([Products.prober.string, "signals"])
    _ = try await slug.readyAgents()
    kill(try await run.supervisor(), SIGKILL)
    try await slug.nothingLeft()
    #expect(isAlive(run.pid))
    run.send(SIGUSR1)
    #expect(try await run.end() == .exited(0))
    #expect(run.output == "READY\nTERM 0 INT 0 HUP 0\n")
  }
}
