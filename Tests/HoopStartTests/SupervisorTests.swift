import Glibc
import HoopAgent
import Posix
import TestSupport
import Testing

/// The supervisor and its agents.
@Suite struct SupervisorTests {
  @Test func `The supervisor has its own session, no stdin, and says whose it is`() async throws {
    let slug = try Slug()
    let run = try Running(
      Products.prober, ["with", "open=5", "--", slug.hoopstart.string, "--", "sleep", "1000"],
      environment: slug.variables, in: slug.folder)
    let supervisor = try await run.supervisor()
    _ = try await slug.readyAgents()
    #expect(getsid(supervisor) == supervisor)
    #expect(status("Name", of: supervisor) == "hoop-supervisor")
    #expect(status("PPid", of: supervisor) != String(run.pid))
    let open = descriptors(of: supervisor)
    #expect(open[0] == "/dev/null")
    #expect(open[1] == descriptors(of: run.pid)[1])
    #expect(open[2] == descriptors(of: run.pid)[2])
    #expect(
      Set(open.filter { $0.key > 2 }.values) == [
        "anon_inode:[signalfd]", "anon_inode:[pidfd]", slug.agent.string,
        "/proc/\(supervisor)/oom_score_adj",
      ])
    try await run.kill(in: slug)
  }

  @Test func `Where stdout and stderr are closed the agents have /dev/null`() async throws {
    let slug = try Slug()
    let run = try Running(
      Products.prober,
      [
        "with", "close=0", "close=1", "close=2", "--", slug.hoopstart.string, "--", "sleep", "1000",
      ],
      environment: slug.variables, in: slug.folder)
    let agent = try await slug.readyAgents()[0]
    let open = descriptors(of: agent.pid)
    #expect(open == [0: "/dev/null", 1: "/dev/null", 2: "/dev/null"])
    #expect(descriptors(of: run.pid)[1] == nil)
    try await run.kill(in: slug)
  }

  @Test func `An agent starts clean, beside the app and after it in every queue`() async throws {
    let slug = try Slug()
    let run = try Running(
      Products.prober,
      [
        "with", "open=9", "ignore=\(SIGHUP)", "ignore=\(SIGPIPE)", "ignore=\(SIGCHLD)",
        "block=\(SIGUSR1)", "nice=2", "umask=027", "--", slug.hoopstart.string, "--", "sleep",
        "1000",
      ], environment: slug.variables, in: slug.folder)
    let agent = try await slug.readyAgents()[0]
    let supervisor = try await run.supervisor()
    #expect(agent.arguments.dropLast() == ["run", "--name", "myapp", "--export"])
    #expect(agent["parent"] == String(supervisor))
    #expect(agent["session"] == "self")
    #expect(agent["group"] == "self")
    #expect(agent["niceness"] == "7")
    #expect(agent["umask"] == "27")
    #expect(agent["folder"] == slug.folder.string)
    #expect(agent.status("SigBlk") == "0000000000000000")
    #expect(agent.status("SigIgn") == "0000000000000000")
    #expect(agent["parent-death signal"] == String(SIGKILL))
    #expect(agent.values("descriptor").count == 3)
    let own = try Path("/proc/self/oom_score_adj").content(atMost: 16)
    let score = try #require(Int(String(decoding: own, as: UTF8.self).prefix { $0 != "\n" }))
    #expect(agent["oom_score_adj"] == String(min(score + 500, 1000)))
    try await run.kill(in: slug)
  }

  @Test func `A pipe that only the app holds ends with the app`() async throws {
    let slug = try Slug()
    // The reader of descriptor 5 would wait for ever, had the agent or the supervisor a copy of it.
    let app = """
      mkfifo pipe
      cat pipe > read & reader=$!
      exec 5> pipe
      "$0" -- sh -c 'until ls "$STANDIN_RECORD" | grep -q ready; do sleep 0.01; done; exec 5>&-
        until [ -e over ]; do sleep 0.01; done' &
      exec 5>&-
      wait $reader
      touch over
      wait
      """
    let run = try Running(
      "/bin/bash", ["-c", app, slug.hoopstart.string], environment: slug.variables, in: slug.folder)
    #expect(try await run.end() == .exited(0))
    try await slug.nothingLeft()
  }

  @Test func `Each connection has an agent of its own, reported in one line`() async throws {
    let slug = try Slug()
    let run = try slug.start(["sleep", "1000"], ["HOOP_CONNECTION": "one,two"])
    let agents = try await slug.readyAgents(2)
    try await eventually("both are reported") { run.lines(of: "agent-start").count == 2 }
    #expect(
      run.lines == [
        "buildpack=hoop at=agent-start pid=\(agents[0].pid) version=\(AgentVersion.newestKnown) connections=one",
        "buildpack=hoop at=agent-start pid=\(agents[1].pid) version=\(AgentVersion.newestKnown) connections=two",
      ])
    try await run.kill(in: slug)
    #expect(run.lines.count == 2)
  }

  @Test func `An agent that exits is started again, with one line for each restart`() async throws {
    let slug = try Slug()
    // A SIGCHLD that is ignored would have the kernel reap the agents.
    let run = try Running(
      Products.prober,
      ["with", "ignore=\(SIGCHLD)", "--", slug.hoopstart.string, "--", "sleep", "1000"],
      environment: slug.variables.changed(["STANDIN": "exit"]), in: slug.folder)
    try await eventually("it exited four times") { run.lines(of: "agent-exit").count >= 4 }
    try await run.kill(in: slug)
    #expect(run.lines(of: "agent-start").count == 1)
    #expect(run.lines.count == 1 + run.lines(of: "agent-exit").count)
    let agent = try slug.agents()[0].pid
    #expect(
      run.lines(of: "agent-exit").contains { line in
        line.hasPrefix("buildpack=hoop at=agent-exit pid=\(agent) status=1 restart-in=")
      })
  }

  @Test func `An agent that is killed is started again`() async throws {
    let slug = try Slug()
    let run = try slug.start(["sleep", "1000"])
    let first = try await slug.readyAgents()[0].pid
    kill(first, SIGKILL)
    _ = try await slug.readyAgents(2)
    #expect(run.lines(of: "agent-exit")[0].contains(" pid=\(first) signal=9 restart-in="))
    try await run.kill(in: slug)
  }

  @Test func `An agent that the kernel cannot execute is reported once and left`() async throws {
    let slug = try Slug(agent: false)
    try slug.agent.makeFile(Array("neither ELF nor script".utf8), mode: 0o755)
    let run = try slug.start(["sleep", "1000"])
    try await eventually("it is reported") { !run.errors.isEmpty }
    // Nothing else to do, so the supervisor is gone before the app.
    try await slug.nothingLeft()
    #expect(isAlive(run.pid))
    #expect(
      run.lines == [
        "buildpack=hoop at=agent-error reason=\"exec \(slug.agent): Exec format error\""
      ])
    run.send(SIGKILL)
    _ = try await run.end()
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
    let run = try Running(
      "/bin/bash", ["-c", app + "; [ -e over ]", slug.hoopstart.string, loop],
      environment: slug.variables.changed(["STANDIN": "exit"]), in: slug.folder)
    #expect(try await run.end() == .exited(0))
    try await slug.nothingLeft()
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
      let map = try Path("/proc/\(supervisor)/smaps_rollup").content(atMost: 4096)
      let line = String(decoding: map, as: UTF8.self).split(separator: "\n").first {
        $0.hasPrefix("Rss:")
      }
      return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? .max <= 1536
    }
    try await run.kill(in: slug)
  }

  @Test func `The idle supervisor makes no system call`() async throws {
    let slug = try Slug()
    let run = try slug.start(["sleep", "1000"])
    let supervisor = try await run.supervisor()
    _ = try await slug.readyAgents()
    try await waitsForEver(supervisor)
    try await run.kill(in: slug)
  }
}
