import Glibc
import Posix
import TestSupport
import Testing

/// What a hostile or careless surrounding must not get out of hoopstart.
@Suite struct HostileTests {
  @Test(arguments: ["no-key", "trace"])
  func `A log at its size limit does not end the app`(_ what: String) async throws {
    let slug = try Slug()
    let changes = ["no-key": ["HOOP_KEY": nil], "trace": ["HOOPSTART_XTRACE": "1"]][what] ?? [:]
    // stderr is a file that may not grow: a write without care is a SIGXFSZ.
    let run = try Running(
      "/bin/bash", ["-c", "ulimit -f 0; exec \"$0\" -- sh -c 'exit 7'", slug.hoopstart.string],
      environment: slug.variables.changed(changes), in: slug.folder)
    #expect(try await run.end() == .exited(7))
    try await slug.nothingLeft()
  }

  @Test func `A command that is missing ends with its status on a log at its limit`() async throws {
    let slug = try Slug()
    let contained = Container.isPossible ? [Container.command([]).joined(separator: " ")] : []
    for first in [""] + contained {
      let run = try Running(
        "/bin/bash",
        ["-c", "ulimit -f 0; exec \(first) \"$0\" -- no-such-command", slug.hoopstart.string],
        environment: slug.variables, in: slug.folder)
      #expect(try await run.end() == .exited(127))
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
    let run = try Running(
      Products.prober, ["pty", "bash", "-c", app, slug.hoopstart.string],
      environment: slug.variables.changed(["HOOP_KEY": nil, "HOOPSTART_XTRACE": "1"]),
      in: slug.folder)
    try await eventually("the app has run") {
      try (slug.record / "ended").status() != nil
    }
    _ = try await run.end()
  }

  @Test func `Sessions within sessions go with the app, however deep`() async throws {
    let slug = try Slug(agent: false)
    try slug.agent.makeFile(
      Array("#!/bin/sh\nexec \"\(Products.prober)\" nest 43\n".utf8), mode: 0o755)
    let run = try slug.start(["sleep", "1000"])
    try await eventually("all 43 are there") { run.errors.contains("DEEPEST ") }
    let deepest = try #require(
      run.lines.last { $0.hasPrefix("DEEPEST ") }?.split(separator: " ").last.flatMap { pid_t($0) })
    run.send(SIGKILL)
    _ = try await run.end()
    try await eventually("the supervisor is gone") { run.supervisorNow == nil }
    #expect(!isAlive(deepest))
    #expect(run.lines(of: "agent-kill").count == 1)
  }

  @Test func `A hoopstart within another just runs its command, and says so`() async throws {
    let slug = try Slug()
    let within = [
      [slug.hoopstart.string, "--", "sleep", "1000"],
      [slug.hoopstart.string, "HOOP_REQUIRED=1", slug.hoopstart.string, "sleep", "1000"],
      ["sh", "-c", "\"$0\" -- sleep 1000 & wait", slug.hoopstart.string],
      ["env", "HOOP_REQUIRED=1", slug.hoopstart.string, "sleep", "1000"],
    ]
    for words in within {
      let run = try slug.start(words)
      try await eventually("it says so") { run.lines(of: "nested").count >= 1 }
      #expect(run.lines(of: "no-agent").isEmpty)
      #expect(try await slug.readyAgents().count == 1)
      try await eventually("one supervisor is left") { slug.processesAlive.count == 2 }
      run.send(SIGKILL)
      _ = try await run.end()
      for pid in processes() where parentIsGone(of: pid, in: slug) { kill(pid, SIGKILL) }
      try await slug.nothingLeft()
      try slug.forgetAgents()
    }
  }

  /// Whether a process works in the slug and is no program of ours.
  private func parentIsGone(of pid: pid_t, in slug: Slug) -> Bool {
    (try? Path("/proc/\(pid)/cwd").linkTarget()) == slug.folder && name(of: pid) == "sleep"
  }

  @Test(.enabled(if: Stranger.isPossible))
  func `Another user's process that is called as a supervisor keeps no agent away`() async throws {
    let slug = try Slug()
    let title = "hoopstart: supervisor of pid 1"
    let script = "printf hoop-supervisor >/proc/$$/comm; echo there; read -r line"
    let words = Stranger().command(["bash", "-c", "exec -a '\(title)' bash -c '\(script)' <&1"])
    let posing = try Running(
      Products.prober, ["pty"] + words, environment: slug.variables, in: slug.folder)
    try await eventually("it poses") { posing.output.contains("there") }
    let run = try slug.start(["sleep", "1000"], ["HOOP_REQUIRED": "1"])
    #expect(try await slug.readyAgents().count == 1)
    #expect(run.lines(of: "nested").isEmpty)
    try await run.kill(in: slug)
    posing.send(SIGKILL)
    _ = try await posing.end()
  }

