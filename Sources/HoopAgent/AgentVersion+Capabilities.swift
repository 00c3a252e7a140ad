/// What a version of the agent takes, reads and publishes, for the build, the checks and hoopstart.
///
/// Agents of 1.14.10 to 1.148.0 were seen to do so with each kind of key; the first version of each
/// change was found in the sources of the tags between (hoop: agent/main.go, agent/config/config.go,
/// common/dsnkeys/dsnkeys.go, client/cmd/run.go).
extension AgentVersion {
  /// The first version that takes keys with another scheme than http and https. Before it the agent
  /// asks forever: `unsupported protocol scheme "grpcs"`.
  static let anyScheme = AgentVersion(1, 16, 0)
  /// The first versions that take an organisation key: with `mode=multi-connection`, and without a
  /// mode, as gateways issue it today. Before them the agent ends at once, or no gateway knows it.
  static let organisationKeys = (
    multiConnection: AgentVersion(1, 20, 9), noMode: AgentVersion(1, 21, 0)
  )

  /// The first version that takes `key`.
  static func first(taking key: AgentKey) -> AgentVersion {
    switch key.form {
    case .organisation:
      key.mode == nil ? organisationKeys.noMode : organisationKeys.multiConnection
    case .client, .agent:
      ["http", "https"].contains(key.scheme) ? .oldestSupported : anyScheme
    }
  }

  /// The variable that the agent has the key from: HOOP_KEY from 1.21.5 on.
  package var keyVariable: Setting { self < AgentVersion(1, 21, 5) ? .dsn : .key }

  /// Which connections an agent publishes, and how it is started for that.
  package enum Connections: Hashable, Sendable {
    /// Those of HOOP_CONNECTION, which one `hoop start agent` reads; the key's name precedes theirs.
    case listed
    /// Those that the dashboard binds to the key; one `hoop start agent`.
    case ofDashboard
    /// Those of HOOP_CONNECTION, with one `hoop run` for each.
    case oneAProcess
  }

  /// The first version whose `hoop start agent` ignores HOOP_CONNECTION, whatever the key.
  static let withoutLists = AgentVersion(1, 20, 0)

  package func connections(of key: AgentKey) -> Connections {
    if key.form == .organisation { return .oneAProcess }
    if self >= Self.withoutLists { return .ofDashboard }
    return key.mode == .standard && self >= AgentVersion(1, 16, 0) ? .ofDashboard : .listed
  }

  /// The first version that reads a list. Before it the whole value of HOOP_CONNECTION is one name,
  /// commas and all.
  static let readingLists = AgentVersion(1, 14, 15)

  /// The first version whose `hoop run` takes `--review` and `--data-masking`, and the first that hands
  /// variables to its sessions, takes `--command`, and reads HOOP_DB_URI.
  static let reviewing = AgentVersion(1, 21, 1)
  static let exporting = AgentVersion(1, 21, 23)

  /// Whether sessions have the app's config vars. Those of `hoop run` have what `--export` names, and
  /// everything with the key if nothing is named.
  func sessionsHaveVariables(_ key: AgentKey) -> Bool {
    switch connections(of: key) {
    case .oneAProcess: self >= Self.exporting
    case .listed: true
    case .ofDashboard: key.mode != .standard
    }
  }

  /// The first versions that read HOOP_TLSCA and HOOP_TLS_SKIP_VERIFY.
  static let (readingTLSCA, skippingVerification) = (
    AgentVersion(1, 23, 3), AgentVersion(1, 43, 0)
  )

  /// Whether an agent that reads HOOP_CONNECTION asks by HTTP, with a limit on each request, and
  /// logs only what is wrong.
  package var isSilentWhileWell: Bool { self < Self.withoutLists }

  /// Whether the agent says in its log what the gateway answers: embedded ones at level debug, and
  /// with an organisation key as far as it was tried. Nil if it was not tried.
  func logsAnswers(of key: AgentKey) -> Bool? {
    if key.form == .organisation { return self < AgentVersion(1, 21, 5) ? nil : true }
    return key.mode == .standard || self >= AgentVersion(1, 21, 0)
  }
}
