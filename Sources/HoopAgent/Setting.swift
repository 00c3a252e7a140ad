/// A config var of an app that the build, hoopstart or both read.
///
/// All that is said about a setting comes from its `description`: parsing, the rows of a check, the
/// reference in the README, and "did you mean". A new setting is a new case and its entry.
package enum Setting: String, Hashable, Sendable, CaseIterable {
  case key = "HOOP_KEY"
  case dsn = "HOOP_DSN"
  case connection = "HOOP_CONNECTION"
  case database = "HOOP_DATABASE"
  case command = "HOOP_COMMAND"
  case review = "HOOP_REVIEW"
  case dataMasking = "HOOP_DATA_MASKING"
  case keyName = "HOOP_KEY_NAME"
  case dynos = "HOOP_DYNOS"
  case version = "HOOP_VERSION"
  case sha256 = "HOOP_SHA256"
  case releasesURL = "HOOP_RELEASES_URL"
  case disabled = "HOOP_DISABLED"
  case required = "HOOP_REQUIRED"
  case logLevel = "HOOP_LOG_LEVEL"
  case xtrace = "HOOPSTART_XTRACE"

  package var name: String { rawValue }

  package var description: SettingDescription {
    switch self {
    case .key:
      SettingDescription(
        .key, at: .start, becomes: .variable("HOOP_KEY"), label: "Key",
        example: "grpcs://…", task: "let the agent into the gateway",
        help: "The key of the organisation or of an agent.")
    case .dsn:
      SettingDescription(
        .key, at: .start, becomes: .variable("HOOP_DSN"), label: "Key",
        example: "grpcs://…", task: "use the old name of HOOP_KEY",
        help: "The old name of HOOP_KEY, which wins.")
    case .connection:
      SettingDescription(
        .names, at: .start, becomes: .variable("HOOP_CONNECTION"), label: "Publishes",
        example: "myapp,myapp-db", task: "publish several connections",
        help: "The connections to publish; env.NAME is the value of the config var NAME.")
    case .database:
      SettingDescription(
        .database, at: .start, isPerConnection: true, since: AgentVersion(1, 21, 23),
        becomes: .variable(Self.agentDatabase), label: "Database", example: "env.DATABASE_URL",
        task: "publish a database",
        help: "The URL of a database, or env. and the config var that has it.")
    case .command:
      SettingDescription(
        .command, at: .start, isPerConnection: true, since: AgentVersion(1, 21, 23),
        becomes: .flag("--command"), label: "Entrypoint", example: "bundle exec rails console",
        task: "give a connection its own entrypoint (plain words, no shell)",
        help: "What a session starts: a program and its arguments in plain words.")
    case .review:
      SettingDescription(
        .groups, at: .start, isPerConnection: true, since: AgentVersion(1, 21, 1),
        becomes: .flag("--review"), ifMisspelled: .stopsAgent, dependsOnGateway: true,
        label: "Review", example: "sre,dba", task: "have sessions approved",
        help: "The groups that approve each session.")
    case .dataMasking:
      SettingDescription(
        .types, at: .start, isPerConnection: true, since: AgentVersion(1, 21, 1),
        becomes: .flag("--data-masking"), ifMisspelled: .stopsAgent, dependsOnGateway: true,
        label: "Masking", example: "EMAIL_ADDRESS,PHONE_NUMBER", task: "mask what sessions show",
        help: "The types of data to mask in what sessions show.")
    case .keyName:
      SettingDescription(
        .text, at: .start, ifMisspelled: .stopsAgent, label: "Key name", example: "myapp-prod",
        task: "keep another environment's agent key out",
        help: "Start the agent only with a key of this name.")
    case .dynos:
      SettingDescription(
        .dynos, at: .start, label: "Dynos", example: "web,worker.1",
        task: "run the agent only in some dynos",
        help: "Dynos or process types that run the agent, separated by commas; unset: all.")
    case .version:
      SettingDescription(
        .version, at: .build, label: "Agent", example: "\(AgentVersion.newestKnown)",
        task: "pin the agent", help: "The version of the agent to install; unset: the newest.")
    case .sha256:
      SettingDescription(
        .digest, at: .build, label: "Digest", example: "64 hexadecimal digits",
        task: "pin the agent's archive", help: "The SHA-256 digest of the agent's archive.")
    case .releasesURL:
      SettingDescription(
        .url, at: .build, label: "Releases", example: "https://…",
        task: "download the agent from a mirror",
        help: "A mirror of https://releases.hoop.dev/release.")
    case .disabled:
      SettingDescription(
        .toggle, at: .buildAndStart, label: "Disabled", example: "on", task: "turn the agent off",
        help: "Install and start no agent; hoopstart just runs the command.")
    case .required:
      SettingDescription(
        .toggle, at: .start, ifMisspelled: .warnsAtStart, label: "Required", example: "on",
        task: "do not start the app without the agent",
        help: "Exit with status 78 if the agent cannot be started.")
    case .logLevel:
      SettingDescription(
        .choice(["debug", "info", "warn", "error"]), at: .start, becomes: .variable("LOG_LEVEL"),
        label: "Log level", example: "debug", task: "see more of the agent's log",
        help: "The log level of the agent: debug, info, warn or error; unset: info.")
    case .xtrace:
      SettingDescription(
        .toggle, at: .start, label: "Trace", example: "1", task: "see each step of hoopstart",
        help: "Log each step of hoopstart.")
    }
  }
}

/// What there is to know about a setting.
package struct SettingDescription: Sendable {
  /// What a value is.
  package enum Value: Hashable, Sendable {
    case key, names, database, command, dynos, text, version, digest, url, toggle
    /// Names of groups, separated by commas.
    case groups
    /// Types of data, separated by commas.
    case types
    case choice([String])
  }

  package enum Moment: Hashable, Sendable { case build, start, buildAndStart }

  /// What the agent gets.
  package enum AgentInput: Hashable, Sendable {
    case nothing
    case variable(String)
    /// A flag of `hoop run`.
    case flag(String)
  }

  /// What happens if a config var has nearly this name. The build warns about all of them.
  package enum Misspelling: Hashable, Sendable {
    case warnsInBuild, warnsAtStart
    /// It protects something, so no agent runs without it.
    case stopsAgent
  }

  package let value: Value
  package let moment: Moment
  /// Whether the name of a connection may follow, as in HOOP_REVIEW_MYAPP.
  package let isPerConnection: Bool
  /// The first agent that can do it (hoop: client/cmd/run.go).
  package let since: AgentVersion?
  package let becomes: AgentInput
  package let ifMisspelled: Misspelling
  /// Whether it has an effect only on some gateways.
  package let dependsOnGateway: Bool
  /// The label of its row in a check.
  package let label: String
  package let example: String
  /// What a user wants to do with it, for the README.
  package let task: String
  package let help: String

  init(
    _ value: Value, at moment: Moment, isPerConnection: Bool = false, since: AgentVersion? = nil,
    becomes: AgentInput = .nothing, ifMisspelled: Misspelling = .warnsInBuild,
    dependsOnGateway: Bool = false, label: String, example: String, task: String, help: String
  ) {
    (self.value, self.moment, self.isPerConnection) = (value, moment, isPerConnection)
    (self.since, self.becomes, self.ifMisspelled) = (since, becomes, ifMisspelled)
    (self.dependsOnGateway, self.label, self.example) = (dependsOnGateway, label, example)
    (self.task, self.help) = (task, help)
  }
}
