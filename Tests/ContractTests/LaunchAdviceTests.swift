import Testing

/// What a build says of config vars that do not come to what was meant.
@Suite struct LaunchAdviceTests {
  @Test(arguments: keys + connections + settings)
  func aBuildGivesAdvice(_ build: AdvisedBuild) async { await build.check() }

  private static let clientKey =
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
         !         heroku config:unset HOOP_VERSION


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
         !     Unset HOOP_CONNECTION, or set an organisation key (`hoop admin get orgkeys`):
         !
         !         heroku config:unset HOOP_CONNECTION


        """),
  ]

  static let connections = [
    AdvisedBuild(
      testDescription: "no HOOP_CONNECTION", configVars: ["HOOP_CONNECTION": nil], publishes: nil,
      warnings: """
         !     Warning: HOOP_CONNECTION is not set.
         !
         !     With this agent and key there is nothing to publish, so none is started.
         !
         !     Name the connections, with commas between them:
         !
         !         heroku config:set HOOP_CONNECTION=myapp


        """),
    AdvisedBuild(
      testDescription: "an empty name", configVars: ["HOOP_CONNECTION": "a,,b"], publishes: nil,
      warnings: """
         !     Warning: HOOP_CONNECTION cannot be read: it holds an empty name.
         !
         !     The agent or the gateway would refuse it, so no agent is started.
         !
         !     Name each connection once, with commas between them:
         !
         !         heroku config:set HOOP_CONNECTION=myapp-redact,myapp-review


        """),
    AdvisedBuild(
      testDescription: "a name twice", configVars: ["HOOP_CONNECTION": "a, A"], publishes: nil,
      warnings: """
         !     Warning: HOOP_CONNECTION cannot be read: it names “a” twice.
         !
         !     The agent or the gateway would refuse it, so no agent is started.
         !
         !     Name each connection once, with commas between them:
         !
         !         heroku config:set HOOP_CONNECTION=myapp-redact,myapp-review


        """),
    AdvisedBuild(
      testDescription: "too long a list",
      configVars: ["HOOP_CONNECTION": String(repeating: "a", count: 256)], publishes: nil,
      warnings: """
         !     Warning: HOOP_CONNECTION cannot be read: it has 256 bytes, and the agent takes 255.
         !
         !     The agent or the gateway would refuse it, so no agent is started.
         !
         !     Name each connection once, with commas between them:
         !
         !         heroku config:set HOOP_CONNECTION=myapp-redact,myapp-review


        """),
    AdvisedBuild(
      testDescription: "a variable that is unset", configVars: ["HOOP_CONNECTION": "a, env.REVIEW"],
      publishes: nil,
      warnings: """
         !     Warning: HOOP_CONNECTION cannot be read: it refers to the variable “REVIEW”, which is unset or empty.
         !
         !     The agent or the gateway would refuse it, so no agent is started.
         !
         !     Name each connection once, with commas between them:
         !
         !         heroku config:set HOOP_CONNECTION=myapp-redact,myapp-review


        """),
    AdvisedBuild(
      testDescription: "a variable",
      configVars: ["HOOP_CONNECTION": "a, env.REVIEW", "REVIEW": "Review-App"],
      publishes: "a and review-app from every process that starts with hoopstart"),
    AdvisedBuild(
      testDescription: "an agent that splits the list itself",
      configVars: [
        "HOOP_KEY": "grpcs://dev:xagt-Zm9v@app.hoop.dev:8443?mode=embedded",
        "HOOP_CONNECTION": "myapp-redact,myapp-review",
      ],
      release: AgentRelease("1.19.63"),
      publishes:
        "dev:myapp-redact and dev:myapp-review from every process that starts with hoopstart"),
    AdvisedBuild(
      testDescription: "a list for an agent that reads one name",
      configVars: ["HOOP_KEY": clientKey, "HOOP_CONNECTION": "myapp-redact,myapp-review"],
      release: .oldest, publishes: nil,
      warnings: """
         !     Warning: HOOP_CONNECTION is a list, and Hoop agent 1.14.10 reads a single name.
         !
         !     It would publish one connection with commas in its name, so none is started.
         !     Agents from 1.14.15 on read a list.
         !
         !     Name one connection, or set a later HOOP_VERSION:
         !
         !         heroku config:set HOOP_CONNECTION=myapp-redact


