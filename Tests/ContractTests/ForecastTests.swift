import Testing

/// What a build says about config vars that do not lead to what was meant.
@Suite struct ForecastTests {
  @Test(arguments: keys + connections + dynos + settings)
  func `a build says what will happen`(_ build: ForecastBuild) async { await build.check() }

  private static let embedded = "grpcs://prod:xagt-Zm9v@app.hoop.dev:8443?mode=embedded"
  private static let everywhere = "from every process that starts with hoopstart"
  private static let dashboard = "the connections of agent prod in the dashboard \(everywhere)"
  private static let clientKey =
    "https://app.hoop.dev/" + String(repeating: "2f1c0b2f", count: 8)

  private static let keys = [
    ForecastBuild(
      testDescription: "a client key", configVars: ["HOOP_KEY": clientKey], release: .oldest,
      publishes: "KEYNAME:myapp (only the gateway knows KEYNAME, the key's name) \(everywhere)"),
    ForecastBuild(
      testDescription: "a client key with a guard",
      configVars: ["HOOP_KEY": clientKey, "HOOP_KEY_NAME": "prod"], release: .oldest,
      publishes: nil,
      headings: ["Warning: This key has no name in it, and HOOP_KEY_NAME asks for “prod”."]),
    ForecastBuild(
      testDescription: "a key that the agent does not take", release: .oldest, publishes: nil,
      headings: [
        "Warning: Hoop agent 1.14.10 does not take this key: grpcs://_default:***@app.hoop.dev:8443."
      ]),
    ForecastBuild(
      testDescription: "no key, which a secret manager may bring",
      configVars: ["HOOP_KEY": nil, "HOOP_REQUIRED": "1"], publishes: nil,
      headings: [
        "Warning: The app will not start unless it gets a key when it starts: HOOP_REQUIRED is on.",
        "Notice: Neither HOOP_KEY nor HOOP_DSN is set.",
      ]),
    ForecastBuild(
      testDescription: "an empty key, and the other",
      configVars: ["HOOP_KEY": "", "HOOP_DSN": "grpcs://_default:xagt-Zm9v@app.hoop.dev:8443\n"]),
    ForecastBuild(
      testDescription: "a key without a secret, and HOOP_REQUIRED",
      configVars: ["HOOP_KEY": "grpcs://prod@app.hoop.dev:8443", "HOOP_REQUIRED": "1"],
      publishes: nil,
      headings: [
        "Warning: The app will not start: HOOP_REQUIRED is on, and no agent can be started.",
        "Warning: HOOP_KEY is not a key: its secret is missing or malformed.",
      ]),
    ForecastBuild(
      testDescription: "a key of another name",
      configVars: ["HOOP_KEY": embedded, "HOOP_CONNECTION": nil, "HOOP_KEY_NAME": "homolog"],
      publishes: nil,
      headings: ["Warning: This is the key of “prod”, and HOOP_KEY_NAME asks for “homolog”."]),
    ForecastBuild(
      testDescription: "a key of the right name",
      configVars: ["HOOP_KEY": embedded, "HOOP_CONNECTION": nil, "HOOP_KEY_NAME": " prod "],
      publishes: dashboard),
    ForecastBuild(
      testDescription: "HOOP_CONNECTION that is ignored", configVars: ["HOOP_KEY": embedded],
      publishes: dashboard,
      headings: [
        "Notice: HOOP_CONNECTION is ignored with this key:"
          + " grpcs://prod:***@app.hoop.dev:8443?mode=embedded."
      ]),
  ]

  private static let connections = [
    ForecastBuild(
      testDescription: "no HOOP_CONNECTION", configVars: ["HOOP_CONNECTION": nil], publishes: nil,
      headings: ["Warning: HOOP_CONNECTION is not set."]),
    ForecastBuild(
      testDescription: "an empty name", configVars: ["HOOP_CONNECTION": "a,,b"], publishes: nil,
      headings: ["Warning: HOOP_CONNECTION cannot be read: it holds an empty name."]),
    ForecastBuild(
      testDescription: "a long list",
      configVars: [
        "HOOP_CONNECTION": (0..<9).map { "a\($0)" + String(repeating: "b", count: 30) }
          .joined(separator: ",")
      ],
      publishes: (0..<8).map { "a\($0)" + String(repeating: "b", count: 30) }
        .joined(separator: ", ") + " and a8\(String(repeating: "b", count: 30)) \(everywhere)"),
    ForecastBuild(
      testDescription: "a variable",
      configVars: ["HOOP_CONNECTION": "a, env.REVIEW", "REVIEW": "Review-App\n"],
      publishes: "a and review-app \(everywhere)"),
    ForecastBuild(
      testDescription: "a variable that is unset", configVars: ["HOOP_CONNECTION": "a, env.REVIEW"],
      publishes: nil,
      headings: [
        "Warning: HOOP_CONNECTION cannot be read: it refers to the config var “REVIEW”, which is"
          + " unset or empty."
      ]),
    ForecastBuild(
      testDescription: "a variable that has a key",
      configVars: ["HOOP_CONNECTION": "env.K", "K": "grpcs://prod:xagt-Zm9v@app.hoop.dev"],
      publishes: nil,
      headings: [
        "Warning: HOOP_CONNECTION cannot be read: it refers to the config var “K”, which holds a key or"
          + " a URL with a password."
      ]),
    ForecastBuild(
      testDescription: "an agent that splits the list itself",
      configVars: ["HOOP_KEY": embedded, "HOOP_CONNECTION": "myapp-redact,myapp-review"],
      release: AgentRelease("1.19.63"),
      publishes: "prod:myapp-redact and prod:myapp-review \(everywhere)"),
    ForecastBuild(
      testDescription: "a list for an agent that reads one name",
      configVars: ["HOOP_KEY": clientKey, "HOOP_CONNECTION": "myapp-redact,myapp-review"],
      release: .oldest, publishes: nil,
      headings: [
        "Warning: HOOP_CONNECTION is a list, and Hoop agent 1.14.10 reads a single name."
      ]),
  ]

