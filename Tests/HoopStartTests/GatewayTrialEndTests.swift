import Glibc
import Posix
import TestSupport
import Testing

/// That nothing is left of what `hoopstart --check` starts, and that it leaves alone what it has not.
@Suite struct GatewayTrialEndTests {
  /// A slug whose agent starts a child in its group and one in a session of its own, and then ends
  /// the check: with `INNER` for the process that it is a child of, and `OUTER` for the one that was
  /// called.
  private func slug(ending command: String) throws -> Slug {
    let slug = try Slug(agent: false)
    try slug.putAgent(
      """
      #!/bin/sh
      cd '\(slug.record)' || exit
      sleep 1000 &
      printf $! >in-group
      setsid sh -c 'trap "" TERM; printf $$ >apart.part; mv apart.part apart; exec sleep 1001' &
      until [ -f apart ]; do sleep 0.01; done
      printf $$ >agent
      INNER=$PPID
      OUTER=$(sed 's/.*) . \\([0-9]*\\) .*/\\1/' /proc/$PPID/stat)
      \(command)
      exec sleep 1002

      """)
    return slug
  }

  @Test(arguments: [
    ("kill -TERM $OUTER", SIGTERM), ("kill -INT $OUTER", SIGINT), ("kill -HUP $OUTER", SIGHUP),
    ("kill -KILL $OUTER", SIGKILL), ("kill -KILL -$OUTER", SIGKILL),
    ("kill -TERM $INNER", SIGTERM), ("kill -KILL $INNER", SIGKILL),
    ("kill -TERM $OUTER $INNER", SIGTERM),
  ])
  func `Nothing is left of a check that is ended half-way`(_ command: String, _ signal: Int32)
    async throws
  {
    let slug = try slug(ending: command)
    let run = try slug.call(["--check"], ["HOOPSTART_TIME_SCALE": nil])
    #expect(try await run.end() == .killed(signal: signal))
    let started = ["in-group", "apart", "agent"].compactMap(slug.number)
    #expect(started.count == 3)
    try await eventually("nothing is left") {
      !started.contains(where: isAlive) && slug.processesAlive.isEmpty
    }
    #expect(!run.output.contains("Gateway"))
  }

  @Test func `An agent that ignores SIGTERM goes too`() async throws {
    let slug = try Slug()
    let run = try slug.call(["--check"], ["STANDIN": "deaf", "HOOPSTART_TIME_SCALE": "0.02"])
    #expect(try await run.end() == .exited(1))
    try await slug.nothingLeft()
  }

  @Test func `What was there before the check stays`() async throws {
    let slug = try Slug()
    let script = "sleep 1000 & printf $! >'\(slug.record)'/before; exec \"$0\" --check"
    let run = try Running(
      "/bin/sh", ["-c", script, slug.hoopstart.string], environment: slug.variables,
      in: slug.folder)
    #expect(try await run.end() == .exited(1))
    let before = try #require(slug.number("before"))
    #expect(isAlive(before))
    kill(before, SIGKILL)
  }
}

extension Slug {
  /// Makes a script the agent.
  func putAgent(_ script: String) throws {
    let draft = folder / "draft"
    try draft.makeFile(Array(script.utf8), mode: 0o755)
    try Self.copy(draft, to: agent)
  }
}
