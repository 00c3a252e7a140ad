extension LaunchAdviceTests {
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
         !     Warning: HOOP_CONNECTION cannot be read: it refers to the config var “REVIEW”, which is unset or empty.
         !
         !     A connection without a name cannot be published, so no agent is started.
         !
         !     Set that one to the connection's name:
         !
         !         heroku config:set REVIEW=NAME


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
         !     Warning: HOOP_DYNOS names dynos that there are not: “wroker”, “Web” and “web.x”.
         !
         !     The Procfile has web; case counts.
         !
         !     Name process types of the Procfile, or dynos of theirs by number:
         !
         !         heroku config:set HOOP_DYNOS=web


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
         !     Warning: HOOP_CONNECTION cannot be read: it refers to the config var “K”, which holds a key or a URL with a password.
         !
         !     The agent or the gateway would refuse it, so no agent is started.
         !
         !     Name each connection once, with commas between them:
         !
         !         heroku config:set HOOP_CONNECTION=myapp-redact,myapp-review


        """),
  ]
}
