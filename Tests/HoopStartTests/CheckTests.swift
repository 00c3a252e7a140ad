import Glibc
import HoopAgent
import Posix
import TestSupport
import Testing

/// `hoopstart --check`: what it says of the plan, the key and the gateway, and what it leaves behind.
@Suite struct CheckTests {
  private static let newest = AgentVersion.newestKnown.description
  private static let embedded = "grpcs://prod:s3cret@app.hoop.test:8443?mode=embedded"
  private static let publishes =
    "Result      Publishes myapp from every process that starts with hoopstart."

  /// A slug whose agent is a script that logs these lines and then does something.
  private func slug(
    _ version: String = newest, logging lines: [String] = [], then end: String = "exec sleep 1000"
  ) throws -> Slug {
    let said = lines.map { "echo '{\"level\":\"debug\",\"msg\":\"\($0)\"}'\n" }.joined()
    return try Slug(version: version, agent: "#!/bin/sh\n\(said)\(end)\n")
  }

  /// What a check prints, with times evened out.
  private func check(
    _ slug: Slug, _ changes: [String: String?] = [:], _ words: [String] = [], end: Int32
  ) async throws -> String {
    let run = try slug.run([slug.hoopstart.string, "--check"] + words, changes)
    #expect(try await run.end(in: slug) == .exited(end))
    #expect(run.errors.isEmpty)
    #expect(!run.output.contains("s3cret"))
    return run.output.replacing(/\([0-9]+\.[0-9] s\)/, with: "(0.4 s)")
  }

  /// The rows about the gateway and the result.
  private func answer(
    _ slug: Slug, _ changes: [String: String?] = [:], end: Int32
  ) async throws -> String {
    let lines = try await check(slug, changes, end: end).split(separator: "\n")
    let remedy = lines.firstIndex { $0.hasPrefix("Remedy ") } ?? lines.endIndex
    return lines[..<remedy].drop { !$0.hasPrefix("Gateway ") }.joined(separator: "\n")
  }

  // MARK: The plan

