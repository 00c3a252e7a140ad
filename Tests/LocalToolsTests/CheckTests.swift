import HoopAgent
import TestSupport
import Testing

struct CheckTests {
  private static let secret = "xagt-Zm9vYmFy"
  private static let key = "HOOP_KEY=grpcs://prod:\(secret)@app.hoop.dev:8443?mode=embedded"
  private static let organisationKey = "HOOP_KEY=grpcs://_default:\(secret)@app.hoop.dev:8443"

  @Test func `the plan of every process type is said, without the secret`() throws {
    let bench = try Bench()
    let app = try bench.app("web: hoopstart -- puma\nworker: rake\nclock: hoopstart -- clock\n")
    let outcome = try bench.run(
      "check",
      [
        app, "--config", Self.organisationKey, "--config", "HOOP_CONNECTION=a", "--config",
        "HOOP_DYNOS=web.*", "--config=HOOP_VERSION=1.21.4",
      ])
    #expect(
      outcome
        == Bench.Outcome(
          status: .exited(0),
          output: """
            -----> web: hoopstart -- puma
                   carries the agent
                   Publishes   a
                   Command     hoop run --name a
                   Sessions    have none of the app's config vars
            -----> worker: rake
                   no agent: its command has no hoopstart
            -----> clock: hoopstart -- clock
                   no agent: HOOP_DYNOS does not name it
            -----> The agent
                   Dynos       web.*
                   Agent       1.21.4, from HOOP_VERSION
                   Key         grpcs://_default:***@app.hoop.dev:8443, an organisation key
                   Key from    HOOP_KEY, which agent 1.21.4 reads as HOOP_DSN

            """,
          errors: """
             !     Notice: Sessions will have none of the app's config vars with Hoop agent 1.21.4 and this key: grpcs://_default:***@app.hoop.dev:8443.
             !
             !     They have them with an organisation key from 1.21.23 on, and with mode=embedded.
             !
             !     Use the newest agent in the next build:
             !
             !         heroku config:unset HOOP_VERSION HOOP_SHA256


            """))
  }

  @Test func `each problem is printed once with its remedy, and the exit status is 1`() throws {
    let bench = try Bench()
    let outcome = try bench.run(
      "check",
      [try bench.app("web: hoopstart -- a\nclock: hoopstart -- b\n"), "--env-file", "-"],
      input: "# from heroku config --shell\nHOOP_KEY='\(Self.secret)'\nHOOP_VERSION=1.2\n")
    #expect(
      outcome
        == Bench.Outcome(
          status: .exited(1),
          output: """
            -----> web: hoopstart -- a
                   no agent: the config vars are not right
            -----> clock: hoopstart -- b
                   no agent: the config vars are not right

            """,
          errors: """
             !     Error: HOOP_VERSION is “1.2”, which is not a version.
             !
             !     A version has three numbers, such as \(AgentVersion.newestKnown), or is `latest`.
             !
             !     Set a version that was released, or take the newest:
             !
             !         heroku config:unset HOOP_VERSION HOOP_SHA256

             !     Warning: HOOP_KEY is not a key: it does not begin with grpcs://, grpc://, https://, http://, wss:// or ws://.
             !
             !     No connection is published until this is fixed.
             !
             !     Copy the key again, whole and in quotes:
             !
             !         heroku config:set HOOP_KEY='grpcs://…'


            """))
    #expect(!outcome.output.contains(Self.secret))
  }

  @Test func `without config vars it does not say that the app has no key`() throws {
    let bench = try Bench()
    let outcome = try bench.run("check", [try bench.app()])
    #expect(outcome.status == .exited(0))
    #expect(
      outcome.errors == """
         !     Notice: No config vars were given.
         !
         !     They are not read from Heroku, nor from your environment.
         !
         !     Pass those of the app:
         !
         !         heroku config --shell | bin/check APP_DIR --env-file -


        """)
  }

  @Test func `the command line wins over the env file, wherever it is`() throws {
    let bench = try Bench()
    try bench.write("vars", "HOOP_CONNECTION=file\n\(Self.organisationKey)\n")
    let app = try bench.app()
    for words in [
      ["--config=HOOP_CONNECTION=line", "--env-file=vars"],
      ["--env-file=vars", "--config=HOOP_CONNECTION=line"],
    ] {
      let outcome = try bench.run("check", [app, "--json"] + words)
      let process = JSONObject(outcome.output)?.objects("processes").first
      #expect(process?.objects("commands").first?.texts("publishes") == ["line"], "\(outcome)")
    }
  }

  @Test func `an env file may be a pipe`() throws {
    let bench = try Bench()
    _ = try bench.app()
    let outcome = try bench.shell(
      """
      mkfifo pipe
      printf 'HOOP_KEY="%s"\\nexport HOOP_CONNECTION=a # one\\n' "$1" >pipe &
      "$PROGRAM" check app --env-file pipe
      """, [String(Self.organisationKey.dropFirst("HOOP_KEY=".count))])
    #expect(outcome.status == .exited(0), "\(outcome)")
    #expect(outcome.errors == "")
  }
}
