/// One agent process of a plan.
package struct AgentCommand: Hashable, Sendable {
  package struct Variable: Hashable, Sendable {
    package let name: String
    package let value: String
  }

  /// The words after `hoop`.
  package let arguments: [String]
  /// The names under which the dashboard shows what this process publishes; empty if the dashboard
  /// itself has the list.
  package let publishes: [String]
  /// What its environment has besides the app's, and instead of it.
  package let variables: [Variable]
  /// What was asked for its connection.
  package let settings: ConnectionSettings
  /// The names of secrets in the app's environment that this agent does not need.
  private let secrets: Set<String>

  /// `hoop start agent`.
  ///
  /// - Parameter list: HOOP_CONNECTION, for an agent that reads it.
  static func start(
    publishing names: [String] = [], list: String? = nil, _ common: Common
  ) -> AgentCommand {
    let list = list.map { [Variable(name: Setting.connection.name, value: $0)] } ?? []
    return AgentCommand(
      ["start", "agent"], publishes: names, list, ConnectionSettings(), common)
  }

  /// `hoop run`.
  ///
  /// - Parameter sessions: What its sessions get; nil for an agent that hands nothing over.
  static func run(
    _ name: ConnectionList.Name, _ settings: ConnectionSettings, _ sessions: SessionVariables?,
    _ common: Common
  ) -> AgentCommand {
    AgentCommand(
      ["run", "--name", name.name] + settings.arguments
        + (sessions.map { ["--export", $0.list] } ?? []),
      publishes: [name.shown], sessions?.isOwn == true ? [SessionVariables.own] : [], settings,
      common)
  }

  /// What all processes of a plan have.
  struct Common {
    var variables: [Variable] = []
    var secrets: Set<String> = []
  }

  private init(
    _ arguments: [String], publishes: [String], _ variables: [Variable],
    _ settings: ConnectionSettings, _ common: Common
  ) {
    (self.arguments, self.publishes, self.settings) = (arguments, publishes, settings)
    self.variables = variables + common.variables
    secrets = common.secrets
  }

  /// Whether a variable of the app is kept from this agent, which does not need it and whose sessions
  /// must not have it.
  ///
  /// HOOP_DB_URI would turn every connection of `hoop run` into that database.
  package func isKeptFrom(_ variable: String) -> Bool {
    guard variable != Setting.agentDatabase else { return arguments.first == "run" }
    return secrets.contains(variable)
  }
}
