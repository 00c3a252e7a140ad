import Glibc
import HoopAgent
import Posix
import TestSupport
import Testing

/// What `hoopstart --check` says of the gateway.
@Suite struct GatewayTrialTests {
  /// A slug whose agent is a script that says these lines, as JSON, and stays.
  ///
  /// - Parameters:
  ///   - lines: of an agent that is called with the name of a connection in `$3`, as words of a
  ///     shell's case: the last one is for every name.
  ///   - end: what it does then.
  private func slug(
    _ version: String = AgentVersion.newestKnown.description, saying lines: [(String, [String])],
    then end: String = "exec sleep 1000"
  ) throws -> Slug {
    let slug = try Slug(version: version, agent: false)
    var script =
      "#!/bin/sh\nsay() { printf '{\"level\":\"%s\",\"msg\":\"%s\"}\\n' \"$1\" \"$2\"; }\n"
    script += "env >'\(slug.record)'/environment\nsay info 'agent started, args=0'\ncase $3 in\n"
    for (name, messages) in lines {
      script += "\(name))\n" + messages.map { "say debug '\($0)'\n" }.joined() + ";;\n"
    }
    try slug.putAgent(script + "esac\n\(end)\n")
    return slug
  }

  private static let good = "pre-connect rpc, status=BACKOFF, message="
  private static let taken =
    "connection b is not being managed by this process, choose another name"

  /// What `--check` says of the gateway and at the end, with the times evened out and without what
  /// to do about it.
  private func check(
    _ slug: Slug, _ changes: [String: String?] = [:], end: Int32
  ) async throws -> [String] {
    let run = try slug.call(["--check"], changes)
    #expect(try await run.end() == .exited(end))
    #expect(run.errors.isEmpty)
    let lines = run.output.split(separator: "\n").map(String.init)
    let answers = lines.drop { !$0.hasPrefix("Gateway ") }
    let result = answers.drop { !$0.hasPrefix("Result ") }
    return (answers.prefix { !$0.hasPrefix("Remedy ") && !$0.hasPrefix("Result ") } + result).map {
      $0.replacing(/\([0-9]+\.[0-9] s\)/, with: "(0.4 s)")
    }
  }

  private static let result =
    "Result      Publishes myapp from every process that starts with hoopstart."
  private static let failure =
    "Result      The agent would start, and not every connection would be there."

