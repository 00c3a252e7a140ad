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
    let children = [try await slug.pid("child-in-group"), try await slug.pid("child-apart")]
    _ = try await slug.readyAgents()
    #expect(children.allSatisfy(isAlive))
    try await run.kill(in: slug)
    #expect(!children.contains(where: isAlive))
  }

  @Test
  func `What a session started in a session of its own gets SIGTERM when it has lost its agent`()
    async throws
  {
    let slug = try Slug(
      agent: """
        #!/bin/sh
        cd "$STANDIN_RECORD" || exit
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
    let orphan = try await slug.pid("orphan-parent")
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
    let line = "buildpack=hoop at=agent-exit pid=\(agents[0].pid) status=0 connections="
    #expect(["a", "b"].contains { run.lines(of: "agent-exit") == [line + $0] })
    #expect(isAlive(supervisor) && isAlive(agents[1].pid))
    try await run.kill(in: slug)
    #expect(try slug.agents().count == 2)
  }

  @Test(arguments: [SIGCONT, SIGKILL])
  func `A supervisor that was stopped ends its agents when it goes on or is killed`(
    _ signal: Int32
  ) async throws {
    let slug = try Slug()
    let run = try slug.start(["sleep", "1000"])
    let agent = try await slug.readyAgents()[0].pid
    let supervisor = try await run.supervisor()
    kill(supervisor, SIGSTOP)
    try await eventually("it is stopped") { status("State", of: supervisor) == "T" }
    run.send(SIGKILL)
    _ = try await run.end()
    // The limit: only the supervisor knows that the app has ended.
    #expect(isAlive(agent))
    kill(supervisor, signal)
    try await slug.nothingLeft()
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

  /// The ordinary build takes ten times as long to start as the static one.
  @Test func `Starts one after another and at once leave no process and no file`() async throws {
    let slug = try Slug()
    let before = try files(slug.folder)
    let rows = try (1...4).map { _ in
      let row = "for i in {1..\(Products.isStatic ? 50 : 10)}; do \"$0\" -- true || exit 1; done"
      return try slug.run(
        ["/bin/bash", "-c", row, slug.hoopstart.string], ["STANDIN_RECORD": nil])
    }
    let others = try (1...30).map { _ in
      try slug.start(["sleep", "0.2"], ["STANDIN_RECORD": nil])
    }
    for run in rows + others { #expect(try await run.end() == .exited(0)) }
    try await slug.nothingLeft()
    #expect(try files(slug.folder) == before)
  }

  /// What lies in a folder and below it.
  private func files(_ folder: Path) throws -> Set<String> {
    try folder.names().reduce(into: []) { files, name in
      let path = folder / name
      files.insert(path.string)
      if try path.linkStatus()?.kind == .folder { files.formUnion(try self.files(path)) }
    }
  }
}
