import BuildpackKit
import HoopAgent
import Posix

/// A process type, and whether its dynos carry the agent.
struct ProcessPlan {
  let process: Procfile.Process
  /// The plan of its first dyno, where that carries the agent.
  let plan: LaunchPlan?
  /// In a few words, such as `carries the agent`.
  let words: String

  init(
    _ process: Procfile.Process, _ version: AgentVersion, _ config: Environment
  ) {
    self.process = process
    switch process.use {
    case .none: (plan, words) = (nil, "no agent: its command has no hoopstart")
    case .withoutDashes: (plan, words) = (nil, "would not start: hoopstart without --")
    case .proper:
      switch LaunchPlan.make(
        for: version, variable: { $0 == "DYNO" ? "\(process.type).1" : config[$0] },
        names: { config.names })
      {
      case .launch(let plan): (self.plan, words) = (plan, "carries the agent")
      case .disabled: (plan, words) = (nil, "no agent: HOOP_DISABLED is on")
      case .otherDyno: (plan, words) = (nil, "no agent: HOOP_DYNOS does not name it")
      case .impossible(let problems):
        let codes = problems.map { $0.advice.code }.asList
        (plan, words) = (nil, "no agent: \(codes)")
      }
    }
  }

  var json: JSON.Value {
    let commands = (plan?.commands ?? []).map { command in
      JSON.Value.object([
        ("arguments", .list(command.arguments.map(JSON.Value.text))),
        ("publishes", .list(command.publishes.map(JSON.Value.text))),
      ])
    }
    return .object([
      ("type", .text(process.type)), ("command", .text(process.command)),
      ("carries_agent", .bool(plan != nil)), ("why", .text(words)), ("commands", .list(commands)),
    ])
  }
}
