import Glibc
import Posix
import TestSupport
import Testing

/// hoopstart as a container's pid 1: the app's parent, its agents' and every orphan's.
@Suite(.enabled(if: Container.isPossible, Comment(rawValue: Container.whyNot)))
struct PidOneTests {
  @Test func `The app is its child, in a group of its own, and so are the agents`() async throws {
    let slug = try Slug()
    let run = try slug.contain(
      [Products.prober.string, "seen"], ["HOOPSTART_TIME_SCALE": "1"])
    let agent = try await slug.readyAgents()[0]
    let (pidOne, app) = (try await run.pidOne(), try await run.containedApp())
    #expect([agent["parent"], agent["session"], agent["niceness"]] == ["1", "self", "5"])
    #expect(ProcessStatus(of: app)?.parent == pidOne)
    #expect(getpgid(app) == app)
    #expect(getpriority(__priority_which_t(0), id_t(app)) == 0)
    kill(app, SIGKILL)
    #expect(try await run.end(in: slug) == .exited(128 + SIGKILL))
    #expect(slug.signals(of: agent.pid) == [SIGTERM])
  }

  @Test(arguments: [("exit 0", 0), ("exit 3", 3), ("kill -9 $$", 137), ("kill -15 $$", 143)])
  func `It ends with the app's status`(_ command: String, _ status: Int32) async throws {
    let run = try Slug().contain(["sh", "-c", command])
    #expect(try await run.end() == .exited(status))
  }

