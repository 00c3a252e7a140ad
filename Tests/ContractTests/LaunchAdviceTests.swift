import Testing

/// What a build says of config vars that do not come to what was meant.
@Suite struct LaunchAdviceTests {
  @Test(arguments: keys + connections + settings)
  func aBuildGivesAdvice(_ build: AdvisedBuild) async { await build.check() }

  static let clientKey =
    "https://app.hoop.dev/" + String(repeating: "2f1c0b2f", count: 8)

  static let keys = [
    AdvisedBuild(
      testDescription: "a client key", configVars: ["HOOP_KEY": clientKey], release: .oldest,
      publishes: """
        KEYNAME:myapp (the gateway alone knows KEYNAME, the key's name) from every process that\
         starts with hoopstart
        """),
    AdvisedBuild(
      testDescription: "a client key with a guard",
      configVars: ["HOOP_KEY": clientKey, "HOOP_KEY_NAME": "prod"], release: .oldest,
      publishes: nil,
      warnings: """
         !     Warning: This key has no name in it, and HOOP_KEY_NAME asks for “prod”.
         !
         !     The gateway alone knows whose key it is. What HOOP_KEY_NAME asks cannot be checked,
         !     so no agent is started.
         !
         !     Set an agent key, which has its name in it, or unset HOOP_KEY_NAME:
         !
         !         heroku config:unset HOOP_KEY_NAME


        """),
    AdvisedBuild(
      testDescription: "a key that the agent does not take",
      configVars: ["HOOP_KEY": "https://dev:xagt-Zm9v@app.hoop.dev:8443"], release: .oldest,
      publishes: nil,
      warnings: """
         !     Warning: Hoop agent 1.14.10 does not take this key: https://dev:***@app.hoop.dev:8443.
         !
         !     Agents take organisation keys without mode=multi-connection from 1.21.0 on.
         !     This one would never connect, so none is started.
         !
         !     Take the newest agent with the next build:
         !
         !         heroku config:unset HOOP_VERSION HOOP_SHA256


        """),
    AdvisedBuild(
      testDescription: "a mode that is none",
      configVars: ["HOOP_KEY": "grpcs://prod:xagt-Zm9v@app.hoop.dev:8443?mode=embeded"],
      publishes: nil,
      warnings: """
         !     Warning: HOOP_KEY is no key: its mode is none of standard, embedded and multi-connection.
         !
         !     The agent would refuse it or take it for another kind, so none is started.
         !
         !     Write the mode in full, which is most likely embedded:
         !
         !         heroku config:set HOOP_KEY='grpcs://NAME:SECRET@HOST:PORT?mode=embedded'


        """),
    AdvisedBuild(
      testDescription: "a key with mode=standard",
      configVars: [
        "HOOP_KEY": "grpcs://prod:xagt-Zm9v@app.hoop.dev:8443?mode=standard",
        "HOOP_CONNECTION": nil,
      ],
      publishes:
        "the connections of agent prod in the dashboard from every process that starts with hoopstart",
      warnings: """
         !     Notice: Sessions will have none of the app's config vars with this key: grpcs://prod:***@app.hoop.dev:8443?mode=standard.
         !
         !     That is so with mode=standard; with mode=embedded they have them.
         !
         !     Make a key that has them with `hoop admin create agent NAME --mode embedded`:
         !
         !         heroku config:set HOOP_KEY='grpcs://NAME:SECRET@HOST:PORT?mode=embedded'


        """),
    AdvisedBuild(
      testDescription: "no key", configVars: ["HOOP_KEY": nil], publishes: nil,
      warnings: """
         !     Warning: Neither HOOP_KEY nor HOOP_DSN is set.
         !
         !     Without a key the agent cannot reach the gateway, so none is started.
         !
         !     Print the organisation's key with `hoop admin get orgkeys` and set it:
         !
         !         heroku config:set HOOP_KEY='grpcs://…'


        """),
    AdvisedBuild(
      testDescription: "an empty key, and the other",
      configVars: ["HOOP_KEY": "", "HOOP_DSN": "grpcs://dev:xagt-Zm9v@app.hoop.dev"]),
    AdvisedBuild(
      testDescription: "a key without a secret",
      configVars: ["HOOP_KEY": "grpcs://prod@app.hoop.dev:8443"], publishes: nil,
      warnings: """
         !     Warning: HOOP_KEY is no key: its secret is missing or malformed.
         !
         !     The agent would exit at once with such a key, so none is started.
         !
         !     Copy the key again, whole and in quotes:
         !
         !         heroku config:set HOOP_KEY='grpcs://…'


        """),
    AdvisedBuild(
      testDescription: "a key of another name", configVars: ["HOOP_KEY_NAME": "homolog"],
      publishes: nil,
      warnings: """
         !     Warning: This is the key of “prod”, and HOOP_KEY_NAME asks for “homolog”.
         !
         !     A key of another environment would let people run commands in the wrong place,
         !     so no agent is started.
         !
         !     Set the key of “homolog”, or correct HOOP_KEY_NAME:
         !
         !         heroku config:set HOOP_KEY_NAME=NAME


        """),
    AdvisedBuild(
      testDescription: "a key of the right name", configVars: ["HOOP_KEY_NAME": " prod "]),
    AdvisedBuild(
      testDescription: "a key whose connections are made in the dashboard",
      configVars: [
        "HOOP_KEY": "grpcs://prod:xagt-Zm9v@app.hoop.dev:8443?mode=embedded",
        "HOOP_CONNECTION": nil,
      ],
      publishes:
        "the connections of agent prod in the dashboard from every process that starts with hoopstart"
    ),
    AdvisedBuild(
      testDescription: "HOOP_CONNECTION that is ignored",
      configVars: ["HOOP_KEY": "grpcs://prod:xagt-Zm9v@app.hoop.dev:8443?mode=embedded"],
      publishes:
        "the connections of agent prod in the dashboard from every process that starts with hoopstart",
      warnings: """
         !     Notice: HOOP_CONNECTION is ignored with this key: grpcs://prod:***@app.hoop.dev:8443?mode=embedded.
         !
         !     The connections of such a key are made in the dashboard, on its agent.
         !
         !     Unset HOOP_CONNECTION, or set the key that `hoop admin get orgkeys` prints:
         !
         !         heroku config:unset HOOP_CONNECTION


        """),
  ]
}
