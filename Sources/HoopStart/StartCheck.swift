import HoopAgent
import Posix

/// What hoopstart would do here, and why, and whether the gateway takes it: `hoopstart --check`. No
/// part of what it says is a secret.
struct StartCheck {
  /// How the gateway is asked.
  typealias Trial = (LaunchPlan, _ agent: Path) throws(Signals.Stop) -> GatewayReport

  private let variable: (String) -> String?
  private let installation: Installation
  private let say: (Row) -> Void
  /// Nil where it is not to be asked.
  private let trial: Trial?

  init(
    variable: @escaping (String) -> String?, installation: Installation, trial: Trial?,
    say: @escaping (Row) -> Void
  ) {
    (self.variable, self.installation) = (variable, installation)
    (self.trial, self.say) = (trial, say)
  }

  /// Says what there is to say.
  ///
  /// - Returns: whether an agent would start, and every connection is there, as far as that was
  ///   asked.
  func run() throws(Signals.Stop) -> Bool {
    say(Row("Dyno", variable("DYNO").map { DynoName.shown($0) } ?? "none, DYNO is unset"))
    switch Decision.make(variable: variable, installation: installation) {
    case .launch(let plan, let agent):
      explain(plan, agent)
      let report = try ask(plan, agent)
      say(Row("Result", report?.result(of: plan) ?? "\(plan.summary)."))
      return report?.isConnected ?? true
    case .without(let reason):
      say(Row("Gateway", "not asked: this dyno carries no agent"))
      say(Row("Result", "No agent would start: \(reason)"))
      explainElsewhere()
    case .impossible(let problems):
      explain(problems)
      let isRequired = Switch.isRequired(variable(ConfigVar.required.name))
      let consequence = isRequired ? ", and HOOP_REQUIRED keeps the app from starting" : ""
      say(Row("Result", "No agent would start\(consequence)."))
    }
    return false
  }

  /// - Returns: nil where nobody was asked.
  private func ask(_ plan: LaunchPlan, _ agent: Path) throws(Signals.Stop) -> GatewayReport? {
    guard let trial else {
      say(Row("Gateway", "not asked, as --no-connect says"))
      return nil
    }
    let report = try trial(plan, agent)
    for row in report.rows(of: plan) { say(row) }
    for advice in report.problems(of: plan) {
      say(Row("Remedy", [advice.remedy] + advice.example.map { "  \($0)" }))
    }
    return report
  }

  private func explain(_ plan: LaunchPlan, _ agent: Path) {
    let inputs = plan.inputs(agent: agent.string, keyName: variable(ConfigVar.keyName.name))
    for row in inputs + plan.outputs { say(row) }
    for notice in plan.notices { say(Row("Notice", notice.advice)) }
  }

  /// What the dynos do that HOOP_DYNOS does name, for those who ask from another one.
  private func explainElsewhere() {
    let variable = variable
    switch Decision.make(
      variable: { $0 == "DYNO" ? nil : variable($0) }, installation: installation)
    {
    case .without: return
    case .launch(let plan, let agent):
      say(Row("Elsewhere", "On the dynos that HOOP_DYNOS names:"))
      explain(plan, agent)
      say(Row("Result", "\(plan.summary)."))
    case .impossible(let problems):
      say(Row("Elsewhere", "On the dynos that HOOP_DYNOS names no agent would start either:"))
      explain(problems)
    }
  }

  private func explain(_ problems: [Advice]) {
    for problem in problems { say(Row("Problem", problem)) }
  }
}
