import Testing

/// What a build says about config vars that do not lead to what was meant. hoopstart says the same when
/// a dyno starts. Why is the business of the tests of its plan.
@Suite struct ForecastTests {
  @Test(arguments: keys + connections + dynos + settings)
  func `a build says what will happen`(_ build: ForecastBuild) async { await build.check() }

  private static let embedded = "grpcs://prod:xagt-Zm9v@app.hoop.dev:8443?mode=embedded"
  private static let shownKey = "grpcs://prod:***@app.hoop.dev:8443?mode=embedded"
  private static let everywhere = "from every process that starts with hoopstart"
  private static let clientKey =
    "https://app.hoop.dev/" + String(repeating: "2f1c0b2f", count: 8)

  private static let keys = [
    ForecastBuild(
      "a client key", ["HOOP_KEY": clientKey], of: .oldest,
      publishes: "KEYNAME:myapp \(everywhere)"),
    ForecastBuild(
      "a key that the agent does not take", of: .oldest, publishes: nil,
      headings: [
        "Warning: Hoop agent 1.14.10 does not accept this key: grpcs://_default:***@app.hoop.dev:8443."
      ]),
    ForecastBuild(
      "no key, which a secret manager may bring", ["HOOP_KEY": nil, "HOOP_REQUIRED": "1"],
      publishes: nil,
      headings: [
        "Warning: The app will not start unless it gets a key when it starts: HOOP_REQUIRED is on.",
        "Notice: Neither HOOP_KEY nor HOOP_DSN is set.",
      ]),
    ForecastBuild(
      "an empty key, and the other",
      ["HOOP_KEY": "", "HOOP_DSN": "grpcs://_default:xagt-Zm9v@app.hoop.dev:8443\n"],
      publishes: ForecastBuild.myapp),
    ForecastBuild(
      "a key without a secret, and HOOP_REQUIRED",
      ["HOOP_KEY": "grpcs://prod@app.hoop.dev:8443", "HOOP_REQUIRED": "1"], publishes: nil,
      headings: [
        "Warning: The app will not start: HOOP_REQUIRED is on, and no agent can be started.",
        "Warning: HOOP_KEY is not a key: its secret is missing or malformed.",
      ]),
    ForecastBuild(
      "a key of the right name", ["HOOP_KEY": embedded, "HOOP_KEY_NAME": " prod "],
      publishes: "the connections of agent prod in the dashboard \(everywhere)",
      headings: ["Notice: HOOP_CONNECTION is ignored with this key: \(shownKey)."]),
  ]

  private static let connections = [
    ForecastBuild(
      "no HOOP_CONNECTION", ["HOOP_CONNECTION": nil], publishes: nil,
      headings: ["Warning: HOOP_CONNECTION is not set."]),
    ForecastBuild(
      "a long list", ["HOOP_CONNECTION": (0..<9).map { "a\($0)" }.joined(separator: ",")],
      publishes: (0..<8).map { "a\($0)" }.joined(separator: ", ") + " and a8 \(everywhere)"),
    ForecastBuild(
      "a variable", ["HOOP_CONNECTION": "a, env.REVIEW", "REVIEW": "Review-App\n"],
      publishes: "a and review-app \(everywhere)"),
    ForecastBuild(
      "an agent that splits the list itself",
      ["HOOP_KEY": embedded, "HOOP_CONNECTION": "myapp-redact,myapp-review"],
      of: AgentRelease("1.19.63"),
      publishes: "prod:myapp-redact and prod:myapp-review \(everywhere)"),
    ForecastBuild(
      "a list for an agent that reads one name",
      ["HOOP_KEY": clientKey, "HOOP_CONNECTION": "myapp-redact,myapp-review"], of: .oldest,
      publishes: nil,
      headings: [
        "Warning: HOOP_CONNECTION cannot be read: it is a list, and Hoop agent 1.14.10 reads a single"
          + " name."
      ]),
  ]

  private static let dynos = [
    ForecastBuild(
      "some dynos, and dynos that do not exist",
      configVars: ["HOOP_DYNOS": "web.1,wroker.*,run,web.x"],
      publishes: "myapp from the dynos web.1, wroker.*, run.* and web.x that start with hoopstart",
      Said(
        kind: "Warning", "HOOP_DYNOS names dynos that do not exist: “wroker” and “web.x”.",
        ["The Procfile has web."],
        "Name process types of the Procfile:",
        "heroku config:set HOOP_DYNOS=web")),
    ForecastBuild(
      "no dyno that starts with hoopstart", procfile: "web: hoopstart -- a\nworker: b\n",
      configVars: ["HOOP_DYNOS": "worker"], publishes: nil, isPlanGood: true,
      Said(
        kind: "Warning",
        "HOOP_DYNOS leaves out every process that starts with hoopstart: it names worker.",
        ["These start with hoopstart: web. No dyno carries the agent."],
        "Name one of them, or unset HOOP_DYNOS to run the agent in all:",
        "heroku config:set HOOP_DYNOS=web")),
    ForecastBuild(
      "numbers of dynos, for an image", configVars: ["HOOP_DYNOS": "web.1"], isImage: true,
      Said(
        kind: "Warning", "HOOP_DYNOS names dynos by number: web.1.",
        ["Dynos of an image have no numbers, so none of these carries the agent."],
        "Name their process type:", "HOOP_DYNOS=web")),
  ]

  private static let settings = [
    ForecastBuild(
      "settings that are kept",
      [
        "HOOP_CONNECTION": "myapp,myapp-db", "HOOP_COMMAND": "bundle exec rails console",
        "HOOP_REVIEW_MYAPP_DB": "dba", "HOOP_DATABASE_MYAPP_DB": "env.DATABASE_URL",
        "DATABASE_URL": "postgres://u:xagt-Zm9v@db.example.com/app",
      ], publishes: "myapp and myapp-db \(everywhere)",
      details: [
        "myapp: entrypoint bundle exec rails console",
        "myapp-db: database postgres at db.example.com/app; review dba, if your gateway supports it",
      ]),
    ForecastBuild(
      "a setting that an old agent cannot keep", ["HOOP_REVIEW": "dba"],
      of: AgentRelease("1.21.0"), publishes: nil,
      headings: [
        "Warning: HOOP_REVIEW is set, which Hoop agent 1.21.0 cannot do with this key: "
          + "grpcs://_default:***@app.hoop.dev:8443."
      ]),
    ForecastBuild(
      "a setting for no connection", configVars: ["HOOP_REVIEW_MYAP": "dba"], publishes: nil,
      Said(
        kind: "Warning",
        "HOOP_REVIEW_MYAP is for a connection that HOOP_CONNECTION does not name.",
        ["No connection is published until this is fixed."],
        "To publish that connection, add it to HOOP_CONNECTION:",
        "heroku config:set HOOP_CONNECTION=myapp,myap")),
    ForecastBuild(
      "a misspelt setting", ["HOOP_COMAND": "rails c"], publishes: ForecastBuild.myapp,
      headings: ["Warning: HOOP_COMAND is not a known setting. Did you mean HOOP_COMMAND?"]),
  ]
}
