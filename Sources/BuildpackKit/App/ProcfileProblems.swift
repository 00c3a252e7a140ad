import HoopAgent
import Output
import Posix

/// What a user should know about how an app's Procfile uses hoopstart.
extension Procfile {
  /// Most lines that one problem shows.
  private static let mostLines = 10

  func problems(of plans: [ProcessPlan], app: Path, _ target: Wording) -> [Problem] {
    if isUTF16 {
      let convert = "iconv -f UTF-16 -t UTF-8 Procfile >Procfile.new && mv Procfile.new Procfile"
      return [
        Problem(
          "procfile-utf16", .warning, "The Procfile is written in UTF-16.",
          meaning: [
            "Platforms read UTF-8, so it names no process type, and nothing starts the agent."
          ],
          Remedy("Convert it:", .run(convert)))
      ]
    }
    let inPath = [
      path(of: "hoopstart", app, target), path(of: "hoop", app, target),
      target == .slug ? replacedPath(app) : nil,
    ]
    return (usesOfHoopstart(plans) + [format, oddSpaces] + inPath).compactMap { $0 }
  }

  private func usesOfHoopstart(_ plans: [ProcessPlan]) -> [Problem?] {
    if plans.allSatisfy({ $0.use == .none }) { return [missingHoopstart] }
    return [
      Self.warning(
        "no-program", "There is no program after hoopstart in",
        plans.filter { $0.use == .withoutProgram }.map { $0.process },
        "hoopstart does not know commands of a shell, such as cd. The process ends at once.",
        "Put the app's command after it:"),
      Self.warning(
        "key-in-shell", "A shell keeps the key while hoopstart runs in",
        plans.filter { $0.isBehindShell }.map { $0.process },
        "A session can read the key in the environment of that shell.",
        "Let hoopstart start the shell:"),
    ]
  }

  /// A warning about some process types, with the lines that are right. Nil if there are none.
  ///
  /// - Parameter summary: Goes before the names of the process types.
  private static func warning(
    _ code: String, _ summary: String, _ processes: [Process], _ meaning: String, _ remedy: String
  ) -> Problem? {
    if processes.isEmpty { return nil }
    return Problem(
      code, .warning, "\(summary) \(few(processes.map { $0.type })).", meaning: [meaning],
      Remedy(remedy, steps: processes.prefix(mostLines).map { .procfile($0.suggested.line) }))
  }

  private var missingHoopstart: Problem {
    // Migrations and the like need no agent, as a rule.
    let main = processes.filter { $0.type != "release" }
    let example = Process(type: "web", command: HoopstartCall.exampleCommand)
    let shown = !main.isEmpty ? main : processes.isEmpty ? [example] : processes
    return Problem(
      "no-hoopstart", .warning, "No process type of the Procfile uses hoopstart.",
      meaning: ["Nothing starts the agent."],
      Remedy(
        "Start the processes that should carry the agent with hoopstart:",
        steps: shown.prefix(Self.mostLines).map { .procfile($0.suggested.line) }))
  }

  /// Lines that are not read as their author meant it.
  private var format: Problem? {
    let kinds = [
      (
        "No process type in line", otherLines.map { "\($0)" },
        "A type has letters, digits, - and _ only. It is ignored."
      ),
      (
        "No colon after the process type in line", linesWithoutColon.map { "\($0)" },
        "Heroku takes the first word for the type. Other platforms refuse the file."
      ),
      ("More than one line for", repeatedTypes, "Only the last one counts."),
    ]
    let meaning = kinds.filter { !$0.1.isEmpty }.map { "\($0) \(few($1)). \($2)" }
    if meaning.isEmpty { return nil }
    return Problem(
      "procfile-lines", .warning, "The Procfile has lines that may mean something else.",
      meaning: meaning,
      Remedy(
        "A line is TYPE: COMMAND, once for each type, or begins with # if it is a comment:",
        .procfile("web: \(HoopstartCall.exampleCommand)")))
  }

