import HoopAgent
import Output
import Posix

/// What will happen to an app when it starts, told from its Procfile and config vars before it does.
/// The build, `bin/dry-run` and `bin/check` say the same.
package struct AppForecast {
  package let processes: [ProcessPlan]
  /// The most severe first.
  package let problems: [Problem]
  /// What will be published and from where, in a sentence without a full stop. Nil if no process
  /// carries the agent.
  package let publishes: String?
  /// What was asked for each published connection, a line each.
  package let settings: [String]

  /// Most problems that are shown, so that the rest of a build's log can be found.
  private static let maximumCount = 100

  /// - Parameters:
  ///   - app: The app's folder.
  ///   - isConfigKnown: Whether the config vars are the app's. If not, nothing is said about those
  ///     that are missing.
  ///   - target: What is built.
  package init(
    for version: AgentVersion, _ procfile: Procfile, app: Path, _ configVars: ConfigVars,
    isConfigKnown: Bool = true, target: Wording
  ) {
    var unreadable: [Problem] = []
    func value(_ name: String) -> String? {
      do throws(Problem) { return try configVars.value(name) } catch {
        if !unreadable.contains(error) { unreadable.append(error) }
        return nil
      }
    }
    let outcome = LaunchPlan.make(for: version, variable: value, names: { configVars.names })
    let dynos = try? DynoSelection(value(Setting.dynos.name))
    // A guard that cannot be read holds.
    let isRequired = Switch.parse(value(Setting.required.name)) != false
    let processes = procfile.processes.map { process in
      ProcessPlan(process, isConfigKnown ? outcome : nil, dynos, isRequired: isRequired)
    }
    self.processes = processes

    var problems = procfile.problems(of: processes, app: app, target)
    var launch: [Problem] = []
    var plan: LaunchPlan?
    switch outcome {
    case .impossible(let all) where isConfigKnown:
      launch = unreadable + all
      let required = processes.filter { $0.isDead && $0.use == .starts }
      if !required.isEmpty {
        problems.insert(Self.appWillNotStart(required, isKeyMissing: all.lackOnlyKey), at: 0)
      }
    case .launch(let launchPlan):
      if let problem = procfile.problem(of: launchPlan.dynos, processes, target) {
        problems.append(problem)
      }
      launch = unreadable + launchPlan.notices
      plan = processes.contains { $0.plan != nil } ? launchPlan : nil
    case .impossible, .disabled, .otherDyno: break
    }
    (publishes, settings) = (plan?.summary, plan?.settingsInWords ?? [])
    let said = Set(launch.map { $0.summary })
    let others = Setting.misspellings(among: configVars.names)
    problems += others.filter { !said.contains($0.summary) } + launch
    self.problems = Array(Self.sorted(problems).prefix(Self.maximumCount))
  }

  /// What keeps an agent from starting does not end the build. A secret manager may bring the key when
  /// the app starts.
  private static func sorted(_ problems: [Problem]) -> [Problem] {
    let isNotice = { (problem: Problem) in problem.severity == .notice || problem.isMissingKey }
    return problems.filter { !isNotice($0) }.map { $0.with(.warning) }
      + problems.filter(isNotice).map { $0.with(.notice) }
  }

  private static func appWillNotStart(
    _ processes: [ProcessPlan], isKeyMissing: Bool
  ) -> Problem {
    Problem(
      "app-will-not-start", .warning,
      isKeyMissing
        ? "The app will not start unless it gets a key when it starts: HOOP_REQUIRED is on."
        : "The app will not start: HOOP_REQUIRED is on, and no agent can be started.",
      meaning: [
        "hoopstart ends \(few(processes.map { $0.type })) with exit status 78. The reason follows."
      ],
      Remedy("Fix that, or let the app start without an agent:", .unset(.required)))
  }
}

extension Problem {
  fileprivate var isMissingKey: Bool { code == "no-key" }
}

extension [Problem] {
  /// Whether a key is all that the agent lacks. The app may still get one when it starts.
  var lackOnlyKey: Bool { allSatisfy { $0.severity != .error || $0.isMissingKey } }

  /// Whether everything works as intended.
  package var isGood: Bool { allSatisfy { $0.severity == .notice } }
}

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
      case .withoutProgram: .dies("there is no program after hoopstart")
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