  @Test(arguments: [("no-such-command", 127), ("./data", 126)], [nil, "1"])
  func `A command that cannot be executed ends with 127 or 126, and no agent starts`(
    _ command: (String, Int32), _ required: String?
  ) async throws {
    let slug = try Slug()
    try (slug.folder / "data").makeFile(Array("text".utf8), mode: 0o644)
    let run = try slug.contain([command.0], ["HOOP_REQUIRED": required])
    #expect(try await run.end(in: slug) == .exited(command.1))
    #expect(run.lines(of: "command-error").count == 1)
    if required == nil { #expect(try slug.agents().isEmpty) }
  }

  @Test(arguments: [nil, "1"])
  func `Signals before the app's start reach it, and its mask is as it was`(_ required: String?)
    async throws
  {
    let slug = try Slug()
    let before = ["pending=\(SIGTERM)", "pending=\(SIGUSR2)", "ignore=\(SIGCHLD)"]
    let run = try slug.contain(
      after: before, [Products.prober.string, "seen"], ["HOOP_REQUIRED": required])
    try await eventually("both came") { run.output == "READY\n12\n15\n" }
    #expect(status("SigIgn", of: try await run.containedApp()) == "0000000000010000")
    try await run.killContained()
  }

  @Test func `A second SIGTERM reaches the app too, and agents are restarted no more`()
    async throws
  {
    let slug = try Slug()
    let run = try slug.contain([Products.prober.string, "seen"])
    _ = try await slug.readyAgents()
    let pidOne = try await run.pidOne()
    for count in 1...2 {
      kill(pidOne, SIGTERM)
      try await eventually("it came") {
        run.output == "READY\n" + String(repeating: "15\n", count: count)
      }
    }
    kill(try await found("the agent") { children(of: pidOne).first { name(of: $0) == "hoop" } }, 9)
    try await eventually("the exit is reported") { run.lines(of: "agent-exit").count == 1 }
    #expect(!run.lines(of: "agent-exit")[0].contains("restart-in"))
    try await run.killContained()
  }

  @Test func `The app stops and goes on as pid 1 is told to`() async throws {
    let slug = try Slug()
    let run = try slug.contain(["sleep", "1000"])
    let (pidOne, app) = (try await run.pidOne(), try await run.containedApp())
    try await eventually("it sleeps") { name(of: app) == "sleep" }
    for (signal, state) in [(SIGTSTP, "T"), (SIGCONT, "S")] {
      kill(pidOne, signal)
      try await eventually("its state is \(state)") { status("State", of: app) == state }
    }
    kill(pidOne, SIGINT)
    #expect(try await run.end() == .exited(128 + SIGINT))
  }

  /// As init it stays if no agent is wanted too.
  @Test(arguments: [(nil, 10_000), ("1", 10)])
  func `Ten thousand orphans are reaped`(_ disabled: String?, _ count: Int) async throws {
    let run = try Slug().contain(
      [Products.prober.string, "orphans", String(count)], ["HOOP_DISABLED": disabled])
    #expect(try await run.end() == .exited(0))
    #expect(run.output == "all reaped\n")
  }

  @Test func `What the app leaves behind gets SIGTERM and the time to act on it`() async throws {
    let slug = try Slug()
    let app = """
      setsid bash -c 'trap "echo ended; exit" TERM; echo there; while :; do sleep 0.01; done' &
      (trap "" HUP; exec sleep 1000) & kill -STOP $!
      until grep -q there "$0"; do sleep 0.01; done
      exit 5
      """
    let output = slug.folder / "output"
    let run = try slug.contain(
      ["bash", "-c", "exec >\(output); \(app)", output.string], ["HOOPSTART_TIME_SCALE": "1"])
    #expect(try await run.end() == .exited(5))
    #expect(text(of: output) == "there\nended\n")
    #expect(run.lines(of: "kill").isEmpty)
  }

  @Test(arguments: [
    (
      "trap '' TERM; sleep 1000 & exit 5", ["HOOP_DISABLED": "1"],
      "buildpack=hoop at=kill reason=\"What was left behind did not end within 5s.\""
    ),
    (
      SignalTests.untilReady + "exit 5", ["STANDIN": "deaf"],
      "buildpack=hoop at=agent-kill reason=\"It did not end within 5s.\""
    ),
  ])
  func `What does not heed it is killed, and so is an agent that hangs`(
    _ app: String, _ changes: [String: String], _ line: String
  ) async throws {
    let slug = try Slug()
    let run = try slug.contain(["bash", "-c", app], changes)
    #expect(try await run.end(in: slug) == .exited(5))
    #expect(run.lines.last == line)
  }

  @Test(arguments: [(nil, "5s"), ("4.5", "3.")])
  func `After SIGTERM app and agents have 8 s together`(_ wait: String?, _ said: String)
    async throws
  {
    let slug = try Slug()
    let app = "trap '\(wait.map { "sleep \($0); " } ?? "")exit 4' TERM; " + SignalTests.untilReady
    let run = try slug.contain(
      ["bash", "-c", app + "echo READY; while :; do sleep 0.01; done"],
      ["STANDIN": "deaf", "HOOPSTART_TIME_SCALE": wait == nil ? "0.1" : "1"])
    try await eventually("the app is ready") { run.output == "READY\n" }
    kill(try await run.pidOne(), SIGTERM)
    #expect(try await run.end() == .exited(4))
    #expect(run.lines(of: "agent-kill")[0].contains("did not end within \(said)"), "\(run.errors)")
  }

  @Test(arguments: [[:], ["HOOP_KEY": "s3cret"]])
  func `HOOP_REQUIRED keeps the app from starting without its agents`(_ changes: [String: String])
    async throws
  {
    let slug = try Slug(agent: "neither ELF nor script")
    let run = try slug.contain(
      ["touch", "started"], changes.merging(["HOOP_REQUIRED": "1"]) { first, _ in first })
    #expect(try await run.end() == .exited(78))
    #expect(run.lines(of: "no-agent").count == 1)
    #expect(try (slug.folder / "started").status() == nil)
  }

  @Test(.enabled(if: Products.isStatic), arguments: [(nil, 0), ("1", 78)])
  func `If signals cannot be collected it becomes the app, unless an agent is required`(
    _ required: String?, _ status: Int32
  ) async throws {
    let slug = try Slug()
    // The app is a static program, which needs no descriptor to start.
    let run = try slug.contain(
      after: ["block=\(SIGUSR1)", "limit=3"], [slug.hoopstart.string, "--version"],
      ["HOOP_REQUIRED": required])
    #expect(try await run.end() == .exited(status))
    #expect(run.output.hasPrefix("hoopstart ") == (required == nil))
    #expect(run.lines(of: "no-agent").count == 1)
  }

  @Test func `A hoopstart within starts no agents of its own`() async throws {
    let slug = try Slug()
    let run = try slug.contain([
      "sh", "-c", SignalTests.untilReady + "\"$0\" -- sleep 1000", slug.hoopstart.string,
    ])
    try await eventually("it says so") { run.lines(of: "nested").count == 1 }
    try await run.killContained()
    #expect(try slug.agents().count == 1)
  }

  @Test func `It holds nothing open that the app is to have alone, and makes no call at rest`()
    async throws
  {
    let slug = try Slug()
    let run = try slug.contain(after: ["open=5", "close=1"], ["sleep", "1000"])
    let agent = try await slug.readyAgents()[0]
    let pidOne = try await run.pidOne()
    let open = descriptors(of: pidOne)
    #expect(open[0] == "/dev/null" && open[1] == "/dev/null")
    #expect(
      Set(open.filter { $0.key > 2 }.values) == [
        "anon_inode:[signalfd]", slug.agent.string, "/proc/1/oom_score_adj",
      ])
    #expect(descriptors(of: try await run.containedApp())[5] == "/dev/zero")
    #expect(agent.values("descriptor").count == 3)
    try await waitUntilItRests(pidOne)
    try await run.killContained()
  }
}
