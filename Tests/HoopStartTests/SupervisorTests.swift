import Glibc
import HoopAgent
import Posix
import TestSupport
import Testing

/// The supervisor and its agents.
@Suite struct SupervisorTests {
  @Test func `The supervisor has its own session, no stdin, and says whose it is`() async throws {
    let slug = try Slug()
    let run = try slug.start(after: ["open=5"], ["sleep", "1000"])
    let supervisor = try await run.supervisor()
    _ = try await slug.readyAgents()
    #expect(getsid(supervisor) == supervisor)
    #expect(status("Name", of: supervisor) == "hoop-supervisor")
    #expect(status("PPid", of: supervisor) != String(run.pid))
    let open = descriptors(of: supervisor)
    let ofApp = descriptors(of: run.pid)
    #expect([open[0], open[1], open[2]] == ["/dev/null", ofApp[1], ofApp[2]])
    #expect(
      Set(open.filter { $0.key > 2 }.values) == [
        "anon_inode:[signalfd]", "anon_inode:[pidfd]", slug.agent.string,
      ])
    // It makes no system call while nothing happens.
    try await waitUntilItRests(supervisor)
    try await run.kill(in: slug)
  }

  @Test func `If stdout and stderr are closed the agents have /dev/null`() async throws {
    let slug = try Slug()
    let run = try slug.start(after: ["close=0", "close=1", "close=2"], ["sleep", "1000"])
    let agent = try await slug.readyAgents()[0]
    #expect(descriptors(of: agent.pid) == [0: "/dev/null", 1: "/dev/null", 2: "/dev/null"])
    #expect(descriptors(of: run.pid)[1] == nil)
    try await run.kill(in: slug)
  }

  @Test func `An agent starts clean, beside the app and after it in every queue`() async throws {
    let slug = try Slug()
    let changes = [
      "open=9", "ignore=\(SIGHUP)", "ignore=\(SIGPIPE)", "ignore=\(SIGCHLD)", "block=\(SIGUSR1)",
      "nice=2", "umask=027",
    ]
    let limit = ["/bin/bash", "-c", "ulimit -S -c 4; exec \"$@\"", "sh"]
    let run = try slug.run(limit + slug.beside(["sleep", "1000"], after: changes))
    let agent = try await slug.readyAgents()[0]
    let supervisor = try await run.supervisor()
    let score = Int(text(of: "/proc/self/oom_score_adj").prefix { $0 != "\n" }) ?? 0
    let expected = [
      "parent": String(supervisor), "session": "self", "group": "self", "niceness": "7",
      "umask": "27", "folder": slug.folder.string, "SigBlk": "0000000000000000",
      "SigIgn": "0000000000000000", "parent-death signal": String(SIGKILL),
      "oom_score_adj": String(min(score + 500, 1000)),
    ]
    for (name, value) in expected { #expect(agent[name] == value, "\(name)") }
    #expect(agent.arguments.dropLast() == ["run", "--name", "myapp", "--export"])
    #expect(agent.values("descriptor").count == 3)
    let core = agent.lines.first { $0.hasPrefix("limit 4 ") }  // RLIMIT_CORE, in bytes
    #expect(core?.hasPrefix("limit 4 1000 ") == true, "\(core ?? "")")
    try await run.kill(in: slug)
  }

  @Test func `A pipe that only the app holds ends with the app`() async throws {
    let slug = try Slug()
    // The reader of descriptor 5 would wait forever, if the agent or the supervisor had a copy of it.
    let app = """
      mkfifo pipe
      cat pipe > read & reader=$!
      exec 5> pipe
      "$0" -- sh -c '\(SignalTests.untilReady) exec 5>&-
        until [ -e over ]; do sleep 0.01; done' &
      exec 5>&-
      wait $reader
      touch over
      wait
      """
    let run = try slug.run(["/bin/bash", "-c", app, slug.hoopstart.string])
    #expect(try await run.end(in: slug) == .exited(0))
  }

  @Test func `Each connection has an agent of its own, reported in one line`() async throws {
    let slug = try Slug()
    let run = try slug.start(["sleep", "1000"], ["HOOP_CONNECTION": "one,two"])
    let agents = try await slug.readyAgents(2)
    try await eventually("both are reported") { run.lines(of: "agent-start").count == 2 }
    #expect(
      run.lines
        == zip(agents, ["one", "two"]).map { agent, name in
          "buildpack=hoop at=agent-start pid=\(agent.pid) version=\(AgentVersion.newestKnown)"
            + " connections=\(name)"
        })
    try await run.kill(in: slug)
    #expect(run.lines.count == 2)
  }

  @Test func `An agent that exits is started again, with one line for each restart`() async throws {
    let slug = try Slug()
    // A SIGCHLD that is ignored would have the kernel reap the agents.
    let run = try slug.start(
      after: ["ignore=\(SIGCHLD)"], ["sleep", "1000"], ["STANDIN": "exit"])
    try await eventually("it exited four times") { run.lines(of: "agent-exit").count >= 4 }
    try await run.kill(in: slug)
    #expect(run.lines(of: "agent-start").count == 1)
    #expect(run.lines.count == 1 + run.lines(of: "agent-exit").count)
    #expect(run.lines(of: "agent-exit").allSatisfy { $0.contains(" status=1 restart-in=") })
  }

  @Test(arguments: [false, true], [nil, "1"])
  func `An agent that is killed is started again`(_ isPidOne: Bool, _ required: String?)
    async throws
  {
    if isPidOne, !Container.isPossible { return }
    let slug = try Slug()
    let changes = ["HOOP_REQUIRED": required]
    let run =
      try isPidOne
      ? slug.contain(["sleep", "1000"], changes) : slug.start(["sleep", "1000"], changes)
    _ = try await slug.readyAgents()
    for pid in slug.processesAlive where name(of: pid) == "hoop" { kill(pid, SIGKILL) }
    _ = try await slug.readyAgents(2)
    #expect(run.lines(of: "agent-exit")[0].contains(" signal=9 restart-in="), "\(run.errors)")
    if isPidOne { try await run.killContained() } else { try await run.kill(in: slug) }
  }

  @Test func `An agent that the kernel cannot execute is reported once and left`() async throws {
    let slug = try Slug(agent: "neither ELF nor script")
    let run = try slug.start(["sleep", "1000"])
    try await eventually("it is reported") { !run.errors.isEmpty }
    // Nothing else to do, so the supervisor is gone before the app.
    try await slug.nothingLeft()
    #expect(isAlive(run.pid))
    #expect(
      run.lines == [
        "buildpack=hoop at=agent-error reason=\"exec \(slug.agent): Exec format error\""
      ])
    try await run.kill(in: slug)
  }

  @Test(arguments: [
    // The reader of the pipe goes at once.
    "\"$0\" -- sh -c \"$1\" 2>&1 | true",
    // Nothing reads a pipe that is full.
    "mkfifo log; exec 5<> log; head -c 65536 /dev/zero >&5; \"$0\" -- sh -c \"$1\" 2>&5",
  ])
  func `A log that nothing reads harms neither app nor supervisor`(_ app: String) async throws {
    let slug = try Slug()
    let loop =
      "until [ $(ls \"$STANDIN_RECORD\" | wc -l) -ge 4 ]; do sleep 0.01; done; touch over"
    let run = try slug.run(
      ["/bin/bash", "-c", app + "; [ -e over ]", slug.hoopstart.string, loop],
      ["STANDIN": "exit"])
    #expect(try await run.end(in: slug) == .exited(0))
  }

  @Test(.enabled(if: Products.isStatic))
  func `The idle supervisor has at most 1.5 MB resident`() async throws {
    let slug = try Slug()
    let run = try slug.start(["sleep", "1000"])
    let supervisor = try await run.supervisor()
    _ = try await slug.readyAgents()
    // Counted page by page: VmRSS in /proc/PID/status is off by up to 32 pages a processor and
    // kind of page (percpu_counter).
    try await eventually("it is at rest") {
      let line = text(of: Path("/proc/\(supervisor)/smaps_rollup")).split(separator: "\n")
        .first { $0.hasPrefix("Rss:") }
      return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? .max <= 1536
    }
    try await run.kill(in: slug)
  }
}
