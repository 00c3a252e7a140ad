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

  /// The codes of problems that are told apart here.
  static let noKey = "no-key"
  static let settingWithoutConnection = "setting-without-connection"

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
        let problem = error.with(.warning)
        if !unreadable.contains(problem) { unreadable.append(problem) }
        return nil
      }
    }
    let isNamedAtStart = NameAtStart.isUsed(value)
    let outcome = LaunchPlan.make(
      for: version,
      variable: { isNamedAtStart && $0 == NameAtStart.variable ? NameAtStart.standIn : value($0) },
      names: { configVars.names })
    let dynos = try? DynoSelection(value(Setting.dynos.name))
    // A guard that cannot be read holds.
    let isRequired = Switch.parse(value(Setting.required.name)) != false
    let processes = procfile.processes.map { process in
      ProcessPlan(process, isConfigKnown ? outcome : nil, dynos, isRequired: isRequired)
    }
    self.processes = processes

    var problems = procfile.problems(of: processes, app: app, target)
    var launchProblems: [Problem] = []
    var (publishes, settings): (String?, [String]) = (nil, [])
    switch outcome {
    case .impossible(let all) where isConfigKnown:
      launchProblems = unreadable + all.map { Self.atBuild($0, isNamedAtStart) }
      // Without a key at build time, the app may still have one when it starts.
      let required = processes.filter { $0.isDead && $0.use == .starts }
      if !required.isEmpty, all.contains(where: { $0.code != Self.noKey }) {
        problems.insert(Self.appWillNotStart(required), at: 0)
      }
    case .impossible, .disabled, .otherDyno: break
    case .launch(let plan):
      problems += procfile.problems(of: plan.dynos, processes, target)
      launchProblems = unreadable + plan.notices
      if isNamedAtStart { launchProblems.append(NameAtStart.notice) }
      if processes.contains(where: { $0.plan != nil }) {
        publishes = isNamedAtStart ? NameAtStart.explained(plan.summary) : plan.summary
        settings = plan.settingsInWords
      }
    }
    // A setting that protects and is misspelt is a problem of the launch already.
    let said = launchProblems.map { $0.summary }
    problems += configVars.problemsOfNames { name in said.contains { $0.contains(name) } }
    problems += launchProblems
    (self.publishes, self.settings) = (publishes, settings)
    let severe = problems.filter { $0.severity != .notice }
    self.problems = Array(
      (severe + problems.filter { $0.severity == .notice }).prefix(Self.maximumCount))
  }

  /// A problem that keeps an agent from starting, as the build says it: as a warning, or as a notice
  /// if only the running app can know.
  private static func atBuild(_ problem: Problem, _ isNamedAtStart: Bool) -> Problem {
    let isOpen =
      problem.code == noKey || isNamedAtStart && problem.code == settingWithoutConnection
    return problem.with(isOpen ? .notice : .warning)
  }

  private static func appWillNotStart(_ processes: [ProcessPlan]) -> Problem {
    Problem(
      "app-will-not-start", .warning,
      "The app will not start: HOOP_REQUIRED is on, and no agent can be started.",
      meaning: [
        "hoopstart ends \(few(processes.map { $0.type })) with exit status 78. The reason follows."
      ],
      Remedy(
        "Fix that, or let the app start without an agent:", .unset(.required)))
  }
}

extension [Problem] {
  /// Whether everything works as intended.
  package var isGood: Bool { allSatisfy { $0.severity == .notice } }
}

/// A connection that has the name of a Heroku app, which only the running app knows (Dev Center,
/// "Dyno Metadata").
private enum NameAtStart {
  static let variable = "HEROKU_APP_NAME"
  static let standIn = "heroku_app_name"

  /// Returns whether HOOP_CONNECTION refers to that name, and it is not known yet.
  static func isUsed(_ value: (String) -> String?) -> Bool {
    guard let list = value(Setting.connection.name), value(variable)?.isEmpty != false else {
      return false
    }
    return list.split(separator: ",").contains { $0.trimmed() == "env.\(variable)" }
  }

  static func explained(_ text: String) -> String {
    let parts = text.splitOnce(at: standIn)
    guard let after = parts.after else { return text }
    return "\(parts.before)\(variable) (named after the app when it starts)\(after)"
  }

  static let notice = Problem(
    "named-at-start", .notice, "A connection is named after the app when it starts.",
    meaning: [
      "HOOP_CONNECTION refers to \(variable), which is not set at build time. Review apps have it",
      "when they start; other apps need Heroku's dyno metadata.",
    ],
    Remedy(
      "If this is not a review app, turn that on:", .run("heroku labs:enable runtime-dyno-metadata")
    ))
}

extension ConfigVars {
  /// Names that nothing reads and that are nearly one that is read.
  ///
  /// - Parameter isSaid: Whether another problem is about this name.
  fileprivate func problemsOfNames(_ isSaid: (String) -> Bool) -> [Problem] {
    let mistakes = names.sorted().compactMap { name in
      isSaid(name) ? nil : Setting.meant(by: name).map { (name: name, meant: $0) }
    }
    guard let first = mistakes.first else { return [] }
    let most = 5
    let isOne = mistakes.count == 1
    let steps = mistakes.prefix(most).map { Remedy.Step.rename(shellWord($0.name), to: $0.meant) }
    return [
      Problem(
        "unread-config-vars", .warning,
        isOne
          ? "\(printable(first.name)) is not a known setting. Did you mean \(first.meant)?"
          : "\(few(mistakes.map { printable($0.name) })) are not known settings."
            + " Did you mean \(few(mistakes.map { $0.meant }))?",
        meaning: [isOne ? "It has no effect." : "They have no effect."],
        Remedy(isOne ? "Rename it:" : "Rename them:", steps: steps))
    ]
  }
}