  @Test func `The check explains the plan and hides the secret`() async throws {
    let changes = [
      "HOOP_CONNECTION": "myapp,my-tasks", "DYNO": "run.1", "HOOP_KEY_NAME": "_default",
      "HOOP_DATABASE_MYAPP": "postgres://u:s3cret@db.hoop.test:5432/app",
      "HOOP_DATA_MASKING": "EMAIL_ADDRESS", "HOOP_COMMAND": "no-such-program -x",
    ]
    let slug = try Slug()
    #expect(
      try await check(slug, changes, ["--no-connect"], end: 0) == """
        Dyno        run.1
        Dynos       all run the agent
        Agent       \(Self.newest), \(slug.agent)
        Key         grpcs://_default:***@app.hoop.test:8443, an organisation key
        Key from    HOOP_KEY
        Key name    _default, as HOOP_KEY_NAME asks
        Publishes   myapp
        Command     hoop run --name myapp --data-masking EMAIL_ADDRESS --export NAMES
        Database    postgres at db.hoop.test:5432/app
        Masking     EMAIL_ADDRESS, if your gateway supports it
        Sessions    have the app's config vars, without the key and the databases' URLs
        Publishes   my-tasks
        Command     hoop run --name my-tasks --command 'no-such-program -x' --data-masking EMAIL_ADDRESS --export NAMES
        Entrypoint  no-such-program -x
        Masking     EMAIL_ADDRESS, if your gateway supports it
        Sessions    have the app's config vars, without the key
        Notice      HOOP_COMMAND starts “no-such-program”, which is not there.
                    A session would end at once.
                    Correct HOOP_COMMAND, or see which buildpack brings the program:
                      heroku buildpacks
        Gateway     not asked, as --no-connect says
        Result      Publishes myapp and my-tasks from every process that starts with hoopstart.

        """)
  }

  @Test func `The check names every problem and why a process may have no key`() async throws {
    let changes = ["HOOP_KEY": nil, "HOOP_CONNECTION": "a,,b", "HOOP_REQUIRED": "1"]
    #expect(
      try await check(Slug(), changes, ["--no-connect"], end: 1) == """
        Dyno        none, DYNO is unset
        Problem     Neither HOOP_KEY nor HOOP_DSN is set.
                    Without a key the agent cannot reach the gateway.
                    No connection is published until this is fixed.
                    Perhaps it was never set. Or this process was started by hoopstart, or by heroku ps:exec:
                    neither has the key, so that sessions cannot read it. A new dyno has it: heroku run --exit-code -- hoopstart --check
                    Print the organisation's key with `hoop admin get orgkeys`, and set it:
                      heroku config:set HOOP_KEY='grpcs://…'
        Problem     HOOP_CONNECTION cannot be read: it holds an empty name.
                    No connection is published until this is fixed.
                    Set a value such as this:
                      heroku config:set HOOP_CONNECTION=myapp,myapp-db
        Result      No agent would start, and HOOP_REQUIRED keeps the app from starting.

        """)
  }

  @Test func `The check from another dyno says what the named ones do`() async throws {
    let said = try await check(Slug(), ["DYNO": "run.1", "HOOP_DYNOS": "web"], end: 1)
    #expect(
      said.hasPrefix(
        """
        Dyno        run.1
        Gateway     not asked: this dyno has no agent
        Result      No agent would start: HOOP_DYNOS does not name run.1.
        Elsewhere   In the dynos that HOOP_DYNOS names:
        Dynos       web.*
        """))
    #expect(
      said.hasSuffix(
        "Result      Publishes myapp from the dynos web.* that start with hoopstart.\n"))
  }

  @Test func `The check says that there is no agent, or no certificate`() async throws {
    let slug = try Slug(version: nil, agent: "")
    let missing = try await check(slug, end: 1)
    #expect(missing.contains("Problem     There is no Hoop agent at \(slug.agent).\n"))
    let certificate = try await check(Slug(), ["HOOP_TLSCA": "file:///no/such.pem"], end: 1)
    #expect(
      certificate.contains("HOOP_TLSCA names the file “/no/such.pem”, which does not exist."))
  }

  // MARK: The gateway

  @Test func `The whole check of a key that the gateway takes`() async throws {
    let slug = try Slug(practice: Self.newest)
    #expect(
      try await check(slug, ["HOOPSTART_TIME_SCALE": nil], end: 0) == """
        Dyno        none, DYNO is unset
        Dynos       all run the agent
        Agent       \(Self.newest), \(slug.agent)
        Key from    HOOP_KEY
        Publishes   myapp
        Command     hoop run --name myapp --export NAMES
        Sessions    have the app's config vars, without the key
        Key         grpcs://_default:***@app.hoop.test:8443, an organisation key; sessions can read it: the agent is a script
        Gateway     app.hoop.test:8443 accepts the key (0.4 s)
        \(Self.publishes)

        """)
  }

  /// A key by the first label of its host, and what comes of it.
  static let answers = [
    ("_default:s3cret@busy", "", "busy.hoop.test:8443 accepts the key (0.4 s)", 0 as Int32),
    ("prod:s3cret@waiting", "?mode=embedded", "waiting.hoop.test:8443 accepts the key (0.4 s)", 0),
    (
      "prod:s3cret@busy", "?mode=standard",
      "busy.hoop.test:8443 accepts the key (0.4 s); an agent with this key is online", 0
    ),
    (
      "_default:s3cret@unknown", "",
      "unknown.hoop.test:8443 does not know the key, or it was revoked", 1
    ),
    (
      "prod:s3cret@http404", "?mode=embedded",
      "http404.hoop.test:8443 answers with HTTP status 404", 1
    ),
  ]

  @Test(arguments: answers)
  func `The gateway is asked by an agent that publishes nothing and goes at its first answer`(
    _ user: String, _ mode: String, _ words: String, _ end: Int32
  ) async throws {
    let slug = try Slug(practice: Self.newest)
    let changes = [
      "HOOP_KEY": "grpcs://\(user).hoop.test:8443\(mode)", "HOOPSTART_TIME_SCALE": nil,
      "HOOP_CONNECTION": mode.isEmpty ? "a,b" : nil,
    ]
    let said = try await answer(slug, changes, end: end)
    #expect(said.hasPrefix("Gateway     \(words)"), "\(said)")
    // No `hoop run`, which would write to the gateway, and no session was taken.
    let written = Set(try slug.record.names().map(\.string)).subtracting(["agent.ready"])
    #expect(written == ["agent.words", "agent.environment", "agent.session"])
    #expect(try slug.practice("agent", "words") == ["start", "agent"])
    #expect(try slug.practice("agent", "environment").contains("LOG_LEVEL=debug"))
  }

  @Test func `An agent that ends is quoted, without the secrets of its environment`() async throws {
    let slug = try slug(
      then: "echo \"level=fatal wrong format: $HOOP_KEY s3cret by pr0xy\"; exit 1")
    let changes = ["HOOPSTART_TIME_SCALE": nil, "https_proxy": "http://me:pr0xy@proxy.test:3128"]
    #expect(
      try await answer(slug, changes, end: 1) == """
        Gateway     The agent ended with exit status 1; the agent's last lines:
                      level=fatal wrong format: *** *** by ***
        """)
    let usage = try self.slug(
      then: "printf 'Error: unknown flag: --x\\nUsage:\\n  a\\n  b\\n  c\\n' >&2; exit 1")
    #expect(
      try await answer(usage, ["HOOPSTART_TIME_SCALE": nil], end: 1) == """
        Gateway     The agent ended with exit status 1; the agent's last lines:
                      Error: unknown flag: --x
        """)
  }

  @Test(arguments: [
    ("exec sleep 1000", ["one", "two", "three"]), ("exec yes", ["y", "y", "y"]),
  ])
  func `An agent that gives no answer is given up after 15 s`(_ end: String, _ last: [String])
    async throws
  {
    let slug = try slug(logging: ["zero", "one", "two", "three"], then: end)
    let lines = last.map { "\n              \($0)" }.joined()
    #expect(
      try await answer(slug, ["HOOPSTART_TIME_SCALE": "0.3"], end: 1)
        == "Gateway     No answer within 15 s; the agent's last lines:\(lines)")
  }

  @Test func `Up to 1.19 silence after the question is an answer`() async throws {
    let asking = "waiting for connection request"
    let changes = ["HOOP_KEY": Self.embedded, "HOOPSTART_TIME_SCALE": "0.5"]
    let silent = try await answer(slug("1.19.3", logging: [asking]), changes, end: 0)
    let accepts = "Gateway     app.hoop.test:8443 accepts the key (0.4 s)"
    #expect(silent.hasPrefix("\(accepts): agent 1.19.3 "))
    let refusal = "dsn is disabled or invalid, contact the administrator"
    let refused = try await answer(slug("1.19.3", logging: [asking, refusal]), changes, end: 1)
    #expect(refused == "Gateway     app.hoop.test:8443 does not know the key, or it was revoked")
  }

  @Test func `An agent that cannot be executed is told from one that does not connect`()
    async throws
  {
    let slug = try Slug(agent: "not a program\n")
    #expect(
      try await answer(slug, end: 1)
        == "Gateway     The agent could not be started: exec \(slug.agent): Exec format error")
  }

  @Test func `What needs no gateway is said before the gateway answers`() async throws {
    // The agent gives its answer when it has read those rows.
    let slug = try slug(
      then: """
        until grep -q '^Sessions ' said && grep -q '^Key .*sessions can' said; do sleep 0.01; done
        echo '{"msg":"missing connection-name attribute"}'
        exec sleep 1000
        """)
    let said = slug.folder / "said"
    let run = try slug.run(
      [slug.hoopstart.string, "--check"], ["HOOPSTART_TIME_SCALE": nil], output: said)
    #expect(try await run.end(in: slug) == .exited(0), "\(text(of: said))")
  }

  // MARK: What is left

  /// A slug whose agent starts a child in its group and one in a session of its own, and then ends
  /// the check.
  private func slug(ending command: String) throws -> Slug {
    try Slug(
      agent: """
        #!/bin/sh
        cd "$STANDIN_RECORD" || exit
        sleep 1000 &
        printf $! >in-group
        setsid sh -c 'trap "" TERM; printf $$ >apart.part; mv apart.part apart; exec sleep 1001' &
        until [ -f apart ]; do sleep 0.01; done
        printf $$ >agent
        \(command)
        exec sleep 1002
        """)
  }

  @Test(arguments: [("TERM", SIGTERM), ("INT", SIGINT), ("HUP", SIGHUP), ("QUIT", SIGQUIT)])
  func `Nothing is left of a check that is ended half-way`(_ name: String, _ signal: Int32)
    async throws
  {
    let slug = try slug(ending: "kill -\(name) $PPID")
    let run = try slug.run([slug.hoopstart.string, "--check"], ["HOOPSTART_TIME_SCALE": nil])
    #expect(try await run.end(in: slug) == .killed(signal: signal))
    for name in ["in-group", "apart", "agent"] {
      let pid = try await slug.pid(name)
      try await eventually("\(name) is gone") { !isAlive(pid) }
    }
    #expect(!run.output.contains("Gateway"))
  }

  @Test func `What was there before the check stays`() async throws {
    let slug = try Slug()
    let script = "sleep 1000 & printf $! >'\(slug.record)'/before; exec \"$0\" --check"
    let run = try slug.run(["/bin/sh", "-c", script, slug.hoopstart.string])
    #expect(try await run.end() == .exited(1))
    let before = try await slug.pid("before")
    #expect(isAlive(before))
    kill(before, SIGKILL)
  }
}
