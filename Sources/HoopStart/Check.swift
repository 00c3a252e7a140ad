import HoopAgent
import Posix

/// What hoopstart would do here, and why: the words of `hoopstart --check`. No part of them is a
/// secret.
struct Check {
  private(set) var lines: [String] = []
  /// Whether an agent would start.
  private(set) var wouldStart = false

  init(variable: (String) -> String?, installation: Installation) {
    let dyno = variable("DYNO").map(printable) ?? "none, DYNO is unset"
    lines.append("Dyno:       \(dyno)")
    switch Decision.make(variable: variable, installation: installation) {
    case .launch(let plan, let agent):
      wouldStart = true
      explain(plan, agent, guardedBy: variable("HOOP_KEY_NAME"))
    case .without(let reason):
      lines.append("Result:     No agent would start: \(reason)")
      explainElsewhere(variable, installation)
    case .impossible(let problems):
      explain(problems)
      let required = Switch.parse(variable("HOOP_REQUIRED")) == true
      let consequence = required ? ", and HOOP_REQUIRED keeps the app from starting" : ""
      lines.append("Result:     No agent would start\(consequence).")
    }
  }

  private mutating func explain(_ plan: LaunchPlan, _ agent: Path, guardedBy name: String?) {
    lines += plan.inputs(agent: agent.string, keyName: name) + plan.outputs
    for notice in plan.notices { lines += words(of: notice.advice, as: "Notice:     ") }
    lines.append("Not tried:  whether the gateway takes the key")
    lines.append("Result:     \(plan.summary).")
  }

  /// What the dynos do that HOOP_DYNOS does name, for those who ask from another one.
  private mutating func explainElsewhere(
    _ variable: (String) -> String?, _ installation: Installation
  ) {
    let decision = Decision.make(
      variable: { $0 == "DYNO" ? nil : variable($0) }, installation: installation)
    switch decision {
    case .without: return
    case .launch(let plan, let agent):
      lines.append("On the dynos that HOOP_DYNOS names:")
      explain(plan, agent, guardedBy: variable("HOOP_KEY_NAME"))
    case .impossible(let problems):
      lines.append("On the dynos that HOOP_DYNOS names no agent would start either:")
      explain(problems)
    }
  }

  private mutating func explain(_ problems: [Advice]) {
    for problem in problems { lines += words(of: problem, as: "Problem:    ") }
  }

  private func words(of advice: Advice, as label: String) -> [String] {
    let indent = String(repeating: " ", count: 12)
    return [label + advice.summary] + (advice.meaning + [advice.remedy]).map { indent + $0 }
      + advice.example.map { indent + "  " + $0 }
  }
}
