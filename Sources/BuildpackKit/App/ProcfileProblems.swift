import HoopAgent
import Output
import Posix

/// What a user should know about how an app's Procfile uses hoopstart.
extension Procfile {
  /// Most lines that one problem shows.
  private static let mostLines = 10

  func problems(of plans: [ProcessPlan], app: Path, _ target: Wording) -> [Problem] {
    if isUTF16 { return [.procfileInUTF16] }
    var problems = usesOfHoopstart(plans) + format
    if let problem = oddSpaces { problems.append(problem) }
    for name in ["hoopstart", "hoop"] {
      if let problem = path(of: name, app, target) { problems.append(problem) }
    }
    if target == .slug, let problem = replacedPath(app) { problems.append(problem) }
    return problems
  }

  private func usesOfHoopstart(_ plans: [ProcessPlan]) -> [Problem] {
    if plans.allSatisfy({ $0.use == .none }) { return [missingHoopstart] }
    var problems: [Problem] = []
    let dead = plans.filter { $0.use == .withoutProgram }.map { $0.process }
    if !dead.isEmpty {
      problems.append(
        Problem(
          "no-program", .warning, "hoopstart has no program to start in \(Self.names(dead)).",
          meaning: [
            "It starts a program, as env and nice do. It is not a shell, which knows cd, exec and the",
            "like. The process ends at once.",
          ],
          Remedy("Put the app's command behind it:", steps: Self.steps(dead.map { $0.suggested }))))
    }
    let behindShell = plans.filter { $0.isBehindShell }.map { $0.process }
    if !behindShell.isEmpty {
      problems.append(
        Problem(
          "key-in-shell", .warning,
          "A shell may wait for hoopstart and keep the key in \(Self.names(behindShell)).",
          meaning: [
            "hoopstart takes the key out of the app's environment. A shell that waits for hoopstart",
            "keeps it in its own, and a session can read it there.",
          ],
          Remedy(
            "Let hoopstart take the place of the shell, or start the shell:",
            steps: Self.steps(behindShell.map { $0.suggested }))))
    }
    return problems
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
        steps: Self.steps(shown.map { $0.suggested })))
  }

  /// Lines that are not read as their author meant it.
  private var format: [Problem] {
    var problems: [Problem] = []
    func add(_ code: String, _ summary: String, _ lines: [Int], _ meaning: String) {
      if lines.isEmpty { return }
      problems.append(
        Problem(
          code, .warning, "The Procfile has \(summary) in line \(few(lines.map { "\($0)" })).",
          meaning: [meaning],
          Remedy(
            "Write it like this, or begin it with # if it is a comment:",
            .procfile("web: \(HoopstartCall.exampleCommand)"))))
    }
    add(
      "procfile-lines", "no process type", otherLines,
      "A line is TYPE: COMMAND, with a type of letters, digits, - and _. Others are ignored.")
    add(
      "procfile-colon", "no colon after the process type", linesWithoutColon,
      "Heroku takes the first word for the type. Other platforms refuse the file.")
    if let first = repeatedTypes.first {
      problems.append(
        Problem(
          "repeated-types", .warning,
          "The Procfile has more than one line for \(few(repeatedTypes)).",
          meaning: ["Only the last line of a process type counts."],
          Remedy("Remove the others:", .run("grep -n '^ *\(first)[: ]' Procfile"))))
    }
    return problems
  }

  private var oddSpaces: Problem? {
    let odd = processes.filter { HoopstartCall(in: $0.command).hasOddSpace }.prefix(Self.mostLines)
    if odd.isEmpty { return nil }
    return Problem(
      "odd-spaces", .warning,
      "A character only looks like a space in \(few(odd.map { $0.type })).",
      meaning: ["The shell takes it for a letter of a word. It is marked here:"]
        + odd.map { "    \($0.type): \($0.markedSpaces)" },
      Remedy("Type a space in its place:", steps: Self.steps(odd.map { $0.withPlainSpaces })))
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
    return Problem(
      "replaced-path", .warning, "\(quoted(script)) replaces PATH when a dyno starts.",
      meaning: ["The shell does not find hoopstart then, and the process ends with status 127."],
      Remedy(
        "Keep what is on PATH there (PATH=…:$PATH), or call hoopstart by its path:",
        steps: Self.steps(
          callers.map { $0.suggested.replacing(["hoopstart"], with: ".hoop/bin/hoopstart") })))
  }

  /// Whether a script sets PATH, by a command of its own, to something without `$PATH`.
  static func replacesPath(_ script: String) -> Bool {
    script.split(separator: "\n").flatMap { ShellLine(String($0)).commands }.contains { command in
      let words = command.words.map { $0.string }.drop { $0 == "export" }
      return words.count == 1
        && words.contains { word in
          word.hasPrefix("PATH=") && word.splitOnce(at: "$PATH").after == nil
            && word.splitOnce(at: "${PATH").after == nil
        }
    }
  }

  private static func steps(_ processes: [Process]) -> [Remedy.Step] {
    processes.prefix(mostLines).map { .procfile($0.line) }
  }

  private static func names(_ processes: [Process]) -> String { few(processes.map { $0.type }) }
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
