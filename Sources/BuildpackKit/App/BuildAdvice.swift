import HoopAgent
import Posix

/// What a user should know of an app's Procfile and config vars, before the agent starts beside it:
/// what `bin/compile` warns of, and `bin/check` without a build.
package struct BuildAdvice {
  /// Of how the Procfile uses hoopstart.
  package let ofProcfile: [Advice]
  /// Of dynos that HOOP_DYNOS names in vain.
  package let ofDynos: [Advice]
  /// Of config vars that cannot be read.
  package let ofReading: [Advice]
  package let outcome: LaunchPlan.Outcome

  package init(
    for version: AgentVersion, _ procfile: Procfile, app: Path, _ configVars: ConfigVars
  ) {
    ofProcfile = procfile.advice { name in
      guard let status = try? (app / name).linkStatus() else { return false }
      return status.kind != .link
    }
    var unreadable: [Advice] = []
    outcome = LaunchPlan.make(
      for: version,
      variable: { name in
        do throws(BuildFailure) { return try configVars.value(name) } catch {
          unreadable.append(error.advice)
          return nil
        }
      }, names: { configVars.names })
    ofReading = unreadable
    if case .launch(let plan) = outcome {
      ofDynos = procfile.advice(on: plan.dynos)
    } else {
      ofDynos = []
    }
  }

  /// What keeps the agent from starting.
  package var problems: [Advice] {
    guard case .impossible(let problems) = outcome else { return [] }
    return problems.map { $0.advice }
  }

  /// What the config vars say in vain.
  package var notices: [Advice] {
    guard case .launch(let plan) = outcome else { return [] }
    return plan.notices.map { $0.advice }
  }

  package var warnings: [Advice] { ofProcfile + ofDynos + ofReading + problems + notices }
}
