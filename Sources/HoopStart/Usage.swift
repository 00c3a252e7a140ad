import HoopAgent

/// What hoopstart says about itself.
enum Usage {
  /// EX_USAGE of sysexits.h.
  static let exitStatus: Int32 = 64

  private static let synopsis = [
    "usage: hoopstart -- COMMAND [ARGUMENT…]",
    "       hoopstart --check [--no-connect] | --help | --version",
  ]

  static func error(_ what: String) -> [String] {
    ["hoopstart: \(what) Put -- before the app's command: hoopstart -- bundle exec puma"] + synopsis
  }

  static let help =
    synopsis + [
      "",
      "Starts the Hoop agent in the background and becomes COMMAND, which runs as if it had",
      "been started without. The agent ends with it. As pid 1 of a container it stays instead, as",
      "tini does: it hands on signals, reaps orphans and ends as COMMAND does.",
      "",
      "  --check       say what would be started here and why, and start the agents for as long as",
      "                the gateway takes to answer, at most 15 s; exit 1 unless all connect",
      "  --no-connect  start none",
      "  --help        say this",
      "  --version     say the version",
      "",
      "Config vars:",
      "  HOOP_KEY, HOOP_DSN  the key; HOOP_KEY wins",
      "  HOOP_CONNECTION     the connections to publish, with commas between them",
      "  HOOP_COMMAND        what a session starts, in plain words",
      "  HOOP_REVIEW         the groups that approve, with commas between them",
      "  HOOP_DATA_MASKING   the types of data that are masked, with commas between them",
      "  HOOP_DATABASE       a database's URL, or env.NAME of a variable that holds it",
      "                      (each of these four also for one connection: HOOP_REVIEW_MYAPP)",
      "  HOOP_KEY_NAME       start the agent only with a key of this name",
      "  HOOP_DYNOS          the dynos that carry the agent, such as web.1,worker.*; unset: all",
      "  HOOP_DISABLED       on: no agent",
      "  HOOP_REQUIRED       on: without the agent no COMMAND either, exit status 78",
      "  HOOPSTART_XTRACE    on: say every step",
    ]
}
