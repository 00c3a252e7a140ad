extension LaunchAdviceTests {
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
         !         heroku config:unset HOOP_VERSION HOOP_SHA256


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
         !         heroku config:unset HOOP_VERSION HOOP_SHA256


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
         !     Warning: HOOP_DATABASE cannot be read: the URL in DATABASE_URL begins with none of postgres://, mysql://, mongodb:// and sqlserver://.
         !
         !     No connection is published without what was asked for it, so no agent is started.
         !
         !     Set the URL, or env. and the name of the config var that holds it:
         !
         !         heroku config:set HOOP_DATABASE=env.NAME


        """),
    AdvisedBuild(
      testDescription: "a HOOP_DB_URI of the app's own",
      configVars: ["HOOP_DB_URI": "postgres://u:xagt-Zm9v@db.example.com/app"],
      warnings: """
         !     Notice: HOOP_DB_URI is set, and is kept from the agents and their sessions.
         !
         !     An agent that reads it makes every connection that database.
         !
         !     To publish that database, name a connection for it, such as myapp-db:
         !
         !         heroku config:set HOOP_CONNECTION=myapp,myapp-db HOOP_DATABASE_MYAPP_DB=env.HOOP_DB_URI


        """),
  ]
}