  private static let dynos = [
    ForecastBuild(
      testDescription: "some dynos", configVars: ["HOOP_DYNOS": "web.1,w*,run"],
      publishes: "myapp from the dynos web.1, w* and run.* that start with hoopstart"),
    ForecastBuild(
      testDescription: "dynos that do not exist",
      configVars: ["HOOP_DYNOS": "web.1,wroker.*,web.x"],
      publishes: "myapp from the dynos web.1, wroker.* and web.x that start with hoopstart",
      said: [
        Said(
          kind: "Warning", "HOOP_DYNOS names dynos that do not exist: “wroker” and “web.x”.",
          ["The Procfile has web."],
          "Name process types of the Procfile, or some of their dynos by number:",
          "heroku config:set HOOP_DYNOS=web")
      ]),
    ForecastBuild(
      testDescription: "no dyno that starts with hoopstart",
      procfile: "web: hoopstart -- a\nworker: b\n", configVars: ["HOOP_DYNOS": "worker"],
      publishes: nil,
      said: [
        Said(
          kind: "Warning",
          "HOOP_DYNOS leaves out every process that starts with hoopstart: it names worker.",
          ["These start with hoopstart: web. No dyno carries the agent."],
          "Name one of them, or unset HOOP_DYNOS to run the agent in all:",
          "heroku config:set HOOP_DYNOS=web")
      ], isPlanGood: true),
    ForecastBuild(
      testDescription: "numbers of dynos, for an image", configVars: ["HOOP_DYNOS": "web.1"],
      said: [
        Said(
          kind: "Warning", "HOOP_DYNOS names dynos by number: web.1.",
          ["Dynos of an image have no numbers, so none of these carries the agent."],
          "Name their process type:", "HOOP_DYNOS=web")
      ], isImage: true),
  ]

  private static let settings = [
    ForecastBuild(
      testDescription: "settings that are kept",
      configVars: [
        "HOOP_CONNECTION": "myapp,myapp-db", "HOOP_COMMAND": "bundle exec rails console",
        "HOOP_REVIEW_MYAPP_DB": "dba", "HOOP_DATABASE_MYAPP_DB": "env.DATABASE_URL",
        "DATABASE_URL": "postgres://u:xagt-Zm9v@db.example.com/app",
      ],
      publishes: "myapp and myapp-db \(everywhere)",
      details: [
        "myapp: entrypoint bundle exec rails console",
        "myapp-db: database postgres at db.example.com/app; review dba, if your gateway supports it",
      ]),
    ForecastBuild(
      testDescription: "a setting that an old agent cannot keep",
      configVars: ["HOOP_REVIEW": "dba"], release: AgentRelease("1.21.0"), publishes: nil,
      headings: ["Warning: HOOP_REVIEW is set, and Hoop agent 1.21.0 cannot do that."]),
    ForecastBuild(
      testDescription: "settings that the dashboard keeps",
      configVars: ["HOOP_KEY": embedded, "HOOP_CONNECTION": nil, "HOOP_REVIEW_MYAPP": "dba"],
      publishes: nil,
      headings: [
        "Warning: HOOP_REVIEW_MYAPP is set, which has no effect with this key:"
          + " grpcs://prod:***@app.hoop.dev:8443?mode=embedded."
      ]),
    ForecastBuild(
      testDescription: "a setting for no connection", configVars: ["HOOP_REVIEW_MYAP": "dba"],
      publishes: nil,
      said: [
        Said(
          kind: "Warning",
          "HOOP_REVIEW_MYAP is for a connection that HOOP_CONNECTION does not name.",
          ["No connection is published until this is fixed."], "Rename it:",
          "heroku config:set HOOP_REVIEW_MYAPP=\"$(heroku config:get HOOP_REVIEW_MYAP)\"",
          "heroku config:unset HOOP_REVIEW_MYAP")
      ]),
    ForecastBuild(
      testDescription: "a misspelt setting that protects", configVars: ["HOOP_REVIEWS": "dba"],
      publishes: nil,
      headings: ["Warning: HOOP_REVIEWS is not a known setting. Did you mean HOOP_REVIEW?"]),
    ForecastBuild(
      testDescription: "a misspelt setting", configVars: ["HOOP_COMAND": "rails c"],
      headings: ["Warning: HOOP_COMAND is not a known setting. Did you mean HOOP_COMMAND?"]),
    ForecastBuild(
      testDescription: "HOOP_REQUIRED that is neither on nor off",
      configVars: ["HOOP_REQUIRED": "always"],
      headings: ["Notice: HOOP_REQUIRED is “always”, which is neither on nor off."]),
  ]
}
