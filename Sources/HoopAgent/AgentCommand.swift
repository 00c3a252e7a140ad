/// One agent process of a plan.
package struct AgentCommand: Hashable, Sendable {
  package struct Variable: Hashable, Sendable {
    package let name: String
    package let value: String
  }

  /// The words after `hoop`.
  package let arguments: [String]
  /// The names under which the dashboard shows what this process publishes; empty where the
  /// dashboard itself holds the list.
  package let publishes: [String]
  /// What its environment has beside the app's.
  package let variables: [Variable]
  /// What was asked for its connection.
  package let settings: ConnectionSettings

  /// `hoop start agent`.
  ///
  /// - Parameter list: HOOP_CONNECTION, for an agent that reads it.
  static func start(publishing names: [String] = [], list: String? = nil) -> AgentCommand {
    AgentCommand(
      arguments: ["start", "agent"], publishes: names,
      variables: list.map { [Variable(name: ConfigVar.connection.name, value: $0)] } ?? [],
      settings: ConnectionSettings())
  }

  /// `hoop run`.
  ///
  /// - Parameters:
  ///   - name: the connection's.
  ///   - shown: the same as the dashboard has it.
  ///   - variables: what its sessions get; nil for an agent that hands nothing over.
  static func run(
    _ name: String, shownAs shown: String, _ settings: ConnectionSettings,
    _ variables: SessionVariables?
  ) -> AgentCommand {
    AgentCommand(
      arguments: ["run", "--name", name] + settings.arguments
        + (variables.map { ["--export", $0.list] } ?? []),
      publishes: [shown], variables: variables?.isOwn == true ? [SessionVariables.own] : [],
      settings: settings)
  }

  private init(
    arguments: [String], publishes: [String], variables: [Variable], settings: ConnectionSettings
  ) {
    (self.arguments, self.publishes) = (arguments, publishes)
    (self.variables, self.settings) = (variables, settings)
  }

  /// Whether a variable of the app is kept from this agent, which does not need it and whose sessions
  /// must not have it.
  ///
  /// HOOP_DB_URI would turn every connection of `hoop run` into that database.
  package func isKeptFrom(_ variable: String) -> Bool {
    guard variable != SecretVariable.agentDatabase else { return arguments.first == "run" }
    return SecretVariable.isOne(variable)
  }
}
