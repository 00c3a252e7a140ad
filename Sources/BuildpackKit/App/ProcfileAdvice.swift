import HoopAgent

extension Procfile {
  /// How many lines a warning shows.
  private static let mostExamples = 10

  /// What a user should know of how the Procfile uses hoopstart.
  ///
  /// - Parameter hasOwn: whether the app has its own file at a path such as `bin/hoopstart`.
  func advice(on plans: [ProcessPlan], hasOwn: (String) -> Bool) -> [Advice] {
    var advice: [Advice] = []
    if !plans.contains(where: { $0.use != .none }) {
      let process =
        processes.first { $0.type == "web" } ?? processes.first
        ?? Process(type: "web", command: "")
      advice.append(
        Advice(
          code: "no-hoopstart",
          summary: processes.isEmpty
            ? "The app has no Procfile, or no process type in it, and so none uses hoopstart."
            : "No process type of the Procfile uses hoopstart.",
          meaning: ["The agent is in the slug, and nothing starts it."],
          remedy: "Start the processes that should carry the agent with hoopstart:",
          example: [process.corrected.line]))
    }
    advice += deadAdvice(on: plans) + formatAdvice + partAdvice
    for name in ["hoopstart", "hoop"] where hasOwn("bin/\(name)") {
      guard let caller = processes.first(where: { $0.calls(inBin: name) }) else { continue }
      advice.append(
        Advice(
          code: "own-\(name)", summary: "The app has a bin/\(name) of its own.",
          meaning: ["The process type \(caller.type) runs that one, and not the buildpack's."],
          remedy: "Remove it, or call the buildpack's by its name alone:",
          example: ["git rm bin/\(name)"]))
    }
    return advice
  }

  /// What is said of the process types that end at once.
  private func deadAdvice(on plans: [ProcessPlan]) -> [Advice] {
    var kinds: [(use: HoopstartUse, processes: [Process])] = []
    for plan in plans where plan.use.isDead {
      if let place = kinds.firstIndex(where: { $0.use.code == plan.use.code }) {
        kinds[place].processes.append(plan.process)
      } else {
        kinds.append((plan.use, [plan.process]))
      }
    }
    return kinds.map { use, processes in
      let types = processes.map { $0.type }
      let isOne = types.count == 1
      let subject = isOne ? "The process type \(types[0])" : "The process types \(few(types))"
      let end = isOne ? "The process ends" : "The processes end"
      return Advice(
        code: use.code, summary: "\(subject) \(use.words(isOne: isOne)).",
        meaning: [use.meaning, "\(end) at once, with exit status \(use.exitStatus)."],
        remedy: use.remedy, example: processes.prefix(Self.mostExamples).map { $0.corrected.line })
    }
  }

  /// What is said of command lines that go on after what hoopstart has started.
  private var partAdvice: [Advice] {
    let whole = processes.compactMap { process in
      HoopstartCorrection.aroundAll(Array(process.command.utf8)).map {
        Process(type: process.type, command: String(decoding: $0, as: UTF8.self))
      }
    }
    if whole.isEmpty { return [] }
    let isOne = whole.count == 1
    return [
      Advice(
        code: "part-of-a-command",
        summary: "The process \(isOne ? "type" : "types") \(few(whole.map { $0.type }))"
          + " \(isOne ? "starts" : "start") a part of the command with hoopstart.",
        meaning: ["The agent ends with that part, and what follows runs without one."],
        remedy: "Put hoopstart before the part that stays, or before a shell that runs all of it:",
        example: whole.prefix(Self.mostExamples).map { $0.line }
      ).with(.notice)
    ]
  }

  /// What is said of lines that are no process types, and of types that stand there twice.
  private var formatAdvice: [Advice] {
    var advice: [Advice] = []
    if let first = otherLines.first {
      let isOne = otherLines.count == 1
      advice.append(
        Advice(
          code: "procfile-lines",
          summary: isOne
            ? "Line \(first) of the Procfile is no process type."
            : "Lines \(few(otherLines.map { "\($0)" })) of the Procfile are no process types.",
          meaning: [
            "A line is TYPE: COMMAND, the type of letters, digits, - and _. Others are ignored."
          ],
          remedy: "Write it so, or begin it with # where it is a comment:",
          example: ["web: hoopstart -- bundle exec puma -C config/puma.rb"]))
    }
    if let first = repeatedTypes.first {
      advice.append(
        Advice(
          code: "repeated-types",
          summary: "The Procfile has more than one line for \(few(repeatedTypes)).",
          meaning: ["Only the last line of a process type counts."],
          remedy: "Remove the others:", example: ["grep -n '^\(first):' Procfile"]))
    }
    return advice
  }
}

extension HoopstartUse {
  fileprivate var code: String {
    switch self {
    case .none, .proper, .question: ""
    case .withoutDashes: "no-dashes"
    case .withoutCommand: "no-command"
    case .withoutProgram: "no-program"
    case .misspelled: "misspelled-hoopstart"
    }
  }

  /// sysexits.h, EX_USAGE, is hoopstart's; 127 is what a shell says of a program that there is not.
  fileprivate var exitStatus: Int {
    switch self {
    case .withoutDashes, .withoutCommand: 64
    default: 127
    }
  }

  fileprivate func words(isOne: Bool) -> String {
    switch self {
    case .none, .proper, .question: ""
    case .withoutDashes: "\(isOne ? "uses" : "use") hoopstart without --"
    case .withoutCommand: "\(isOne ? "has" : "have") nothing behind hoopstart --"
    case .withoutProgram(let word):
      isOne ? "starts \(quoted(word)), which is no program" : "start something that is no program"
    case .misspelled(let word):
      isOne
        ? "starts \(quoted(word)), which is nearly hoopstart" : "start what is nearly hoopstart"
    }
  }

  fileprivate var meaning: String {
    switch self {
    case .none, .proper, .question: ""
    case .withoutDashes: "hoopstart would take the command's words for its own."
    case .withoutCommand: "hoopstart has no program to start."
    case .withoutProgram: "hoopstart starts a program, as env and nice do; it is no shell."
    case .misspelled: "There is no such program."
    }
  }

  fileprivate var remedy: String {
    switch self {
    case .none, .proper, .question: ""
    case .withoutDashes: "Put -- between hoopstart and the command:"
    case .withoutCommand: "Put the app's command behind it:"
    case .withoutProgram: "Put hoopstart before the program:"
    case .misspelled: "Call hoopstart by its name, with -- before the command:"
    }
  }
}
