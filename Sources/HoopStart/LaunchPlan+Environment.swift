import HoopAgent
import Posix

extension LaunchPlan {
  /// The environment of one of the plan's agents: the app's, with what this version of the agent
  /// reads under the name it reads, and without the secrets that are not for this agent.
  ///
  /// The key has one name only: an agent takes from its sessions the variables it knows, and those
  /// before 1.21.5 do not know HOOP_KEY.
  func environment(of command: AgentCommand, from app: Environment) -> Environment {
    var environment = app
    environment.rename(keyVariable.source, to: keyVariable.target)
    environment.remove { $0 != keyVariable.target && command.isKeptFrom($0) }
    for variable in command.variables { environment[variable.name] = variable.value }
    if let database = command.settings.database, let url = app.bytes(of: database.variable) {
      environment.set(SecretVariable.agentDatabase, database.url.handedOn(url))
    }
    return environment
  }
}
