import HoopAgent

/// A process type, and what will come of it when a dyno starts it.
package struct ProcessPlan {
  package enum Fate {
    case carries(LaunchPlan)
    /// The dynos of these patterns do; the others start without.
    case carriesInSome([String], LaunchPlan)
    /// It starts, and no agent with it: why.
    case withoutAgent(String)
    /// It ends at once: why.
    case dies(String)
    /// Nobody has said what the config vars are.
    case unknown
  }

  package let process: Procfile.Process
  package let use: HoopstartUse
  package let fate: Fate

  /// - Parameters:
  ///   - outcome: of the app's config vars, whatever the dyno; nil where nobody has given them.
  ///   - dynos: nil where HOOP_DYNOS is malformed.
  ///   - isRequired: HOOP_REQUIRED.
  init(
    _ process: Procfile.Process, _ outcome: LaunchPlan.Outcome?, _ dynos: DynoSelection?,
    isRequired: Bool
  ) {
    self.process = process
    use = process.use
    fate =
      switch use {
      case .none: .withoutAgent("its command has no hoopstart")
      case .question: .withoutAgent("its command only asks hoopstart")
      case .withoutDashes: .dies("hoopstart without --")
      case .withoutCommand: .dies("nothing stands behind hoopstart --")
      case .withoutProgram(let word): .dies("\(quoted(word)) is no program")
      case .misspelled(let word): .dies("\(quoted(word)) is no program")
      case .proper: Self.fate(outcome, dynos?.share(of: process.type) ?? .all, isRequired)
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
      // Without its full stop.
      let why = problems.map { String($0.advice.summary.dropLast()) }.joined(separator: "; ")
      return isRequired ? .dies("HOOP_REQUIRED asks for an agent. \(why)") : .withoutAgent(why)
    case (.launch(let plan)?, .all): return .carries(plan)
    case (.launch(let plan)?, .some(let patterns)): return .carriesInSome(patterns, plan)
    }
  }

  /// The plan of the dynos that carry the agent; nil where none does.
  package var plan: LaunchPlan? {
    switch fate {
    case .carries(let plan), .carriesInSome(_, let plan): plan
    case .withoutAgent, .dies, .unknown: nil
    }
  }

  package var isDead: Bool { if case .dies = fate { true } else { false } }

  private var isUnknown: Bool { if case .unknown = fate { true } else { false } }

  /// In a few words, such as `carries the agent`.
  package var words: String {
    switch fate {
    case .carries: "carries the agent"
    case .carriesInSome(let patterns, _): "carries the agent in the dynos \(patterns.asList)"
    case .withoutAgent(let why): "no agent: \(why)"
    case .dies(let why): "would not start: \(why)"
    case .unknown: "starts with hoopstart; the config vars say whether an agent goes with it"
    }
  }

  package var json: JSON.Value {
    let commands = (plan?.commands ?? []).map { command in
      JSON.Value.object([
        ("arguments", .list(command.arguments.map { .text($0) })),
        ("publishes", .list(command.publishes.map { .text($0) })),
      ])
    }
    return .object([
      ("type", .text(process.type)), ("command", .text(process.command)),
      ("starts", .bool(!isDead)), ("carries_agent", isUnknown ? .null : .bool(plan != nil)),
      ("why", .text(words)),
      ("commands", .list(commands)),
    ])
  }
}
