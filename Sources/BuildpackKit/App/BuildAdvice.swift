import HoopAgent
import Posix

/// What a user should know of an app's Procfile and config vars, before the agent starts beside it:
/// what the build, `bin/dry-run` and `bin/check` say alike.
package struct BuildAdvice {
  package let processes: [ProcessPlan]
  /// What stands in the way of the app or of the agent comes first, notices come last.
  package let all: [Advice]
  /// What will be published and from where, in a sentence; nil where no process carries the agent.
  package let publishes: String?
  /// What was asked for each connection that is published, in a line each.
  package let settings: [String]

  /// What HOOP_DYNOS names by number.
  let numberedDynos: [String]

  /// The most that is said, so that what a build says can be read.
  private static let maximumCount = 100

  /// - Parameter isConfigKnown: whether the config vars are the app's. Where nobody has given them,
  ///   nothing is said of those that are missing.
  package init(
    for version: AgentVersion, _ procfile: Procfile, app: Path, _ configVars: ConfigVars,
    isConfigKnown: Bool = true
  ) {
    var unreadable: [Advice] = []
    func variable(_ name: String) -> String? {
      do throws(BuildFailure) { return try configVars.value(name) } catch {
        let advice = error.advice.with(.warning)
        if !unreadable.contains(advice) { unreadable.append(advice) }
        return nil
      }
    }
    let outcome = LaunchPlan.make(
      for: version, variable: variable, names: { configVars.names })
    let dynos = DynoSelection(variable(ConfigVar.dynos.name))
    numberedDynos = dynos?.numbered ?? []
    // A guard that cannot be read holds.
    let isRequired = Switch.parse(variable(ConfigVar.required.name)) != false
    let processes = procfile.processes.map { process in
      ProcessPlan(process, isConfigKnown ? outcome : nil, dynos, isRequired: isRequired)
    }
    self.processes = processes

    var all = procfile.advice(on: processes) { name in
      guard let status = try? (app / name).linkStatus() else { return false }
      guard status.kind == .link else { return true }
      return (try? (app / name).linkTarget())?.string.hasSuffix(".hoop/\(name)") != true
    }
    all += configVars.adviceOnNames
    switch outcome {
    case .impossible(let problems):
      if isConfigKnown {
        let kept = processes.filter { $0.isDead && $0.use == .proper }
        if !kept.isEmpty { all.insert(Self.appWillNotStart(kept), at: 0) }
        all += unreadable + problems.map { $0.advice }
      }
      (publishes, settings) = (nil, [])
    case .launch(let plan):
      all += procfile.advice(on: plan.dynos, processes) + unreadable
      all += plan.notices.map { $0.advice.with(.notice) }
      let isCarried = processes.contains { $0.plan != nil }
      (publishes, settings) = isCarried ? (plan.summary, plan.settingsInWords) : (nil, [])
    case .disabled, .otherDyno: (publishes, settings) = (nil, [])
    }
    self.all = Array(all.prefix(Self.maximumCount))
  }

  /// The code of what is said where the app ends at once for want of an agent.
  static let appWillNotStart = "app-will-not-start"

  private static func appWillNotStart(_ processes: [ProcessPlan]) -> Advice {
    Advice(
      code: appWillNotStart,
      summary: "The app will not start: HOOP_REQUIRED is on, and no agent can be started.",
      meaning: [
        "hoopstart ends \(few(processes.map { $0.process.type })) with exit status 78; what stands in"
          + " the way of the agent follows."
      ],
      remedy: "Mend that, or let the app start without an agent:",
      example: ["heroku config:unset \(ConfigVar.required.name)"])
  }
}

extension [Advice] {
  /// Whether all is as it was meant to be.
  package var isGood: Bool { allSatisfy { $0.severity == .notice } }
}

/// The first of some words, and how many more there are.
package func few(_ words: [String]) -> String {
  let most = 8
  let more = words.count - most
  return (words.prefix(most) + (more > 0 ? ["\(more) more"] : [])).asList
}
