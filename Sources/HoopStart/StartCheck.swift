import HoopAgent
import Posix

/// What hoopstart would do here, and why: the words of `hoopstart --check`. No part of them is a
/// secret.
struct StartCheck {
  private(set) var rows: [Row] = []
  /// Whether an agent would start.
  private(set) var wouldStart = false

  private let variable: (String) -> String?
  private let installation: Installation

  init(variable: @escaping (String) -> String?, installation: Installation) {
    (self.variable, self.installation) = (variable, installation)
    rows.append(Row("Dyno", variable("DYNO").map(printable) ?? "none, DYNO is unset"))
    switch Decision.make(variable: variable, installation: installation) {
    case .launch(let plan, let agent):
      wouldStart = true
      explain(plan, agent)
    case .without(let reason):
      rows.append(Row("Result", "No agent would start: \(reason)"))
      explainElsewhere()
    case .impossible(let problems):
      explain(problems)
      let isRequired = Switch.parse(variable("HOOP_REQUIRED")) == true
      let consequence = isRequired ? ", and HOOP_REQUIRED keeps the app from starting" : ""
      rows.append(Row("Result", "No agent would start\(consequence)."))
    }
  }

  private mutating func explain(_ plan: LaunchPlan, _ agent: Path) {
    rows += plan.inputs(agent: agent.string, keyName: variable("HOOP_KEY_NAME")) + plan.outputs
    for notice in plan.notices { rows.append(Row("Notice", notice.advice)) }
    rows.append(Row("Not tried", "whether the gateway takes the key"))
    rows.append(Row("Result", "\(plan.summary)."))
  }

  /// What the dynos do that HOOP_DYNOS does name, for those who ask from another one.
  private mutating func explainElsewhere() {
    let variable = variable
    switch Decision.make(
      variable: { $0 == "DYNO" ? nil : variable($0) }, installation: installation)
    {
    case .without: return
    case .launch(let plan, let agent):
      rows.append(Row("Elsewhere", "On the dynos that HOOP_DYNOS names:"))
      explain(plan, agent)
    case .impossible(let problems):
      rows.append(
        Row("Elsewhere", "On the dynos that HOOP_DYNOS names no agent would start either:"))
      explain(problems)
    }
  }

  private mutating func explain(_ problems: [Advice]) {
    rows += problems.map { Row("Problem", $0) }
  }
}
