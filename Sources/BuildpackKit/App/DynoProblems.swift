import HoopAgent
import Output

extension Procfile {
  /// The types of dynos that a Procfile does not name (Dev Center, "One-off Dynos", "Heroku
  /// Scheduler", "Release Phase").
  private static let otherTypes = ["run", "scheduler", "release"]

  /// What a user should know about the dynos that HOOP_DYNOS names.
  func problem(of dynos: DynoSelection, _ plans: [ProcessPlan], _ target: Wording) -> Problem? {
    let types = processes.map { $0.type }
    let starting = plans.filter { $0.use == .starts }
    func problem(
      _ code: String, _ summary: String, _ meaning: String, _ remedy: String, _ type: String
    ) -> Problem {
      Problem(code, .warning, summary, meaning: [meaning], Remedy(remedy, .set(.dynos, to: type)))
    }
    // Dynos of images have names such as `web-12a34b56d-e78f9` on Fir (Dev Center, "Dyno Startup
    // Behavior").
    if target != .slug, let first = dynos.numbered.first {
      return problem(
        "numbered-dynos", "HOOP_DYNOS names dynos by number: \(few(dynos.numbered)).",
        "Dynos of an image have no numbers, so none of these carries the agent.",
        "Name their process type:", String(first.prefix { $0 != "." }))
    }
    if let first = starting.first, starting.allSatisfy({ $0.plan == nil }) {
      return problem(
        "no-dyno-left",
        "HOOP_DYNOS leaves out every process that starts with hoopstart: it names"
          + " \(few(dynos.patterns.map(Self.written))).",
        "These start with hoopstart: \(few(starting.map { $0.type })). No dyno carries the agent.",
        "Name one of them, or unset HOOP_DYNOS to run the agent in all:", first.type)
    }
    let unknown = dynos.patterns(besides: types + Self.otherTypes)
    if unknown.isEmpty { return nil }
    return problem(
      "unknown-dynos",
      "HOOP_DYNOS names dynos that do not exist: \(few(unknown.map { quoted(Self.written($0)) })).",
      "The Procfile has \(types.isEmpty ? "no process type" : few(types)).",
      target == .slug
        ? "Name process types of the Procfile, or some of their dynos by number:"
        : "Name process types of the Procfile:", types.first ?? "web")
  }

  /// A pattern as people write it: a process type alone stands for all of its dynos.
  private static func written(_ pattern: String) -> String {
    pattern.hasSuffix(".*") ? String(pattern.dropLast(2)) : pattern
  }
}
