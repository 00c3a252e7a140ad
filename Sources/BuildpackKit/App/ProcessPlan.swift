import HoopAgent
import Output

/// A process type, and what will happen when a dyno starts it.
package struct ProcessPlan {
  package enum Fate {
    case carries(LaunchPlan)
    /// The dynos of these patterns do, and the others start without an agent.
    case carriesInSome([String], LaunchPlan)
    /// It starts without an agent, for this reason.
    case withoutAgent(String)
    /// It ends at once, for this reason.
    case dies(String)
    /// The config vars are not known.
    case unknown
  }

  package let process: Procfile.Process
  package let use: HoopstartUse
  package let fate: Fate
  /// Whether a shell may wait for hoopstart, and keep the key in its environment.
  let isBehindShell: Bool

  package var type: String { process.type }

  /// - Parameters:
  ///   - outcome: What the app's config vars lead to in any dyno, or nil if they are not known.
  ///   - dynos: Nil if HOOP_DYNOS is malformed.
  ///   - isRequired: HOOP_REQUIRED.
  init(
    _ process: Procfile.Process, _ outcome: LaunchPlan.Outcome?, _ dynos: DynoSelection?,
    isRequired: Bool
  ) {
    self.process = process
    let call = HoopstartCall(in: process.command)
    (use, isBehindShell) = (call.use, call.isBehindShell)
    fate =
      switch use {
      case .none: .withoutAgent("its command has no hoopstart")
      case .asks: .withoutAgent("its command only asks hoopstart a question")
      case .withoutProgram: .dies("there is no program behind hoopstart")
      case .starts: Self.fate(outcome, dynos?.share(of: process.type) ?? .all, isRequired)
      }
  }

  private static func fate(
    _ outcome: LaunchPlan.Outcome?, _ share: DynoSelection.Share, _ isRequired: Bool
  ) -> Fate {
    switch (outcome, share) {
    case (nil, _): return .unknown
    case (.disabled?, _): return .withoutAgent("HOOP_DISABLED is on")
    case (.otherDyno?, _), (_, .none): return .withoutAgent("HOOP_DYNOS does not name it")
    case (.impossible(let problems)?, _):
      let reason = problems.lackOnlyKey ? "there is no key" : "the config vars are not right"
      return isRequired
        ? .dies("HOOP_REQUIRED asks for an agent, and \(reason)") : .withoutAgent(reason)
    case (.launch(let plan)?, .all): return .carries(plan)
    case (.launch(let plan)?, .some(let patterns)): return .carriesInSome(patterns, plan)
    }
  }

  /// The plan of the dynos that carry the agent, or nil if none does.
  package var plan: LaunchPlan? {
    switch fate {
    case .carries(let plan), .carriesInSome(_, let plan): plan
    case .withoutAgent, .dies, .unknown: nil
    }
  }

  package var isDead: Bool { if case .dies = fate { true } else { false } }

  /// A few words, such as `carries the agent`.
  package var words: String {
    switch fate {
    case .carries: "carries the agent"
    case .carriesInSome(let patterns, _): "carries the agent in the dynos \(patterns.asList)"
    case .withoutAgent(let reason): "no agent: \(reason)"
    case .dies(let reason): "would not start: \(reason)"
    case .unknown: "starts with hoopstart; whether it carries the agent depends on the config vars"
    }
  }

  package var json: JSON.Value {
    let isKnown = if case .unknown = fate { false } else { true }
    let commands = (plan?.commands ?? []).map { command in
      JSON.Value.object([
        ("arguments", .texts(command.arguments)), ("publishes", .texts(command.publishes)),
      ])
    }
    return .object([
      ("type", .text(process.type)), ("command", .text(process.command)),
      ("starts", .bool(!isDead)), ("carries_agent", isKnown ? .bool(plan != nil) : .null),
      ("why", .text(words)), ("commands", .list(commands)),
    ])
  }
}
