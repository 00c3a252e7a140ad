import CPosix
import HoopAgent
import Output
import Posix

/// What hoopstart would do here and why, who can read the key, and whether the gateway takes it:
/// `hoopstart --check`.
struct StartCheck {
  let variable: (String) -> String?
  let installation: Installation
  /// Nil if no agent is to be started.
  let signals: Signals?

  /// Says what there is to say.
  ///
  /// - Returns: Whether an agent would start and the gateway accepts the key, as far as it was asked.
  func run() throws(Signals.Stop) -> Bool {
    say(Row("Dyno", variable("DYNO").map(printable) ?? "none, DYNO is unset"))
    switch Decision.make(variable: variable, installation: installation) {
    case .launch(let plan, let agent): return try ask(plan, agent)
    case .without(let reason, _):
      say(Row("Gateway", "not asked: this dyno has no agent"))
      say(Row("Result", "No agent would start: \(reason)"))
      explainElsewhere()
    case .impossible(let problems):
      explain(problems)
      let isRequired = Switch.isRequired(variable(Setting.required.name))
      let consequence = isRequired ? ", and HOOP_REQUIRED keeps the app from starting" : ""
      say(Row("Result", "No agent would start\(consequence)."))
    }
    return false
  }

  /// Starts an agent as hoopstart does, tries to read its environment, and waits for what the gateway
  /// makes of its key. Says first what is known without that: an answer can take 15 s.
  private func ask(_ plan: LaunchPlan, _ agent: Path) throws(Signals.Stop) -> Bool {
    guard let signals else {
      explain(plan, agent)
      say(Row("Gateway", "not asked, as --no-connect says"))
      say(Row("Result", "\(plan.summary)."))
      return true
    }
    explain(plan, agent, withKey: false)
    let key = Environment.current.bytes(of: plan.keySource.name) ?? []
    let holders = KeyExposure.holders(of: key)
    var file: AgentFile?
    let trial = GatewayTrial(plan, agent, .current, signals) {
      (configuration) throws(SystemError) in
      let opened = try AgentFile(agent)
      file = opened
      return try opened.start(configuration)
    }
    var words = "\(plan.key), \(plan.key.kind)"
    if let pid = trial.pid, let file {
      let exposure = KeyExposure(of: pid, file)
      words +=
        exposure == nil && holders.isEmpty
        ? "; sessions cannot read it"
        : "; sessions can read it\(exposure.map { ": \($0.reason)" } ?? " in \(holders.asList)")"
    }
    say(Row("Key", words))
    let report = try trial.wait()
    say(report.row)
    if let problem = report.problem {
      say(Row("Remedy", problem.remedyLines(in: installation.wording)))
    }
    say(Row("Result", report.result))
    return report.takesKey
  }

  private func explain(_ plan: LaunchPlan, _ agent: Path, withKey: Bool = true) {
    let inputs = plan.inputs(agent: agent.string, keyName: variable(Setting.keyName.name))
    for row in inputs + plan.outputs where withKey || row.label != "Key" { say(row) }
    for notice in plan.notices + missingPrograms(of: plan) {
      say(Row("Notice", notice, in: installation.wording))
    }
  }

  /// The programs of HOOP_COMMAND that are not here. The build cannot know.
  private func missingPrograms(of plan: LaunchPlan) -> [Problem] {
    var names: [String] = []
    for name in plan.commands.compactMap({ $0.settings.command?.first })
    where !names.contains(name) {
      let file = Path.program(name, path: variable("PATH"))
      if file?.withCString({ access($0, X_OK) }) != 0 { names.append(name) }
    }
    return names.map { name in
      Problem(
        "command-missing", .warning, "HOOP_COMMAND starts \(quoted(name)), which is not there.",
        meaning: ["A session would end at once."],
        Remedy("Correct HOOP_COMMAND, or see which buildpack brings the program:", .listBuildpacks))
    }
  }

  /// What the dynos do that HOOP_DYNOS names, for those who ask from another one.
  private func explainElsewhere() {
    let variable = variable
    switch Decision.make(
      variable: { $0 == "DYNO" ? nil : variable($0) }, installation: installation)
    {
    case .without: return
    case .launch(let plan, let agent):
      say(Row("Elsewhere", "In the dynos that HOOP_DYNOS names:"))
      explain(plan, agent)
      say(Row("Result", "\(plan.summary)."))
    case .impossible(let problems):
      say(Row("Elsewhere", "In the dynos that HOOP_DYNOS names no agent would start either:"))
      explain(problems)
    }
  }

  private func explain(_ problems: [Problem]) {
    for problem in problems {
      var lines = [problem.summary] + problem.meaning
      if problem.code == "no-key" {
        // A process may be without a key on purpose.
        let check = installation.wording.lines(for: Remedy("", .checkInDyno)).joined()
        lines += [
          "Perhaps it was never set. Or this process was started by hoopstart, or by heroku ps:exec:",
          "neither has the key, so that sessions cannot read it. A new dyno has it: \(check)",
        ]
      }
      say(Row("Problem", lines + problem.remedyLines(in: installation.wording)))
    }
  }

  private func say(_ row: Row) { Standard.write(row.text, to: STDOUT_FILENO) }
}