        """),
    AdvisedBuild(
      testDescription: "some dynos", configVars: ["HOOP_DYNOS": "web.1,w*,run"],
      publishes: "myapp from the dynos web.1, w* and run.* that start with hoopstart"),
    AdvisedBuild(
      testDescription: "dynos that there are not",
      configVars: ["HOOP_DYNOS": "web.1,wroker.*,Web,web.x"],
      publishes: "myapp from the dynos web.1, wroker.*, Web.* and web.x that start with hoopstart",
      warnings: """
         !     Warning: HOOP_DYNOS names dynos that there are not: “wroker.*”, “Web.*” and “web.x”.
         !
         !     The Procfile has web; case counts.
         !
         !     Name process types of the Procfile, or dynos of theirs by number:
         !
         !         heroku config:set HOOP_DYNOS='web.*'


        """),
    AdvisedBuild(
      testDescription: "HOOP_DYNOS of no dynos", configVars: ["HOOP_DYNOS": "web.1,,"],
      publishes: nil,
      warnings: """
         !     Warning: HOOP_DYNOS is “web.1,,”, which is no list of dynos.
         !
         !     No agent is started until that is clear.
         !
         !     Name dynos by type and number, with commas between them and * for any number:
         !
         !         heroku config:set HOOP_DYNOS='web.1,worker.*'


        """),
    AdvisedBuild(
      testDescription: "HOOP_REQUIRED of neither on nor off",
      configVars: ["HOOP_REQUIRED": "always"],
      warnings: """
         !     Notice: HOOP_REQUIRED is “always”, which is neither on nor off.
         !
         !     It counts as on: without the agent the app does not start.
         !
         !     Set it to one of 1, true, yes, on, or 0, false, no, off, or unset it:
         !
         !         heroku config:unset HOOP_REQUIRED


        """),
    AdvisedBuild(
      testDescription: "a variable that holds a key",
      configVars: ["HOOP_CONNECTION": "env.K", "K": "grpcs://prod:xagt-Zm9v@app.hoop.dev"],
      publishes: nil,
      warnings: """
         !     Warning: HOOP_CONNECTION cannot be read: it refers to the variable “K”, which holds a key or a URL with a password.
         !
         !     The agent or the gateway would refuse it, so no agent is started.
         !
         !     Name each connection once, with commas between them:
         !
         !         heroku config:set HOOP_CONNECTION=myapp-redact,myapp-review


        """),
  ]

  private static let organisation = "grpcs://_default:xagt-Zm9v@app.hoop.dev:8443"

  static let settings = [
    AdvisedBuild(
      testDescription: "sessions without the app's config vars",
      configVars: ["HOOP_KEY": organisation], release: AgentRelease("1.21.4"),
      warnings: """
         !     Notice: Sessions will have none of the app's config vars with Hoop agent 1.21.4.
         !
         !     Agents hand them over from 1.21.23 on.
         !
         !     Take the newest agent with the next build:
         !
         !         heroku config:unset HOOP_VERSION


