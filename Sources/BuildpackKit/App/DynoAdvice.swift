import HoopAgent

extension Procfile {
  /// The types of dynos that no Procfile names (Dev Center, "One-off Dynos", "Heroku Scheduler",
  /// "Release Phase").
  private static let otherTypes = ["run", "scheduler", "release"]

  /// What a user should know of the dynos that HOOP_DYNOS names.
  func advice(on dynos: DynoSelection, _ plans: [ProcessPlan]) -> [Advice] {
    var advice: [Advice] = []
    let types = processes.map { $0.type }
    let known = "The Procfile has \(types.isEmpty ? "none" : few(types)); case counts."
    let unknown = dynos.patterns(besides: types + Self.otherTypes)
    let starting = plans.filter { $0.use == .proper }
    if !starting.isEmpty, starting.allSatisfy({ $0.plan == nil }) {
      advice.append(
        Advice(
          code: "no-dyno-left",
          summary: "HOOP_DYNOS leaves no process that starts with hoopstart: it names"
            + " \(few(dynos.patterns.map(Self.written))).",
          meaning: (unknown.isEmpty ? [] : [known]) + [
            "\(few(starting.map { $0.process.type })) \(starting.count == 1 ? "starts" : "start")"
              + " with hoopstart. No dyno carries the agent."
          ],
          remedy: "Name one that does, or unset HOOP_DYNOS, which is for all:",
          example: ["heroku config:set HOOP_DYNOS=\(starting[0].process.type)"]))
    } else if !unknown.isEmpty {
      advice.append(
        Advice(
          code: "unknown-dynos",
          summary:
            "HOOP_DYNOS names dynos that there are not: \(few(unknown.map { quoted(Self.written($0)) })).",
          meaning: [known],
          remedy: "Name process types of the Procfile, or dynos of theirs by number:",
          example: ["heroku config:set HOOP_DYNOS=\(types.first ?? "web")"]))
    }
    return advice
  }

  /// A pattern as people write it: a process type alone is for all of its dynos.
  private static func written(_ pattern: String) -> String {
    pattern.hasSuffix(".*") ? String(pattern.dropLast(2)) : pattern
  }
}
