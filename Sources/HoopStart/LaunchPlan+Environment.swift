import HoopAgent
import Posix

extension LaunchPlan {
  /// The environment of one of the plan's agents: the app's, with what this version of the agent
  /// reads under the name it reads.
  ///
  /// The key has one name only: an agent takes from its sessions the variables it knows, and those
  /// before 1.21.5 do not know HOOP_KEY.
  func environment(of command: AgentCommand, from app: Environment) -> Environment {
    var environment = app
    environment.rename(keyVariable.source, to: keyVariable.target)
    for name in [ConfigVar.key.name, ConfigVar.dsn.name] where name != keyVariable.target {
      environment[name] = nil
    }
    if let list = command.connectionList { environment[ConfigVar.connection.name] = list }
    return environment
  }
}