  private var oddSpaces: Problem? {
    let odd = processes.filter { $0.command.unicodeScalars.contains { $0.isOddSpace } }
    if odd.isEmpty { return nil }
    return Problem(
      "odd-spaces", .warning,
      "A character only looks like a space in \(few(odd.map { $0.type })).",
      meaning: ["The shell takes it for a letter of a word. It is marked here:"]
        + odd.prefix(Self.mostLines).map { "    \($0.type): \($0.markedSpaces)" },
      Remedy("Type a space in its place."))
  }

  /// A program that is called by a path where the buildpack does not put it: in a slug the app has its
  /// own there, and an image has the programs in a layer, on PATH.
  private func path(of name: String, _ app: Path, _ target: Wording) -> Problem? {
    let file = "bin/\(name)"
    let paths =
      [file, "./\(file)"] + (target == .slug ? [] : [".hoop/\(file)", "./.hoop/\(file)"])
    guard let caller = processes.first(where: { $0.calls(paths) }),
      target != .slug || (try? AgentLayout.isTaken(app / file)) == true
    else { return nil }
    return Problem(
      "own-\(name)", .warning, "\(file) in \(caller.type) is not the buildpack's \(name).",
      meaning: ["The buildpack's programs are on PATH, and not there."],
      Remedy("Call it by its name alone:", .procfile(caller.replacing(paths, with: name).line)))
  }

  /// Scripts of the app that take the buildpack's folder off PATH. bash sources `.profile.d` in
  /// alphabetical order, and `.profile` last (Dev Center, "Buildpack API" and "Dynos").
  private func replacedPath(_ app: Path) -> Problem? {
    let callers = processes.filter {
      HoopstartCall(in: $0.command).use == .starts && $0.calls(["hoopstart"])
    }
    let names = ((try? (app / ".profile.d").names()) ?? []).map { $0.string }.sorted()
    let later = names.filter { $0 > "hoop.sh" && $0.hasSuffix(".sh") }.map { ".profile.d/\($0)" }
    let script = (later + [".profile"]).first { name in
      let content = try? (app / name).content(atMost: Self.maximumBytes)
      return content.map { Self.replacesPath(String(decoding: $0, as: UTF8.self)) } == true
    }
    guard let script, !callers.isEmpty else { return nil }
    let lines = callers.map { $0.suggested.replacing(["hoopstart"], with: ".hoop/bin/hoopstart") }
    return Problem(
      "replaced-path", .warning, "\(quoted(script)) replaces PATH when a dyno starts.",
      meaning: ["The shell does not find hoopstart then, and the process ends with status 127."],
      Remedy(
        "Keep what is on PATH there (PATH=…:$PATH), or call hoopstart by its path:",
        steps: lines.map { .procfile($0.line) }))
  }

  /// Whether a script sets PATH, by a command of its own, to something without `$PATH`.
  static func replacesPath(_ script: String) -> Bool {
    script.split(separator: "\n").flatMap { ShellLine(String($0)).commands }.contains { command in
      let words = command.map { $0.text }.drop { $0 == "export" }
      guard words.count == 1, let word = words.first, word.hasPrefix("PATH=") else { return false }
      return ["$PATH", "${PATH"].allSatisfy { word.splitOnce(at: $0).after == nil }
    }
  }
}

extension Procfile.Process {
  /// The command with what only looks like a space written as `\u{a0}`.
  fileprivate var markedSpaces: String {
    command.unicodeScalars.map { scalar in
      scalar.isOddSpace ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }.joined()
  }

  /// The same with one word for others.
  fileprivate func replacing(_ words: [String], with word: String) -> Procfile.Process {
    let line = ShellLine(command)
    let found = line.allCommands().flatMap { $0.command }.filter { words.contains($0.text) }
    let command = line.replacing(found.map { $0.start..<$0.end }, with: word)
    return Procfile.Process(type: type, command: command)
  }
}

// What a user should know about the dynos that HOOP_DYNOS names.
extension Procfile {
  /// The types of dynos that a Procfile does not name (Dev Center, "One-off Dynos", "Heroku
  /// Scheduler", "Release Phase").
  private static let otherTypes = ["run", "scheduler", "release"]

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
      "Name process types of the Procfile:", types.first ?? "web")
  }

  /// A pattern as people write it: a process type alone stands for all of its dynos.
  private static func written(_ pattern: String) -> String {
    pattern.hasSuffix(".*") ? String(pattern.dropLast(2)) : pattern
  }
}
