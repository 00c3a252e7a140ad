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
        value: .key, moment: .start, becomes: .variable("HOOP_KEY"), label: "Key",
        example: "grpcs://…",
        help: "The key of the organisation or of an agent.")
    case .dsn:
      SettingDescription(
        value: .key, moment: .start, becomes: .variable("HOOP_DSN"), label: "Key",
        example: "grpcs://…",
        help: "The old name of HOOP_KEY, which wins.")
    case .connection:
      SettingDescription(
        value: .names, moment: .start, becomes: .variable("HOOP_CONNECTION"), label: "Publishes",
        example: "myapp,myapp-db",
        help: "The connections to publish; env.NAME is the value of the config var NAME.")
    case .database:
      SettingDescription(
        value: .database, moment: .start, isPerConnection: true, since: AgentVersion(1, 21, 23),
        becomes: .variable(Self.agentDatabase), label: "Database", example: "env.DATABASE_URL",
        help: "The URL of a database, or env. and the config var that has it.")
    case .command:
      SettingDescription(
        value: .command, moment: .start, isPerConnection: true, since: AgentVersion(1, 21, 23),
        becomes: .flag("--command"), label: "Entrypoint", example: "bundle exec rails console",
        help: "What a session starts: a program and its arguments in plain words.")
    case .review:
      SettingDescription(
        value: .groups, moment: .start, isPerConnection: true, since: AgentVersion(1, 21, 1),
        becomes: .flag("--review"), ifMisspelled: .stopsAgent, dependsOnGateway: true,
        label: "Review", example: "sre,dba",
        help: "The groups that approve each session.")
    case .dataMasking:
      SettingDescription(
        value: .types, moment: .start, isPerConnection: true, since: AgentVersion(1, 21, 1),
        becomes: .flag("--data-masking"), ifMisspelled: .stopsAgent, dependsOnGateway: true,
        label: "Masking", example: "EMAIL_ADDRESS,PHONE_NUMBER",
        help: "The types of data to mask in what sessions show.")
    case .keyName:
      SettingDescription(
        value: .text, moment: .start, ifMisspelled: .stopsAgent, label: "Key name",
        example: "myapp-prod",
        help: "Start the agent only with a key of this name.")
    case .dynos:
      SettingDescription(
        value: .dynos, moment: .start, label: "Dynos", example: "web,worker.1",
        help: "Dynos or process types that run the agent, separated by commas; unset: all.")
    case .version:
      SettingDescription(
        value: .version, moment: .build, label: "Agent", example: "\(AgentVersion.newestKnown)",
        help: "The version of the agent to install; unset: the newest.")
    case .sha256:
      SettingDescription(
        value: .digest, moment: .build, label: "Digest", example: "64 hexadecimal digits",
        help: "The SHA-256 digest of the agent's archive.")
    case .releasesURL:
      SettingDescription(
        value: .url, moment: .build, label: "Releases", example: "https://…",
        help: "A mirror of https://releases.hoop.dev/release.")
    case .disabled:
      SettingDescription(
        value: .toggle, moment: .buildAndStart, label: "Disabled", example: "on",
        help: "Install and start no agent; hoopstart just runs the command.")
    case .required:
      SettingDescription(
        value: .toggle, moment: .start, ifMisspelled: .warnsAtStart, label: "Required",
        example: "on",
        help: "Exit with status 78 if the agent cannot be started.")
    case .logLevel:
      SettingDescription(
        value: .choice(["debug", "info", "warn", "error"]), moment: .start,
        becomes: .variable("LOG_LEVEL"),
        label: "Log level", example: "debug",
        help: "The log level of the agent: debug, info, warn or error; unset: info.")
    case .xtrace:
      SettingDescription(
        value: .toggle, moment: .start, label: "Trace", example: "1",
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

    func allows(_ value: String) -> Bool {
      if case .choice(let values) = self { values.contains(value) } else { true }
    }
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

  package var value: Value
  package var moment: Moment
  /// Whether the name of a connection may follow, as in HOOP_REVIEW_MYAPP.
  package var isPerConnection = false
  /// The first agent that can do it (hoop: client/cmd/run.go).
  package var since: AgentVersion?
  package var becomes = AgentInput.nothing
  package var ifMisspelled = Misspelling.warnsInBuild
  /// Whether it has an effect only on some gateways.
  package var dependsOnGateway = false
  /// The label of its row in a check.
  package var label: String
  package var example: String
  package var help: String
}
