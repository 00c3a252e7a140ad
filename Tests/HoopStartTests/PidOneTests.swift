import Glibc
import Posix
import TestSupport
import Testing

/// hoopstart as a container's pid 1: the app's parent, its agents' and every orphan's.
@Suite(.enabled(if: Container.isPossible, Comment(rawValue: Container.whyNot)))
struct PidOneTests {
  static let loop = #"until ls "$STANDIN_RECORD" | grep -q ready; do sleep 0.01; done; "#

  @Test func `The app is its child, in a group of its own, and so are the agents`() async throws {
    let slug = try Slug()
    let run = try slug.contain(
      [Products.prober.string, "seen"], ["HOOPSTART_TIME_SCALE": "1"])
    let agent = try await slug.readyAgents()[0]
    let (pidOne, app) = (try await run.pidOne(), try await run.containedApp())
    #expect(agent["parent"] == "1")
    #expect(agent["session"] == "self")
    #expect(agent["niceness"] == "5")
    #expect(ProcessStatus(of: app)?.parent == pidOne)
    #expect(getpgid(app) == app)
    #expect(getpriority(__priority_which_t(0), id_t(app)) == 0)
    kill(app, SIGKILL)
    #expect(try await run.end() == .exited(128 + SIGKILL))
    try await slug.nothingLeft()
    #expect(slug.signals(of: agent.pid) == [SIGTERM])
  }

  @Test(arguments: [("exit 0", 0), ("exit 3", 3), ("kill -9 $$", 137), ("kill -15 $$", 143)])
  func `It ends with the app's status`(_ command: String, _ status: Int32) async throws {
    let slug = try Slug()
    let run = try slug.contain(["sh", "-c", command])
    #expect(try await run.end() == .exited(status))
  }

  @Test func `A command that cannot be executed ends with 127 or 126, and no agent starts`()
    async throws
  {
    let slug = try Slug()
    try (slug.folder / "data").makeFile(Array("text".utf8), mode: 0o644)
    for required in [nil, "1"] {
      for (command, status) in [("no-such-command", 127), ("./data", 126)] {
        let run = try slug.contain([command], ["HOOP_REQUIRED": required])
        #expect(try await run.end() == .exited(Int32(status)))
        #expect(run.lines(of: "command-error").count == 1)
        try await slug.nothingLeft()
        if required == nil { #expect(try slug.agents().isEmpty) }
      }
    }
  }

  @Test func `Signals before the app's start reach it, and its mask is as it was`() async throws {
    let slug = try Slug()
    let first = [
      Products.prober.string, "with", "pending=\(SIGTERM)", "pending=\(SIGUSR2)",
      "ignore=\(SIGCHLD)", "--", slug.hoopstart.string, "--",
    ]
    for required in [nil, "1"] {
      let run = try slug.contain(
        by: first, [Products.prober.string, "seen"], ["HOOP_REQUIRED": required])
      try await eventually("both came") { run.output == "READY\n12\n15\n" }
      #expect(status("SigIgn", of: try await run.containedApp()) == "0000000000010000")
      kill(try await run.containedApp(), SIGKILL)
      #expect(try await run.end() == .exited(137))
    }
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
    let agent = try #require(
      children(of: pidOne).first { name(of: $0) == "hoop" })
    kill(agent, SIGKILL)
    try await eventually("the exit is reported") { run.lines(of: "agent-exit").count == 1 }
    #expect(!run.lines(of: "agent-exit")[0].contains("restart-in"))
    kill(try await run.containedApp(), SIGKILL)
    #expect(try await run.end() == .exited(137))
  }

  @Test func `The app stops and goes on as pid 1 is told to`() async throws {
    let slug = try Slug()
    let run = try slug.contain(["sleep", "1000"])
    let (pidOne, app) = (try await run.pidOne(), try await run.containedApp())
    try await eventually("it sleeps") { name(of: app) == "sleep" }
    kill(pidOne, SIGTSTP)
    try await eventually("it is stopped") { status("State", of: app) == "T" }
    kill(pidOne, SIGCONT)
    try await eventually("it goes on") { status("State", of: app) == "S" }
    kill(pidOne, SIGINT)
    #expect(try await run.end() == .exited(128 + SIGINT))
  }

  @Test func `Ten thousand orphans are reaped`() async throws {
    let slug = try Slug()
    // As init it stays where no agent is wanted too.
    for (disabled, count) in [(nil, 10_000), ("1", 10)] as [(String?, Int)] {
      let run = try slug.contain(
        [Products.prober.string, "orphans", String(count)], ["HOOP_DISABLED": disabled])
      #expect(try await run.end() == .exited(0))
      #expect(run.output == "all reaped\n")
    }
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
    let run = try slug.contain(["bash", "-c", "exec >\(output); \(app)", output.string])
    #expect(try await run.end() == .exited(5))
    #expect(try output.content(atMost: 100) == Array("there\nended\n".utf8))
    #expect(run.lines(of: "kill").isEmpty)
  }