  @Test func `The whole check of an agent that connects`() async throws {
    let slug = try slug(saying: [("*", [Self.good])])
    let run = try slug.call(["--check"], ["HOOPSTART_TIME_SCALE": nil])
    #expect(try await run.end() == .exited(0))
    #expect(
      run.output.replacing(/\([0-9]+\.[0-9] s\)/, with: "(0.4 s)") == """
        Dyno        none, DYNO is unset
        Dynos       all carry the agent
        Agent       \(AgentVersion.newestKnown), \(slug.agent)
        Key         grpcs://_default:***@app.hoop.test:8443, an organisation key
        Key from    HOOP_KEY
        Publishes   myapp
        Command     hoop run --name myapp --export NAMES
        Sessions    have the app's config vars, without the key
        Gateway     app.hoop.test:8443 takes the key (0.4 s)
        Result      Publishes myapp from every process that starts with hoopstart.

        """)
    let environment = try (slug.record / "environment").content(atMost: 1 << 16)
    let names = String(decoding: environment, as: UTF8.self).split(separator: "\n")
    for line in ["LOG_LEVEL=debug", "LOG_ENCODING=json", "PATH=/usr/bin:/bin"] {
      #expect(names.contains { $0 == line })
    }
    try await slug.nothingLeft()
  }

  @Test func `The whole check of an agent whose key is not known`() async throws {
    let slug = try slug(saying: [("*", ["unauthenticated"])])
    let changes: [String: String?] = [
      "HOOP_KEY": nil, "HOOP_DSN": "grpcs://prod:s3cret@app.hoop.test:8443?mode=standard",
      "HOOP_CONNECTION": nil, "HOOPSTART_TIME_SCALE": nil, "DYNO": "run.1",
    ]
    let run = try slug.call(["--check"], changes)
    #expect(try await run.end() == .exited(1))
    #expect(
      run.output.split(separator: "\n").drop { !$0.hasPrefix("Gateway ") }.joined(separator: "\n")
        == """
        Gateway     app.hoop.test:8443 does not know the key, or it was revoked
        Remedy      Get the key anew from the gateway, and set it:
                      hoop admin create agent prod --mode embedded
                      heroku config:set HOOP_DSN='grpcs://…'
        Result      The agent would start, and not every connection would be there.
        """)
  }

  @Test(arguments: [
    (
      "failed pre-connect, reason=rpc error: code = Unauthenticated desc = invalid authentication",
      "app.hoop.test:8443 does not know the key, or it was revoked"
    ),
    (
      "failed pre-connect, reason=rpc error: code = Unavailable desc = connection error: desc = \\\"transport: Error while dialing: dial tcp 10.0.0.1:8443: connect: connection refused\\\"",
      "app.hoop.test:8443 cannot be reached: connection refused"
    ),
    (
      "fail connecting to server, reason=connection myapp is not being managed by this process, choose another name",
      "myapp is taken: the connection was made in the dashboard; choose another name"
    ),
    ("fail connecting to server, reason=no licence", "app.hoop.test:8443 refuses: no licence"),
  ])
  func `Why an agent does not connect is said in one line`(_ line: String, _ words: String)
    async throws
  {
    let slug = try slug(saying: [("*", [line, Self.good])])
    // The time is no part of it: a slow machine must not come to the end of the trial.
    #expect(
      try await check(slug, ["HOOPSTART_TIME_SCALE": nil], end: 1)
        == ["Gateway     \(words)", Self.failure])
  }

  @Test func `Connections with other answers have a line each`() async throws {
    let slug = try slug(saying: [
      ("b", ["fail connecting to server, reason=\(Self.taken)"]), ("*", [Self.good]),
    ])
    #expect(
      try await check(
        slug, ["HOOP_CONNECTION": "a,b,c", "HOOPSTART_TIME_SCALE": nil], end: 1) == [
          "Gateway     a and c: app.hoop.test:8443 takes the key (0.4 s)",
          "Gateway     b is taken: the connection was made in the dashboard; choose another name",
          Self.failure,
        ])
    try await slug.nothingLeft()
  }

  @Test func `An agent that another dyno keeps from its connection is well`() async throws {
    let slug = try slug(saying: [
      (
        "*",
        [
          "disconnected from app.hoop.test:8443, reason=rpc error: code = FailedPrecondition desc = agent already connected"
        ]
      )
    ])
    let changes: [String: String?] = [
      "HOOP_KEY": "grpcs://prod:s3cret@app.hoop.test:8443?mode=standard", "HOOP_CONNECTION": nil,
      "HOOPSTART_TIME_SCALE": nil,
    ]
    #expect(
      try await check(slug, changes, end: 0) == [
        "Gateway     app.hoop.test:8443 takes the key (0.4 s); another dyno has the connection now",
        "Result      Publishes the connections of agent prod in the dashboard from every process that starts with hoopstart.",
      ])
  }

  @Test func `An agent that ends is quoted, without the secrets of its environment`() async throws {
    let slug = try slug(
      saying: [], then: "echo \"level=fatal wrong format: $HOOP_KEY s3cret by pr0xy\"; exit 1")
    let changes = ["HOOPSTART_TIME_SCALE": nil, "https_proxy": "http://me:pr0xy@proxy.test:3128"]
    #expect(
      try await check(slug, changes, end: 1) == [
        "Gateway     the agent ended with exit status 1; its last lines:",
        "              agent started, args=0",
        "              level=fatal wrong format: *** *** by ***",
        Self.failure,
      ])
    let usage = try self.slug(
      saying: [],
      then: "printf 'Error: unknown flag: --export\\nUsage:\\n  a\\n  b\\n  c\\n' >&2; exit 1")
    #expect(
      try await check(usage, ["HOOPSTART_TIME_SCALE": nil], end: 1) == [
        "Gateway     the agent ended with exit status 1; its last lines:",
        "              Error: unknown flag: --export", Self.failure,
      ])
  }

  @Test func `What the gateway cannot be reached by is said without the secrets`() async throws {
    let words =
      "failed pre-connect, reason=rpc error: code = Unavailable desc = connection error: desc ="
      + " \\\"transport: Error while dialing: proxy http://me:pr0 xy@proxy.test refused\\\""
    let slug = try slug(saying: [("*", [words])])
    let changes = ["HOOPSTART_TIME_SCALE": nil, "HTTPS_PROXY": "http://me:pr0 xy@proxy.test"]
    let answer = try await check(slug, changes, end: 1)[0]
    #expect(answer.hasPrefix("Gateway     app.hoop.test:8443 cannot be reached: "), "\(answer)")
    #expect(answer.contains("***") && !answer.contains("pr0"), "\(answer)")
  }

  @Test func `An agent that says nothing is given up after 15 s`() async throws {
    let slug = try slug(saying: [("*", ["one", "two", "three"])])
    #expect(
      try await check(slug, ["HOOPSTART_TIME_SCALE": "0.2"], end: 1) == [
        "Gateway     no answer within 15 s; the agent's last lines:", "              one",
        "              two", "              three", Self.failure,
      ])
    try await slug.nothingLeft()
  }

  @Test func `Before 1.21 it is said that silence may be a good sign`() async throws {
    let slug = try slug("1.20.11", saying: [])
    #expect(
      try await check(
        slug,
        [
          "HOOP_KEY": "grpcs://prod:s3cret@app.hoop.test:8443?mode=embedded",
          "HOOP_CONNECTION": nil, "HOOPSTART_TIME_SCALE": "0.2",
        ], end: 1) == [
          "Gateway     no answer within 15 s; the agent's last lines:",
          "              agent started, args=0",
          "            Agent 1.20.11 may say nothing while all is well; 1.21.0 and later say so.",
          "Result      The agent would start, and whether every connection would be there is not known.",
        ])
  }

  @Test func `Up to 1.19 silence after the question is an answer`() async throws {
    let slug = try slug("1.19.3", saying: [("*", ["waiting for connection request"])])
    let key = "grpcs://prod:s3cret@app.hoop.test:8443?mode=embedded"
    #expect(
      try await check(slug, ["HOOP_KEY": key, "HOOPSTART_TIME_SCALE": "0.3"], end: 0) == [
        "Gateway     app.hoop.test:8443 takes the key (0.4 s): agent 1.19.3 would have said what is wrong, and says nothing while all is well",
        "Result      Publishes prod:myapp from every process that starts with hoopstart.",
      ])
    let other = try self.slug(
      "1.19.3",
      saying: [
        (
          "*",
          [
            "waiting for connection request",
            "dsn is disabled or invalid, contact the administrator",
          ]
        )
      ])
    #expect(
      try await check(other, ["HOOP_KEY": key, "HOOPSTART_TIME_SCALE": nil], end: 1) == [
        "Gateway     app.hoop.test:8443 does not know the key, or it was revoked", Self.failure,
      ])
  }

  @Test func `An agent that cannot be executed is told from one that does not connect`()
    async throws
  {
    let slug = try Slug(agent: false)
    try slug.putAgent("no program\n")
    #expect(
      try await check(slug, end: 1) == [
        "Gateway     the agent could not be started: exec \(slug.agent): Exec format error",
        Self.failure,
      ])
  }

  @Test func `The gateway is not asked where somebody says so, or no agent is carried`()
    async throws
  {
    let slug = try slug(saying: [("*", [Self.good])])
    let run = try slug.call(["--check", "--no-connect"])
    #expect(try await run.end() == .exited(0))
    #expect(
      run.output.hasSuffix("Gateway     not asked, as --no-connect says\n\(Self.result)\n"))
    #expect(
      try await check(slug, ["DYNO": "run.1", "HOOP_DYNOS": "web"], end: 1).first
        == "Gateway     not asked: this dyno carries no agent")
    #expect((try? (slug.record / "environment").content(atMost: 1)) == nil)
  }

  @Test func `An agent that floods its log is given up in time`() async throws {
    let slug = try slug(saying: [], then: "exec yes")
    #expect(
      try await check(slug, ["HOOPSTART_TIME_SCALE": "0.1"], end: 1) == [
        "Gateway     no answer within 15 s; the agent's last lines:", "              y",
        "              y", "              y", Self.failure,
      ])
    try await slug.nothingLeft()
  }
}