  /// System calls that sandboxes and old kernels refuse, and what they do.
  @Test(arguments: [
    ["execveat"], ["pidfd_open"], ["waitid"], ["pidfd_open", "waitid", "execveat"],
  ])
  func `It does without some system calls`(_ calls: [String]) async throws {
    for first in [[], Container.isPossible ? Container.command([]) : []] {
      let slug = try Slug()
      let words =
        first + [Products.prober.string, "with"] + calls.map { "refuse=\($0)" }
        + ["--", slug.hoopstart.string, Products.prober.string, "thread"]
      let run = try Running(
        Path(words[0]), Array(words.dropFirst()), environment: slug.variables, in: slug.folder)
      // The app's main thread has ended, and the app has not.
      _ = try await slug.readyAgents()
      for pid in slug.processesAlive where name(of: pid) == "hoop" { kill(pid, SIGKILL) }
      _ = try await slug.readyAgents(2)
      let app = first.isEmpty ? run.pid : try await run.containedApp()
      kill(app, SIGUSR1)
      #expect(try await run.end() == .exited(0))
      try await slug.nothingLeft()
    }
  }

  @Test func `Variables of another hoopstart keep no agent from starting`() async throws {
    let slug = try Slug()
    let run = try slug.start(["sh", "-c", "env > \"$STANDIN_RECORD/environment\"; exec sleep 1000"])
    _ = try await slug.readyAgents()
    let seen = try (slug.record / "environment").content(atMost: 1 << 16)
    try await run.kill(in: slug)
    let inherited = Environment(entries: seen.split(separator: 10).map { Array($0) })
    let again = try Running(
      slug.hoopstart, ["--", "sleep", "1000"],
      environment: inherited.changed(["HOOP_KEY": slug.variables["HOOP_KEY"]]), in: slug.folder)
    _ = try await slug.readyAgents(2)
    try await again.kill(in: slug)
  }

  @Test func `With HOOP_REQUIRED an agent that cannot be executed keeps the app from starting`()
    async throws
  {
    let slug = try Slug(agent: false)
    try slug.agent.makeFile(Array("neither ELF nor script".utf8), mode: 0o755)
    let run = try slug.start(["touch", "started"], ["HOOP_REQUIRED": "1"])
    #expect(try await run.end() == .exited(78))
    try await slug.nothingLeft()
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
    let run = try Running(
      Products.prober,
      ["with", "limit=\(limit)", "--", slug.hoopstart.string, "--", "/bin/sleep", "1000"],
      environment: slug.variables.changed(["HOOP_REQUIRED": "1"]), in: slug.folder)
    try await eventually("it has decided") {
      try !isAlive(run.pid) || slug.record.names().contains { $0.string.hasPrefix("ready-") }
    }
    if isAlive(run.pid) { run.send(SIGKILL) }
    let end = try await run.end()
    #expect(try end == .exited(78) || !slug.agents().isEmpty)
    try await slug.nothingLeft()
  }

  @Test func `With HOOP_REQUIRED the agent was executed before the app`() async throws {
    let slug = try Slug()
    let run = try slug.start(
      ["sh", "-c", "exit 7"], ["HOOP_REQUIRED": "1", "HOOP_CONNECTION": "a,b"])
    #expect(try await run.end() == .exited(7))
    try await slug.nothingLeft()
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

  @Test func `An agent has the core limit that the app has`() async throws {
    let slug = try Slug()
    let run = try Running(
      "/bin/bash", ["-c", "ulimit -S -c 4; exec \"$0\" -- sleep 1000", slug.hoopstart.string],
      environment: slug.variables, in: slug.folder)
    let agent = try await slug.readyAgents()[0]
    let limit = agent.values("limit").first { $0.hasPrefix("4 ") }  // RLIMIT_CORE
    #expect(limit?.hasPrefix("4 \(String(4 * 1024, radix: 16)) ") == true, "\(limit ?? "")")
    try await run.kill(in: slug)
  }

  @Test func `A supervisor that was stopped ends its agents once it goes on or is killed`()
    async throws
  {
    for signal in [SIGCONT, SIGKILL] {
      let slug = try Slug()
      let run = try slug.start(["sleep", "1000"])
      let agent = try await slug.readyAgents()[0].pid
      let supervisor = try await run.supervisor()
      kill(supervisor, SIGSTOP)
      try await eventually("it is stopped") { status("State", of: supervisor) == "T" }
      run.send(SIGKILL)
      _ = try await run.end()
      // The limit: nothing but the supervisor knows that the app has ended.
      #expect(isAlive(agent))
      kill(supervisor, signal)
      try await slug.nothingLeft()
    }
  }
}
