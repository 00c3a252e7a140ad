import HoopAgent
import TestSupport
import Testing

struct CheckTests {
  private static let secret = "xagt-Zm9vYmFy"
  private static let key = "HOOP_KEY=grpcs://prod:\(secret)@app.hoop.dev:8443"

  @Test func `the plan of every process type is said, without the secret`() throws {
    let bench = try Bench()
    let app = try bench.app("web: hoopstart -- puma\nworker: rake\nclock: hoopstart -- clock\n")
    let outcome = try bench.run(
      "check",
      [
        app, "--config", Self.key, "--config", "HOOP_CONNECTION=a", "--config",
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
                   Key         grpcs://prod:***@app.hoop.dev:8443, an organisation key
                   Key from    HOOP_KEY, which agent 1.21.4 reads as HOOP_DSN

            """,
          errors: """
             !     Notice: Sessions will have none of the app's config vars with Hoop agent 1.21.4.
             !
             !     Agents hand them over from 1.21.23 on.
             !
             !     Take the newest agent with the next build:
             !
             !         heroku config:unset HOOP_VERSION HOOP_SHA256


            """))
  }

  @Test func `each problem has its remedy, and the exit status is 1`() throws {
    let bench = try Bench()
    let outcome = try bench.run(
      "check", [try bench.app("web: puma\n"), "--env-file", "-"],
      input: "# from heroku config --shell\nHOOP_KEY='\(Self.secret)'\nHOOP_VERSION=1.2\n")
    #expect(outcome.status == .exited(1))
    #expect(
      outcome.errors == """
         !     Error: HOOP_VERSION is “1.2”, which is no version.
         !
         !     A version has three numbers, such as \(AgentVersion.newestKnown), or is `latest`.
         !
         !     Set a version that was released, or take the newest:
         !
         !         heroku config:unset HOOP_VERSION HOOP_SHA256

         !     Warning: No process type of the Procfile uses hoopstart.
         !
         !     The agent is in the slug, and nothing starts it.
         !
         !     Start the processes that should carry the agent with hoopstart:
         !
         !         web: hoopstart -- puma

         !     Warning: HOOP_KEY is no key: it does not begin with grpcs://, grpc://, https://, http://, wss:// or ws://.
         !
         !     The agent would exit at once with such a key, so none is started.
         !
         !     Copy the key again, whole and in quotes:
         !
         !         heroku config:set HOOP_KEY='grpcs://…'


        """)
    #expect(!outcome.output.contains(Self.secret))
  }

  @Test func `without config vars it does not say that the app has no key`() throws {
    let bench = try Bench()
    let outcome = try bench.run("check", [try bench.app()])
    #expect(outcome.status == .exited(1))
    #expect(
      outcome.errors == """
         !     Warning: No config vars were given, or none stand in what was.
         !
         !     The app's are asked of nobody, and none are taken from the environment here.
         !
         !     Hand over those of the app, after a look at what this prints:
         !
         !         heroku config --shell | bin/check APP_DIR --env-file -


        """)
  }

  @Test func `what stands in the environment and was not handed over is named`() throws {
    let bench = try Bench()
    let outcome = try bench.shell(
      #"""
      export HOOP_REVIEW_A=sre HOOP_KEY=grpcs://prod:s3cret@h HOOP_CONNECTION=a OTHER=x
      "$PROGRAM" check "$@" HOOP_KEY=grpcs://_default:s@h --config HOOP_CONNECTION=a
      """#, [try bench.app(), "--config"])
    #expect(outcome.status == .exited(0))
    #expect(
      outcome.errors == """
         !     Notice: HOOP_REVIEW_A is exported here, and not taken.
         !
         !     An app has the config vars that are handed over, and no others.
         !
         !     Hand over those that are meant:
         !
         !         --config HOOP_REVIEW_A="$HOOP_REVIEW_A"


        """)
  }

  @Test func `for programs it is one JSON object`() throws {
    let bench = try Bench()
    let outcome = try bench.run(
      "check", [try bench.app(), "--json", "--config", Self.key, "--config", "HOOP_CONNECTION=a"])
    #expect(outcome.status == .exited(0))
    let json = try #require(JSONObject(outcome.output))
    let process = try #require(json.objects("processes").first)
    #expect(process.text("type") == "web")
    #expect(process.objects("commands").first?.texts("publishes") == ["a"])
    #expect(json.text("key") == "grpcs://prod:***@app.hoop.dev:8443")
    #expect(!(outcome.output + outcome.errors).contains(Self.secret))
  }

  @Test func `an env file may be a pipe`() throws {
    let bench = try Bench()
    _ = try bench.app()
    let outcome = try bench.shell(
      """
      mkfifo pipe
      printf 'HOOP_KEY="%s"\\nexport HOOP_CONNECTION=a # one\\n' "$1" >pipe &
      "$PROGRAM" check app --env-file pipe
      """, [String(Self.key.dropFirst("HOOP_KEY=".count))])
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors == "")
  }
}
