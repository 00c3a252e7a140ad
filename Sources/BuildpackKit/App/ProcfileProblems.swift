import HoopAgent
import Output
import Posix

/// What a user should know about how an app's Procfile uses hoopstart.
extension Procfile {
  /// Most lines that one problem shows.
  private static let mostLines = 10

  func problems(of plans: [ProcessPlan], app: Path, _ target: Wording) -> [Problem] {
    if isUTF16 { return [.procfileInUTF16] }
    let inPath = [
      path(of: "hoopstart", app, target), path(of: "hoop", app, target),
      target == .slug ? replacedPath(app) : nil,
    ]
    return (usesOfHoopstart(plans) + format + [oddSpaces] + inPath).compactMap { $0 }
  }

  private func usesOfHoopstart(_ plans: [ProcessPlan]) -> [Problem?] {
    if plans.allSatisfy({ $0.use == .none }) { return [missingHoopstart] }
    return [
      Self.warning(
        "no-program", "hoopstart has no program to start in",
        plans.filter { $0.use == .withoutProgram }.map { $0.process },
        ["It does not know commands of a shell, such as cd. The process ends at once."],
        "Put the app's command behind it:"),
      Self.warning(
        "key-in-shell", "A shell may wait for hoopstart and keep the key in",
        plans.filter { $0.isBehindShell }.map { $0.process },
        ["A session can read the key in the environment of that shell."],
        "Let hoopstart take the place of the shell, or start the shell:"),
    ]
  }

  /// A warning about some process types, with the lines that are right. Nil if there are none.
  ///
  /// - Parameter summary: Goes before the names of the process types.
  private static func warning(
    _ code: String, _ summary: String, _ processes: [Process], _ meaning: [String],
    _ remedy: String, line: (Process) -> Process = { $0.suggested }
  ) -> Problem? {
    if processes.isEmpty { return nil }
    return Problem(
      code, .warning, "\(summary) \(few(processes.map { $0.type })).", meaning: meaning,
      Remedy(remedy, steps: processes.prefix(mostLines).map { .procfile(line($0).line) }))
  }

  private var missingHoopstart: Problem {
    // Migrations and the like need no agent, as a rule.
    let main = processes.filter { $0.type != "release" }
    let example = Process(type: "web", command: HoopstartCall.exampleCommand)
    let shown = !main.isEmpty ? main : processes.isEmpty ? [example] : processes
    return Problem(
      "no-hoopstart", .warning,
      processes.isEmpty
        ? "The app has no Procfile, or no process type in it, so none uses hoopstart."
        : "No process type of the Procfile uses hoopstart.",
      meaning: ["The agent is installed, and nothing starts it."],
      Remedy(
        "Start the processes that should carry the agent with hoopstart:",
        steps: shown.prefix(Self.mostLines).map { .procfile($0.suggested.line) }))
  }

  /// Lines that are not read as their author meant it.
  private var format: [Problem?] {
    func problem(_ code: String, _ summary: String, _ places: [String], _ meaning: String)
      -> Problem?
    {
      if places.isEmpty { return nil }
      return Problem(
        code, .warning, "The Procfile has \(summary) \(few(places)).", meaning: [meaning],
        Remedy(
          "A line is TYPE: COMMAND, once for each type, or begins with # if it is a comment:",
          .procfile("web: \(HoopstartCall.exampleCommand)")))
    }
    return [
      problem(
        "procfile-lines", "no process type in line", otherLines.map { "\($0)" },
        "A type has letters, digits, - and _ only. The line is ignored."),
      problem(
        "procfile-colon", "no colon after the process type in line",
        linesWithoutColon.map { "\($0)" },
        "Heroku takes the first word for the type. Other platforms refuse the file."),
      problem(
        "repeated-types", "more than one line for", repeatedTypes,
        "Only the last line of a process type counts."),
    ]
  }

  private var oddSpaces: Problem? {
    let odd = processes.filter { HoopstartCall(in: $0.command).hasOddSpace }
    return Self.warning(
      "odd-spaces", "A character only looks like a space in", odd,
      ["The shell takes it for a letter of a word. It is marked here:"]
        + odd.prefix(Self.mostLines).map { "    \($0.type): \($0.markedSpaces)" },
      "Type a space in its place:", line: { $0.withPlainSpaces })
  }

  /// A program that is called by a path where the buildpack does not put it: in a slug the app has its
  /// own there, and an image has the programs in a layer, on PATH.
  private func path(of name: String, _ app: Path, _ target: Wording) -> Problem? {
    let file = "bin/\(name)"
    let paths =
      [file, "./\(file)"] + (target == .slug ? [] : [".hoop/\(file)", "./.hoop/\(file)"])
    guard let caller = processes.first(where: { $0.calls(paths) }) else { return nil }
    if target != .slug {
      return Problem(
        "in-bin", .warning, "An image does not have \(name) at the path in \(caller.type).",
        meaning: ["The agent has its own layer there, and its programs are on PATH."],
        Remedy("Call it by its name alone:", .procfile(caller.replacing(paths, with: name).line)))
    }
    guard let status = try? (app / file).linkStatus() else { return nil }
    let link = status.kind == .link ? try? (app / file).linkTarget() : nil
    if link?.string.hasSuffix(".hoop/\(file)") == true { return nil }
    return Problem(
      "own-\(name)", .warning, "The app has its own \(file).",
      meaning: ["The process type \(caller.type) runs that one, not the buildpack's."],
      Remedy("Remove it, or call the buildpack's by its name alone:", .run("git rm \(file)")))
  }

  /// Scripts of the app that take the buildpack's folder off PATH. bash sources `.profile.d` in
  /// alphabetical order, and `.profile` last (Dev Center, "Buildpack API" and "Dynos").
  private func replacedPath(_ app: Path) -> Problem? {
    let callers = processes.filter { $0.use == .starts && $0.calls(["hoopstart"]) }
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
      let words = command.words.map { $0.string }.drop { $0 == "export" }
      guard words.count == 1, let word = words.first, word.hasPrefix("PATH=") else { return false }
      return ["$PATH", "${PATH"].allSatisfy { word.splitOnce(at: $0).after == nil }
    }
  }
}

extension Problem {
  fileprivate static let procfileInUTF16 = Problem(
    "procfile-utf16", .warning, "The Procfile is written in UTF-16.",
    meaning: ["Platforms read UTF-8, so it names no process type, and nothing starts the agent."],
    Remedy(
      "Convert it:",
      .run("iconv -f UTF-16 -t UTF-8 Procfile >Procfile.new && mv Procfile.new Procfile")))
}

extension Procfile.Process {
  fileprivate var withPlainSpaces: Procfile.Process {
    let scalars = HoopstartCall.withPlainSpaces(Array(command.unicodeScalars))
    return Procfile.Process(type: type, command: String(String.UnicodeScalarView(scalars)))
  }

  /// The command with what only looks like a space written as `[U+00A0]`.
  fileprivate var markedSpaces: String {
    command.unicodeScalars.map { scalar in
      guard ShellLine.isOddSpace(scalar) else { return String(scalar) }
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "[U+\(digits.utf8.count < 4 ? "00" : "")\(digits)]"
    }.joined()
  }

  /// The same with one word for others.
  fileprivate func replacing(_ words: [String], with word: String) -> Procfile.Process {
    let line = ShellLine(command)
    let found = line.commands.flatMap { $0.words }.filter { words.contains($0.string) }
    let command = line.replacing(found.map { (range: $0.range, text: word) })
    return Procfile.Process(type: type, command: command)
  }
}
