import HoopAgent
import Posix

/// What is started beside the app.
enum Decision {
  /// Start what the plan says with the agent at this path.
  case launch(LaunchPlan, agent: Path)
  /// Start none, as asked: why, as a sentence.
  case without(String)
  /// Start none, because something is wrong. Never empty.
  case impossible([Advice])

  static func make(variable: (String) -> String?, installation: Installation) -> Decision {
    switch installation.content() {
    case .agent(let version):
      make(plan(for: version, variable), agent: installation.agent)
    case .problem(let advice):
      // Where none is wanted none is missing: a build with HOOP_DISABLED on installs none.
      switch make(
        plan(for: .oldestSupported, variable), agent: installation.agent)
      {
      case .without(let reason): .without(reason)
      case .launch, .impossible: .impossible([advice])
      }
    }
  }

  /// Whether an agent was wanted, be it possible or not.
  var isWanted: Bool { if case .without = self { false } else { true } }

  /// Says in one line why no agent is started, where that is so.
  ///
  /// - Parameter isRequired: whether the app is not started then.
  func report(isRequired: Bool) {
    switch self {
    case .launch: return
    case .without(let reason): LogLine("disabled").with("reason", reason).write()
    case .impossible(let problems):
      let end = isRequired ? " HOOP_REQUIRED keeps the app from starting." : ""
      problems.first.map { LogLine("no-agent").with($0, end).write() }
    }
  }

  private static func plan(
    for version: AgentVersion, _ variable: (String) -> String?
  ) -> LaunchPlan.Outcome {
    LaunchPlan.make(for: version, variable: variable) { Environment.current.names }
  }

  private static func make(_ outcome: LaunchPlan.Outcome, agent: Path) -> Decision {
    switch outcome {
    case .launch(let plan): .launch(plan, agent: agent)
    case .disabled: .without("HOOP_DISABLED is on.")
    case .otherDyno(let dyno): .without("HOOP_DYNOS does not name \(DynoName.shown(dyno)).")
    case .impossible(let problems): .impossible(problems.map({ $0.advice }))
    }
  }
}
