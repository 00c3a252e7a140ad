import Glibc
import HoopAgent
import Posix
import Testing

/// Line 14: what hoopstart says about itself and about what it would do.
@Suite struct StartCheckTests {
  private func said(
    _ slug: Slug, _ words: [String], _ changes: [String: String?] = [:], end: Int32
  ) async throws -> Running {
    let run = try slug.call(words, changes)
    #expect(try await run.end() == .exited(end))
    return run
  }

  @Test func `The check explains the plan and hides the secret`() async throws {
    let slug = try Slug()
    let run = try await said(
      slug, ["--check", "--no-connect"],
      ["HOOP_CONNECTION": "myapp,My Tasks", "DYNO": "run.1", "HOOP_KEY_NAME": "_default"], end: 0)
    #expect(
      run.output == """
        Dyno        run.1
        Dynos       all carry the agent
        Agent       \(AgentVersion.newestKnown), \(slug.agent)
        Key         grpcs://_default:***@app.hoop.test:8443, an organisation key
        Key from    HOOP_KEY
        Key name    _default, as HOOP_KEY_NAME asks
        Publishes   myapp
        Command     hoop run --name myapp --export NAMES
        Sessions    have the app's config vars, without the key
        Publishes   my_tasks
        Command     hoop run --name 'my tasks' --export NAMES
        Sessions    have the app's config vars, without the key
        Gateway     not asked, as --no-connect says
        Result      Publishes myapp and my_tasks from every process that starts with hoopstart.

        """)
    #expect(run.errors.isEmpty)
    try await slug.nothingLeft()
  }

  @Test func `The check explains an old agent`() async throws {
    let slug = try Slug(version: "1.14.10")
    let key = "https://app.hoop.test/s3cret" + String(repeating: "0", count: 58)
    let run = try await said(slug, ["--check", "--no-connect"], ["HOOP_KEY": key], end: 0)
    #expect(
      run.output == """
        Dyno        none, DYNO is unset
        Dynos       all carry the agent
        Agent       1.14.10, \(slug.agent)
        Key         https://app.hoop.test/***, a client key
        Key from    HOOP_KEY, which agent 1.14.10 reads as HOOP_DSN
        Publishes   KEYNAME:myapp (the gateway alone knows KEYNAME, the key's name)
        Command     hoop start agent
        With        HOOP_CONNECTION=myapp
        Sessions    have the app's config vars, without the key
        Gateway     not asked, as --no-connect says
        Result      Publishes KEYNAME:myapp (the gateway alone knows KEYNAME, the key's name) from every process that starts with hoopstart.

        """)
  }

  @Test func `The check names every problem and what to do about it`() async throws {
    let slug = try Slug()
    let run = try await said(
      slug, ["--check", "--no-connect"],
      ["HOOP_KEY": nil, "HOOP_CONNECTION": "a,,b", "HOOP_REQUIRED": "1"], end: 1)
    #expect(
      run.output == """
        Dyno        none, DYNO is unset
        Problem     Neither HOOP_KEY nor HOOP_DSN is set.
                    Without a key the agent cannot reach the gateway, so none is started.
                    Print the organisation's key with `hoop admin get orgkeys` and set it:
                      heroku config:set HOOP_KEY='grpcs://…'
        Problem     HOOP_CONNECTION cannot be read: it holds an empty name.
                    The agent or the gateway would refuse it, so no agent is started.
                    Name each connection once, with commas between them:
                      heroku config:set HOOP_CONNECTION=myapp-redact,myapp-review
        Result      No agent would start, and HOOP_REQUIRED keeps the app from starting.

        """)
  }

  @Test func `The check from another dyno says what the named ones do`() async throws {
    let slug = try Slug()
    let run = try await said(
      slug, ["--check", "--no-connect"], ["DYNO": "run.1", "HOOP_DYNOS": "web"], end: 1)
    #expect(
      run.output == """
        Dyno        run.1
        Gateway     not asked: this dyno carries no agent
        Result      No agent would start: HOOP_DYNOS does not name run.1.
        Elsewhere   On the dynos that HOOP_DYNOS names:
        Dynos       web.*
        Agent       \(AgentVersion.newestKnown), \(slug.agent)
        Key         grpcs://_default:***@app.hoop.test:8443, an organisation key
        Key from    HOOP_KEY
        Publishes   myapp
        Command     hoop run --name myapp --export NAMES
        Sessions    have the app's config vars, without the key
        Result      Publishes myapp from the dynos web.* that start with hoopstart.

        """)
  }

  @Test func `The check says that there is no agent`() async throws {
    let slug = try Slug(version: nil, agent: false)
    let run = try await said(slug, ["--check", "--no-connect"], end: 1)
    #expect(run.output.contains("Problem     There is no Hoop agent at \(slug.agent).\n"))
    #expect(run.output.hasSuffix("Result      No agent would start.\n"))
  }

  @Test func `Help and version go to stdout`() async throws {
    let slug = try Slug()
    let help = try await said(slug, ["--help"], end: 0)
    #expect(help.output.hasPrefix("usage: hoopstart -- COMMAND [ARGUMENT…]\n"))
    for name in ["HOOP_KEY", "HOOP_CONNECTION", "HOOP_DYNOS", "HOOP_REQUIRED", "--check"] {
      #expect(help.output.contains(name))
    }
    #expect(
      try await said(slug, ["--version"], end: 0).output
        == "hoopstart \(BuildpackVersion.current)\n")
  }

  @Test(arguments: [
    ([], "There is no command."), (["--"], "There is no command after --."),
    (["bundle", "exec"], "There is no --."), (["--chek"], "There is no option “--chek”."),
    (["--no-connect"], "There is no option “--no-connect”."),
    (["--check", "--json"], "--check takes --no-connect, and nothing else."),
    (["--check", "--no-connect", "x"], "--check takes --no-connect, and nothing else."),
  ])
  func `A word that is missing or unknown is a usage error`(
    _ words: [String], what: String
  ) async throws {
    try await expectUsageError(words, what)
  }

  @Test(arguments: [["--check", "--"], ["-v", "--", "x"], ["bundle", "--", "exec"]])
  func `A word before -- is a usage error`(_ words: [String]) async throws {
    try await expectUsageError(words, "There is something before the --.")
  }

  private func expectUsageError(_ words: [String], _ what: String) async throws {
    let slug = try Slug()
    let run = try await said(slug, words, end: 64)
    #expect(run.output.isEmpty)
    #expect(run.lines[0].hasPrefix("hoopstart: \(what) Put -- before the app's command"))
    #expect(run.lines[1] == "usage: hoopstart -- COMMAND [ARGUMENT…]")
    try await slug.nothingLeft()
  }
}
