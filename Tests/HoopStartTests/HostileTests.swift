import Glibc
import Posix
import TestSupport
import Testing

/// What a hostile or careless environment cannot make hoopstart do.
@Suite struct HostileTests {
  @Test(
    arguments: [
      ("sh -c 'exit 7'", ["HOOP_KEY": nil], 7), ("sh -c 'exit 7'", ["HOOPSTART_XTRACE": "1"], 7),
      ("no-such-command", [:], 127),
    ] as [(String, [String: String?], Int32)])
  func `A log at its size limit does not end the app`(
    _ command: String, _ changes: [String: String?], _ status: Int32
  ) async throws {
    // stderr is a file that may not grow: a write without care causes SIGXFSZ.
    for first in Container.isPossible ? [[], Container.command([])] : [[]] {
      let slug = try Slug()
      let limit = "ulimit -f 0; exec \(first.joined(separator: " ")) \"$0\" -- \(command)"
      let run = try slug.run(["/bin/bash", "-c", limit, slug.hoopstart.string], changes)
      #expect(try await run.end(in: slug) == .exited(status))
    }
  }

  @Test func `A terminal that stops those in the background does not stop the start`() async throws
  {
    let slug = try Slug()
    let app = """
      set -m
      stty tostop
      "$0" -- sh -c 'echo ended >"$STANDIN_RECORD/ended"' &
      wait %1
      """
    let run = try slug.run(
      [Products.prober.string, "pty", "bash", "-c", app, slug.hoopstart.string],
      ["HOOP_KEY": nil, "HOOPSTART_XTRACE": "1"])
    try await eventually("the app has run") { try (slug.record / "ended").status() != nil }
    _ = try await run.end(in: slug)
  }

  @Test func `Sessions within sessions go with the app, however deep`() async throws {
    let slug = try Slug(agent: "#!/bin/sh\nexec \"\(Products.prober)\" nest 43\n")
    let run = try slug.start(["sleep", "1000"])
    let deepest = try await found("the deepest of 43") {
      run.lines.last { $0.hasPrefix("DEEPEST ") }.flatMap { pid_t($0.dropFirst(8)) }
    }
    run.send(SIGKILL)
    _ = try await run.end()
    try await eventually("the supervisor is gone") { run.supervisorNow == nil }
    #expect(!isAlive(deepest))
    #expect(run.lines(of: "agent-kill").count == 1)
  }

  @Test(arguments: [
    ["$HOOPSTART", "--", "sleep", "1000"],
    ["$HOOPSTART", "HOOP_REQUIRED=1", "$HOOPSTART", "sleep", "1000"],
    ["sh", "-c", "trap 'kill $!' TERM; \"$0\" -- sleep 1000 & wait", "$HOOPSTART"],
    ["env", "HOOP_REQUIRED=1", "$HOOPSTART", "sleep", "1000"],
  ])
  func `A hoopstart within another just runs its command, and says so`(_ words: [String])
    async throws
  {
    let slug = try Slug()
    let run = try slug.start(words.map { $0 == "$HOOPSTART" ? slug.hoopstart.string : $0 })
    try await eventually("it says so") { run.lines(of: "nested").count >= 1 }
    #expect(run.lines(of: "no-agent").isEmpty)
    #expect(try await slug.readyAgents().count == 1)
    try await eventually("one supervisor is left") { slug.processesAlive.count == 2 }
    run.send(SIGTERM)
    _ = try await run.end(in: slug)
  }

  @Test(.enabled(if: Stranger.isPossible))
  func `Another user's process that is called as a supervisor keeps no agent away`() async throws {
    let slug = try Slug()
    let title = "hoopstart: supervisor of pid 1"
    let script = "printf hoop-supervisor >/proc/$$/comm; echo there; read -r line"
    let words = Stranger().command(["bash", "-c", "exec -a '\(title)' bash -c '\(script)' <&1"])
    let posing = try slug.run([Products.prober.string, "pty"] + words)
    try await eventually("it poses") { posing.output.contains("there") }
    let run = try slug.start(["sleep", "1000"], ["HOOP_REQUIRED": "1"])
    #expect(try await slug.readyAgents().count == 1)
    #expect(run.lines(of: "nested").isEmpty)
    try await run.kill(in: slug)
    posing.send(SIGKILL)
    _ = try await posing.end()
  }

