import HoopAgent

extension Procfile {
  /// What a user should know of how the Procfile uses hoopstart.
  ///
  /// - Parameter hasOwn: whether the app has its own file at a path such as `bin/hoopstart`.
  func advice(hasOwn: (String) -> Bool) -> [Advice] {
    var advice: [Advice] = []
    if !processes.contains(where: { $0.use != .none }) {
      let process =
        processes.first { $0.type == "web" } ?? processes.first
        ?? Process(type: "web", command: "COMMAND")
      advice.append(
        Advice(
          code: "no-hoopstart", summary: "No process type of the Procfile uses hoopstart.",
          meaning: ["The agent is in the slug, and nothing starts it."],
          remedy: "Start the processes that should carry the agent with hoopstart:",
          example: [process.corrected.line]))
    }
    for process in processes where process.use == .withoutDashes {
      advice.append(
        Advice(
          code: "no-dashes", summary: "The process type \(process.type) uses hoopstart without --.",
          meaning: ["hoopstart would take the command's words for its own and not start."],
          remedy: "Put -- between hoopstart and the command:", example: [process.corrected.line]))
    }
    for name in ["hoopstart", "hoop"] {
      let callers = processes.filter { $0.calls(inBin: name) }
      guard let caller = callers.first, hasOwn("bin/\(name)") else { continue }
      advice.append(
        Advice(
          code: "own-\(name)", summary: "The app has a bin/\(name) of its own.",
          meaning: ["The process type \(caller.type) runs that one, and not the buildpack's."],
          remedy: "Remove it, or call the buildpack's by its name alone:",
          example: ["git rm bin/\(name)"]))
    }
    return advice
  }
}

extension Procfile {
  /// The types of dynos that no Procfile names (Dev Center, "One-off Dynos", "Heroku Scheduler",
  /// "Release Phase").
  private static let otherTypes = ["run", "scheduler", "release"]

  /// What a user should know of the dynos that HOOP_DYNOS names.
  func advice(on dynos: DynoSelection) -> [Advice] {
    let types = processes.map { $0.type }
    let unknown = dynos.patterns(besides: types + Self.otherTypes)
    if unknown.isEmpty { return [] }
    return [
      Advice(
        code: "unknown-dynos",
        summary: "HOOP_DYNOS names dynos that there are not: \(Self.few(unknown.map(quoted))).",
        meaning: ["The Procfile has \(types.isEmpty ? "none" : Self.few(types)); case counts."],
        remedy: "Name process types of the Procfile, or dynos of theirs by number:",
        example: ["heroku config:set HOOP_DYNOS='\(types.first ?? "web").*'"])
    ]
  }

  /// The first of some words, and how many more there are.
  private static func few(_ words: [String]) -> String {
    let most = 8
    let more = words.count - most
    return (words.prefix(most) + (more > 0 ? ["\(more) more"] : [])).asList
  }
}

extension Procfile.Process {
  /// The process as a line of a Procfile.
  var line: String { "\(type): \(command)" }
}
