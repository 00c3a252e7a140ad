@testable import HoopAgent

/// What `variables` come to; with the newest agent if no version is given.
func outcome(
  _ variables: [String: String], _ version: AgentVersion = AgentVersion.newestKnown,
  at fileExists: ((String) -> Bool)? = nil
) -> LaunchPlan.Outcome {
  LaunchPlan.make(
    for: version, fileExists: fileExists, variable: { variables[$0] },
    names: { variables.keys.sorted() })
}

/// The plan of `variables`, which must be launchable.
func plan(
  _ variables: [String: String], _ version: String = AgentVersion.newestKnown.description,
  at fileExists: ((String) -> Bool)? = nil
) throws -> LaunchPlan {
  guard let version = AgentVersion(version),
    case .launch(let plan) = outcome(variables, version, at: fileExists)
  else { throw NoPlan() }
  return plan
}

struct NoPlan: Error {}

/// What is wrong with `variables`; empty if there is a plan.
func problems(
  _ variables: [String: String], _ version: AgentVersion = AgentVersion.newestKnown,
  at fileExists: ((String) -> Bool)? = nil
) -> [Problem] {
  if case .impossible(let problems) = outcome(variables, version, at: fileExists) {
    problems
  } else {
    []
  }
}

/// The running app, without files.
func dyno(_ file: String) -> Bool { false }

enum Keys {
  static let organisation = "grpcs://_default:xagt-Zm9v@app.hoop.dev:8443"
  static let embedded = "grpcs://prod:xagt-Zm9v@app.hoop.dev:8443?mode=embedded"
  static let standard = "grpcs://prod:xagt-Zm9v@app.hoop.dev:8443?mode=standard"
  static let client = "https://app.hoop.dev/" + String(repeating: "2f1c0b2f", count: 8)
}

/// An app with an organisation key, and one connection.
let complete = ["HOOP_KEY": Keys.organisation, "HOOP_CONNECTION": "app"]

extension [String: String] {
  func with(_ more: [String: String]) -> [String: String] { merging(more) { $1 } }
}

extension Problem {
  /// All of it, for a search.
  var text: String { ([code, summary] + meaning + [remedy.text] + lines).joined(separator: "\n") }

  /// The steps in a short form, as on Heroku.
  var lines: [String] {
    remedy.steps.map { step in
      switch step {
      case .set(let all):
        all.map { "set \($0.name)=\(shellWord($0.value))" }.joined(separator: " ")
      case .unset(let names): "unset \(names.joined(separator: " "))"
      case .rename(let name, let to): "rename \(name) \(to)"
      case .run(let line): line
      case .procfile(let line), .link(let line): line
      case .clearBuildCache, .restart, .listBuildpacks, .checkInDyno: "\(step)"
      }
    }
  }
}