  /// System calls that sandboxes and old kernels refuse.
  @Test(arguments: [
    ["execveat"], ["pidfd_open"], ["waitid"], ["pidfd_open", "waitid", "execveat"],
  ])
  func `It does without some system calls`(_ calls: [String]) async throws {
    for isContained in Container.isPossible ? [false, true] : [false] {
      let slug = try Slug()
      let (refused, thread) = (calls.map { "refuse=\($0)" }, [Products.prober.string, "thread"])
      let run =
        try isContained
        ? slug.contain(after: refused, thread) : slug.start(after: refused, thread)
      // The app's main thread has ended, and the app has not.
      _ = try await slug.readyAgents()
      for pid in slug.processesAlive where name(of: pid) == "hoop" { kill(pid, SIGKILL) }
      _ = try await slug.readyAgents(2)
      kill(isContained ? try await run.containedApp() : run.pid, SIGUSR1)
      #expect(try await run.end(in: slug) == .exited(0))
    }
  }

  @Test func `Variables of another hoopstart keep no agent from starting`() async throws {
    let slug = try Slug()
    let run = try slug.start(["sh", "-c", "env > \"$STANDIN_RECORD/environment\"; exec sleep 1000"])
    _ = try await slug.readyAgents()
    let seen = text(of: slug.record / "environment").utf8.split(separator: 10)
    try await run.kill(in: slug)
    let inherited = Environment(entries: seen.map { Array($0) })
    let again = try Running(
      slug.beside(["sleep", "1000"]),
      environment: inherited.changed(["HOOP_KEY": slug.variables["HOOP_KEY"]]), in: slug)
    _ = try await slug.readyAgents(2)
    try await again.kill(in: slug)
  }

  // MARK: HOOP_REQUIRED

  @Test func `With HOOP_REQUIRED an agent that cannot be executed keeps the app from starting`()
    async throws
  {
    let slug = try Slug(agent: "neither ELF nor script")
    let run = try slug.start(["touch", "started"], ["HOOP_REQUIRED": "1"])
    #expect(try await run.end(in: slug) == .exited(78))
    #expect(
      run.lines == [
        "buildpack=hoop at=agent-error reason=\"exec \(slug.agent): Exec format error\"",
        "buildpack=hoop at=no-agent code=agent-not-started"
          + " reason=\"HOOP_REQUIRED is on, and an agent could not be started.\""
          + " remedy=\"See why, or let the app start without it: heroku config:unset HOOP_REQUIRED\"",
      ])
    #expect(try (slug.folder / "started").status() == nil)
  }

  @Test(arguments: [4, 5, 6, 7])
  func `With HOOP_REQUIRED the app starts beside an agent or not at all`(_ limit: Int) async throws
  {
    let slug = try Slug()
    let run = try slug.start(
      after: ["limit=\(limit)"], ["/bin/sleep", "1000"], ["HOOP_REQUIRED": "1"])
    try await eventually("it has decided") { try !isAlive(run.pid) || !slug.agents().isEmpty }
    run.send(SIGKILL)
    let end = try await run.end(in: slug)
    #expect(try end == .exited(78) || !slug.agents().isEmpty)
  }

  @Test func `With HOOP_REQUIRED the agent was executed before the app`() async throws {
    let slug = try Slug()
    let run = try slug.start(
      ["sh", "-c", "exit 7"], ["HOOP_REQUIRED": "1", "HOOP_CONNECTION": "a,b"])
    #expect(try await run.end(in: slug) == .exited(7))
    #expect(run.lines(of: "agent-start").count == 2)
  }

  @Test(arguments: ["nan", "inf", "-1", "1e400", "0x1p-1", ""])
  func `No time scale ends the supervisor`(_ scale: String) async throws {
    let slug = try Slug()
    let run = try slug.start(["sleep", "1000"], ["HOOPSTART_TIME_SCALE": scale])
    _ = try await slug.readyAgents()
    #expect(isAlive(try await run.supervisor()))
    try await run.kill(in: slug)
  }
}
