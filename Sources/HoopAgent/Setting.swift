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
    case .key, .dsn:
      .init(
        .key, .start, "Key", example: "grpcs://…", becomes: name,
        self == .key
          ? "The key of the organisation or of an agent."
          : "The old name of HOOP_KEY. If both are set, HOOP_KEY is used.")
    case .connection:
      .init(
        .names, .start, "Publishes", example: "myapp,myapp-db", becomes: "HOOP_CONNECTION",
        "The connections to publish; env.NAME is the value of the config var NAME.")
    case .database:
      .init(
        .database, .start, "Database", example: "env.DATABASE_URL", becomes: Self.agentDatabase,
        since: AgentVersion.exporting,
        "The URL of a database, or env.NAME for the config var NAME.")
    case .command:
      .init(
        .command, .start, "Entrypoint", example: "bundle exec rails console", becomes: "--command",
        since: AgentVersion.exporting,
        "What a session starts: a program and its arguments in plain words.")
    case .review:
      .init(
        .groups, .start, "Review", example: "sre,dba", becomes: "--review",
        since: AgentVersion.reviewing, ifMisspelled: .stopsAgent,
        "The groups that approve each session.")
    case .dataMasking:
      .init(
        .types, .start, "Masking", example: "EMAIL_ADDRESS,PHONE_NUMBER", becomes: "--data-masking",
        since: AgentVersion.reviewing, ifMisspelled: .stopsAgent,
        "The types of data to mask in what sessions show.")
    case .keyName:
      .init(
        .text, .start, "Key name", example: "myapp-prod", ifMisspelled: .stopsAgent,
        "Start the agent only with a key of this name.")
    case .dynos:
      .init(
        .dynos, .start, "Dynos", example: "web,worker.1",
        "Dynos or process types that run the agent, separated by commas; unset: all.")
    case .version:
      .init(
        .version, .build, "Agent", example: "\(AgentVersion.newestKnown)",
        "The version of the agent to install; unset: the newest.")
    case .sha256:
      .init(
        .digest, .build, "Digest", example: "64 hexadecimal digits",
        "The SHA-256 digest of the agent's archive.")
    case .releasesURL:
      .init(
        .url, .build, "Releases", example: "https://…",
        "A mirror of https://releases.hoop.dev/release.")
    case .disabled:
      .init(
        .toggle, .buildAndStart, "Disabled", example: "on",
        "Install and start no agent; hoopstart just runs the command.")
    case .required:
      .init(
        .toggle, .start, "Required", example: "on", ifMisspelled: .warnsAtStart,
        "Exit with status 78 if the agent cannot be started.")
    case .logLevel:
      .init(
        .text, .start, "Log level", example: "debug",
        becomes: "LOG_LEVEL",
        "The log level of the agent: debug, info, warn or error; unset: info.")
    case .xtrace: .init(.toggle, .start, "Trace", example: "1", "Log each step of hoopstart.")
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
  }

  package enum Moment: Hashable, Sendable { case build, start, buildAndStart }

  /// What happens if a config var has nearly this name. The build warns about all of them.
  package enum Misspelling: Hashable, Sendable {
    case warnsInBuild, warnsAtStart
    /// It protects something, so no agent runs without it.
    case stopsAgent
  }

  package let value: Value
  package let moment: Moment
  /// The label of its row in a check.
  package let label: String
  package let example: String
  /// The agent's variable, or a flag of `hoop run`; nil if the agent gets nothing.
  package let becomes: String?
  /// The first agent that can do it.
  package let since: AgentVersion?
  package let ifMisspelled: Misspelling
  package let help: String

  /// Whether the name of a connection may follow, as in HOOP_REVIEW_MYAPP.
  package var isPerConnection: Bool { since != nil }

  /// Whether it has an effect only on some gateways.
  package var dependsOnGateway: Bool { value == .groups || value == .types }

  fileprivate init(
    _ value: Value, _ moment: Moment, _ label: String, example: String, becomes: String? = nil,
    since: AgentVersion? = nil, ifMisspelled: Misspelling = .warnsInBuild, _ help: String
  ) {
    (self.value, self.moment, self.label, self.example) = (value, moment, label, example)
    (self.becomes, self.since, self.ifMisspelled) = (becomes, since, ifMisspelled)
    self.help = help
  }
}