  @Test func `What does not heed it is killed, and so is an agent that hangs`() async throws {
    let slug = try Slug()
    let left = try slug.contain(
      ["bash", "-c", "trap '' TERM; sleep 1000 & exit 5"], ["HOOP_DISABLED": "1"])
    #expect(try await left.end() == .exited(5))
    #expect(
      left.lines(of: "kill") == [
        "buildpack=hoop at=kill reason=\"What was left behind did not end within 5s.\""
      ])
    let run = try slug.contain(["sh", "-c", Self.loop + "exit 6"], ["STANDIN": "deaf"])
    #expect(try await run.end() == .exited(6))
    #expect(run.lines(of: "agent-kill").count == 1)
    try await slug.nothingLeft()
  }

  @Test func `An app that ends at once still leaves the line that says what is wrong`() async throws
  {
    let slug = try Slug()
    let run = try slug.contain(
      ["sh", "-c", "exit 3"], ["HOOP_KEY": nil, "HOOPSTART_TIME_SCALE": "1"])
    #expect(try await run.end() == .exited(3))
    #expect(run.lines(of: "no-agent").count == 1)
  }

  @Test(arguments: [(nil, "5s"), ("4.5", "3.")])
  func `After SIGTERM app and agents have 8 s together`(_ wait: String?, _ said: String)
    async throws
  {
    let slug = try Slug()
    let app = wait.map { "trap 'sleep \($0); exit 4' TERM; " } ?? "trap 'exit 4' TERM; "
    let run = try slug.contain(
      ["bash", "-c", app + Self.loop + "echo READY; while :; do sleep 0.01; done"],
      ["STANDIN": "deaf", "HOOPSTART_TIME_SCALE": wait == nil ? "0.1" : "1"])
    try await eventually("the app is ready") { run.output == "READY\n" }
    kill(try await run.pidOne(), SIGTERM)
    #expect(try await run.end() == .exited(4))
    #expect(run.lines(of: "agent-kill")[0].contains("did not end within \(said)"), "\(run.errors)")
  }

  @Test func `An app that waits for all its children ends`() async throws {
    let slug = try Slug()
    let run = try slug.contain([
      "sh", "-c", Self.loop + "exec \"$0\" waitall", Products.prober.string,
    ])
    #expect(try await run.end() == .exited(0))
    #expect(run.output == "children 0\n")
  }

  @Test func `HOOP_REQUIRED keeps the app from starting without its agents`() async throws {
    let slug = try Slug(agent: false)
    try slug.agent.makeFile(Array("neither ELF nor script".utf8), mode: 0o755)
    for changes in [[:], ["HOOP_KEY": "s3cret"]] {
      let run = try slug.contain(
        ["touch", "started"], changes.merging(["HOOP_REQUIRED": "1"]) { first, _ in first })
      #expect(try await run.end() == .exited(78))
      #expect(run.lines(of: "no-agent").count == 1)
    }
    #expect(try (slug.folder / "started").status() == nil)
  }

  @Test(.enabled(if: Products.isStatic))
  func `Where no signals can be collected it becomes the app`() async throws {
    let slug = try Slug()
    let first = [
      Products.prober.string, "with", "block=\(SIGUSR1)", "limit=3", "--", slug.hoopstart.string,
      "--",
    ]
    // A static program, which needs no descriptor to start.
    let run = try slug.contain(by: first, [slug.hoopstart.string, "--version"])
    #expect(try await run.end() == .exited(0))
    #expect(run.output.hasPrefix("hoopstart "))
    #expect(run.lines(of: "no-agent").count == 1)
    let refused = try slug.contain(by: first, ["true"], ["HOOP_REQUIRED": "1"])
    #expect(try await refused.end() == .exited(78))
  }

  @Test func `A hoopstart within starts no agents of its own`() async throws {
    let slug = try Slug()
    let run = try slug.contain([
      "sh", "-c", Self.loop + "\"$0\" -- sleep 1000", slug.hoopstart.string,
    ])
    try await eventually("it says so") { run.lines(of: "nested").count == 1 }
    kill(try await run.containedApp(), SIGKILL)
    #expect(try await run.end() == .exited(137))
    #expect(try slug.agents().count == 1)
  }

  @Test func `It holds nothing open that the app is to have alone`() async throws {
    let slug = try Slug()
    let first = [
      Products.prober.string, "with", "open=5", "close=1", "--", slug.hoopstart.string, "--",
    ]
    let run = try slug.contain(by: first, ["sleep", "1000"])
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
    kill(pidOne, SIGKILL)
    _ = try await run.end()
  }

  @Test func `At rest it waits in poll with no time to wake at`() async throws {
    let slug = try Slug()
    let run = try slug.contain(["sleep", "1000"])
    let pidOne = try await run.pidOne()
    _ = try await slug.readyAgents()
    try await waitsForEver(pidOne)
    kill(pidOne, SIGKILL)
    _ = try await run.end()
  }
}
