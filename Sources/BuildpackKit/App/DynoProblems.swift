import HoopAgent
import Output

extension Procfile {
  /// The types of dynos that a Procfile does not name (Dev Center, "One-off Dynos", "Heroku
  /// Scheduler", "Release Phase").
  private static let otherTypes = ["run", "scheduler", "release"]

  /// What a user should know about the dynos that HOOP_DYNOS names.
  func problems(
    of dynos: DynoSelection, _ plans: [ProcessPlan], _ target: Wording
  ) -> [Problem] {
    let types = processes.map { $0.type }
    let known = "The Procfile has \(types.isEmpty ? "no process type" : few(types))."
    let unknown = dynos.patterns(besides: types + Self.otherTypes)
    let starting = plans.filter { $0.use == .starts }
    // Dynos of images have names such as `web-12a34b56d-e78f9` on Fir (Dev Center, "Dyno Startup
    // Behavior").
    if target != .slug, let first = dynos.numbered.first {
      return [
        Problem(
          "numbered-dynos", .warning,
          "HOOP_DYNOS names dynos by number: \(few(dynos.numbered)).",
          meaning: ["Dynos of an image have no numbers, so none of these carries the agent."],
          Remedy(
            "Name their process type:", .set(.dynos, to: String(first.prefix { $0 != "." }))))
      ]
    }
    if let first = starting.first, starting.allSatisfy({ $0.plan == nil }) {
      return [
        Problem(
          "no-dyno-left", .warning,
          "HOOP_DYNOS leaves out every process that starts with hoopstart: it names"
            + " \(few(dynos.patterns.map(Self.written))).",
          meaning: (unknown.isEmpty ? [] : [known]) + [
            "\(few(starting.map { $0.type })) \(starting.count == 1 ? "starts" : "start") with"
              + " hoopstart. No dyno carries the agent."
          ],
          Remedy(
            "Name one of them, or unset HOOP_DYNOS to run the agent in all:",
            .set(.dynos, to: first.type)))
      ]
    }
    if unknown.isEmpty { return [] }
    return [
      Problem(
        "unknown-dynos", .warning,
        "HOOP_DYNOS names dynos that do not exist: \(few(unknown.map { quoted(Self.written($0)) })).",
        meaning: [known],
        Remedy(
          "Name process types of the Procfile"
            + (target == .slug ? ", or some of their dynos by number:" : ":"),
          .set(.dynos, to: types.first ?? "web")))
    ]
  }

  /// A pattern as people write it: a process type alone stands for all of its dynos.
  private static func written(_ pattern: String) -> String {
    pattern.hasSuffix(".*") ? String(pattern.dropLast(2)) : pattern
  }
}