        """),
    AdvisedBuild(
      testDescription: "settings that are kept",
      configVars: [
        "HOOP_CONNECTION": "myapp,myapp-db", "HOOP_COMMAND": "bundle exec rails console",
        "HOOP_REVIEW_MYAPP_DB": "dba", "HOOP_DATABASE_MYAPP_DB": "env.DATABASE_URL",
        "DATABASE_URL": "postgres://u:xagt-Zm9v@db.example.com/app",
      ],
      publishes: "myapp and myapp-db from every process that starts with hoopstart",
      details: [
        "myapp: entrypoint bundle exec rails console",
        "myapp-db: database postgres at db.example.com/app; review dba",
      ]),
    AdvisedBuild(
      testDescription: "a setting that an old agent cannot keep",
      configVars: ["HOOP_KEY": organisation, "HOOP_REVIEW": "dba"],
      release: AgentRelease("1.21.0"), publishes: nil,
      warnings: """
         !     Warning: HOOP_REVIEW is set, and Hoop agent 1.21.0 cannot do that.
         !
         !     Agents can from 1.21.1 on.
         !     No connection is published without what was asked for it, so no agent is started.
         !
         !     Take the newest agent with the next build:
         !
         !         heroku config:unset HOOP_VERSION


        """),
    AdvisedBuild(
      testDescription: "settings that the dashboard keeps",
      configVars: [
        "HOOP_KEY": "grpcs://prod:xagt-Zm9v@app.hoop.dev:8443?mode=embedded",
        "HOOP_CONNECTION": nil, "HOOP_COMMAND": "rails c", "HOOP_REVIEW_MYAPP": "dba",
      ],
      publishes: nil,
      warnings: """
         !     Warning: HOOP_COMMAND and HOOP_REVIEW_MYAPP are set, which cannot be kept with this key: grpcs://prod:***@app.hoop.dev:8443?mode=embedded.
         !
         !     The connections of such a key are made and edited in the dashboard.
         !     No connection is published without what was asked for it, so no agent is started.
         !
         !     Set an organisation key (`hoop admin get orgkeys`), or unset them:
         !
         !         heroku config:unset HOOP_COMMAND HOOP_REVIEW_MYAPP


        """),
    AdvisedBuild(
      testDescription: "a command for a shell", configVars: ["HOOP_COMMAND": "A=1 rails c"],
      publishes: nil,
      warnings: """
         !     Warning: HOOP_COMMAND cannot be read: it begins with “A=1”, which is no program.
         !
         !     No connection is published without what was asked for it, so no agent is started.
         !
         !     Put it into a script of the app, and name that; a word has letters, digits and _@%+=:,./^~- and no quotes:
         !
         !         heroku config:set HOOP_COMMAND=bin/console


        """),
    AdvisedBuild(
      testDescription: "a setting for no connection", configVars: ["HOOP_REVIEW_MYAP": "dba"],
      publishes: nil,
      warnings: """
         !     Warning: HOOP_REVIEW_MYAP is for no connection that HOOP_CONNECTION names.
         !
         !     Those for its connections are HOOP_REVIEW_MYAPP.
         !     No connection is published without what was asked for it, so no agent is started.
         !
         !     Unset it, and set the one that was meant:
         !
         !         heroku config:unset HOOP_REVIEW_MYAP


        """),
    AdvisedBuild(
      testDescription: "a database's URL that cannot be read",
      configVars: ["HOOP_DATABASE": "env.DATABASE_URL", "DATABASE_URL": "oracle://u:xagt-Zm9v@h"],
      publishes: nil,
      warnings: """
         !     Warning: HOOP_DATABASE cannot be read: the URL begins with none of postgres://, mysql://, mongodb:// and sqlserver://.
         !
         !     No connection is published without what was asked for it, so no agent is started.
         !
         !     Set the URL, or env. and the name of the variable that holds it:
         !
         !         heroku config:set HOOP_DATABASE=env.DATABASE_URL


        """),
    AdvisedBuild(
      testDescription: "a HOOP_DB_URI of the app's own",
      configVars: ["HOOP_DB_URI": "postgres://u:xagt-Zm9v@db.example.com/app"],
      warnings: """
         !     Notice: HOOP_DB_URI is set, and is kept from the agents and their sessions.
         !
         !     An agent that reads it makes every connection that database.
         !
         !     To publish that database, set it for a connection, such as myapp-db:
         !
         !         heroku config:set HOOP_DATABASE_MYAPP_DB=env.HOOP_DB_URI


        """),
  ]
}
