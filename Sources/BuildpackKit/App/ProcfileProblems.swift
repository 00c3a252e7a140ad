import HoopAgent
import Output
import Posix

/// What a user should know about how an app's Procfile uses hoopstart.
extension Procfile {
  /// Most lines that one problem shows.
  private static let mostLines = 10

  func problems(of plans: [ProcessPlan], app: Path, _ target: Wording) -> [Problem] {
    missingHoopstart + deadProcesses(plans) + keptKey(plans) + format + oddSpaces
      + (target == .slug ? programsOfApp(app) + replacedPath(app) : pathsOfSlugs)
  }

  private var missingHoopstart: [Problem] {
    if isUTF16 {
      return [
        Problem(
          "procfile-utf16", .warning, "The Procfile is written in UTF-16.",
          meaning: [
            "Platforms read UTF-8, so it names no process type, and nothing starts the agent."
          ],
          Remedy(
            "Convert it:",
            .run("iconv -f UTF-16 -t UTF-8 Procfile >Procfile.new && mv Procfile.new Procfile")))
      ]
    }
    if processes.contains(where: { $0.usesHoopstart }) { return [] }
    // Migrations and the like need no agent, as a rule.
    let main = processes.filter { $0.type != "release" }
    let example = Process(type: "web", command: HoopstartCall.exampleCommand)
    let shown = !main.isEmpty ? main : processes.isEmpty ? [example] : processes
    return [
      Problem(
        "no-hoopstart", .warning,
        processes.isEmpty
          ? "The app has no Procfile, or no process type in it, so none uses hoopstart."
          : "No process type of the Procfile uses hoopstart.",
        meaning: ["The agent is installed, and nothing starts it."],
        Remedy("Start the processes that should carry the agent with hoopstart:", lines(shown)))
    ]
  }

  /// Process types that end at once.
  private func deadProcesses(_ plans: [ProcessPlan]) -> [Problem] {
    var kinds: [(code: String, use: HoopstartUse, processes: [Process])] = []
    for plan in plans {
      guard let code = plan.use.code else { continue }
      if let place = kinds.firstIndex(where: { $0.code == code }) {
        kinds[place].processes.append(plan.process)
      } else {
        kinds.append((code, plan.use, [plan.process]))
      }
    }
    return kinds.map { code, use, processes in
      let isOne = processes.count == 1
      return Problem(
        code, .warning, "\(Self.subject(processes)) \(use.description(isOne: isOne)).",
        meaning: [
          use.meaning,
          "\(isOne ? "The process ends" : "The processes end") at once, with exit status"
            + " \(use.exitStatus).",
        ],
        Remedy("Write \(isOne ? "the line" : "the lines") like this:", lines(processes)))
    }
  }

  private func keptKey(_ plans: [ProcessPlan]) -> [Problem] {
    let kept = plans.filter { $0.isBehindShell && $0.use == .starts }.map { $0.process }
    if kept.isEmpty { return [] }
    let isOne = kept.count == 1
    return [
      Problem(
        "key-in-shell", .warning,
        "\(Self.subject(kept)) \(isOne ? "starts" : "start") hoopstart from a shell that may keep"
          + " the key.",
        meaning: [
          "hoopstart takes the key out of the app's environment. A shell that waits for hoopstart",
          "still has it in its own, and a session can read it there.",
        ],
        Remedy("Let hoopstart take the place of the shell, or start it:", lines(kept)))
    ]
  }

  /// Lines that are not read as their author meant it.
  private var format: [Problem] {
    var problems: [Problem] = []
    let example = Remedy.Step.procfile("web: \(HoopstartCall.exampleCommand)")
    func lines(_ numbers: [Int]) -> String {
      "\(numbers.count == 1 ? "Line" : "Lines") \(few(numbers.map { "\($0)" })) of the Procfile"
    }
    if !otherLines.isEmpty {
      let isOne = otherLines.count == 1
      problems.append(
        Problem(
          "procfile-lines", .warning,
          "\(lines(otherLines)) \(isOne ? "is not a process type" : "are not process types").",
          meaning: [
            "A line is TYPE: COMMAND, with a type of letters, digits, - and _. Others are ignored."
          ],
          Remedy("Write it like this, or begin it with # if it is a comment:", example)))
    }
    if !linesWithoutColon.isEmpty {
      problems.append(
        Problem(
          "procfile-colon", .warning,
          "\(lines(linesWithoutColon)) \(linesWithoutColon.count == 1 ? "has" : "have") no colon"
            + " after the process type.",
          meaning: ["Heroku takes the first word for the type. Other platforms refuse the file."],
          Remedy("Write it like this, or begin it with # if it is a comment:", example)))
    }
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

  private var oddSpaces: [Problem] {
    let odd = processes.filter { HoopstartCall(in: $0.command).hasOddSpace }
    if odd.isEmpty { return [] }
    let isOne = odd.count == 1
    return [
      Problem(
        "odd-spaces", .warning,
        "\(Self.subject(odd)) \(isOne ? "has" : "have") a character in the command that only looks"
          + " like a space.",
        meaning: ["The shell takes it for a letter of a word. It is marked here:"]
          + odd.prefix(Self.mostLines).map { "    \($0.type): \($0.markedSpaces)" },
        Remedy(
          "Type a space in its place:",
          steps: odd.prefix(Self.mostLines).map { .procfile($0.withPlainSpaces.line) }))
    ]
  }

  /// Files of the app where a slug would have the buildpack's links.
  private func programsOfApp(_ app: Path) -> [Problem] {
    ["hoopstart", "hoop"].compactMap { name in
      guard let caller = processes.first(where: { $0.calls(inBin: name) }),
        let status = try? (app / "bin" / name).linkStatus()
      else { return nil }
      let target = status.kind == .link ? try? (app / "bin" / name).linkTarget() : nil
      if target?.string.hasSuffix(".hoop/bin/\(name)") == true { return nil }
      return Problem(
        "own-\(name)", .warning, "The app has its own bin/\(name).",
        meaning: ["The process type \(caller.type) runs that one, not the buildpack's."],
        Remedy(
          "Remove it, or call the buildpack's by its name alone:", .run("git rm bin/\(name)")))
    }
  }

  /// Paths that only a slug has. An image has the programs in a layer, on PATH.
  private var pathsOfSlugs: [Problem] {
    ["hoopstart", "hoop"].compactMap { name in
      let paths = ["bin/\(name)", "./bin/\(name)", ".hoop/bin/\(name)", "./.hoop/bin/\(name)"]
      guard let caller = processes.first(where: { $0.calls(paths) }) else { return nil }
      return Problem(
        "in-bin", .warning,
        "The process type \(caller.type) calls \(name) by a path that an image does not have.",
        meaning: ["The agent has a layer of its own in an image, and its programs are on PATH."],
        Remedy("Call it by its name alone:", .procfile(caller.replacing(paths, with: name).line)))
    }
  }

  /// Scripts of the app that take the buildpack's folder off PATH: bash sources `.profile.d` in
  /// alphabetical order, and `.profile` last (Dev Center, "Buildpack API" and "Dynos").
  private func replacedPath(_ app: Path) -> [Problem] {
    let callers = processes.filter { process in
      process.use == .starts && !process.calls([".hoop/bin/hoopstart", "./.hoop/bin/hoopstart"])
        && !process.calls(inBin: "hoopstart")
    }
    let names = ((try? (app / ".profile.d").names()) ?? []).map { $0.string }.sorted()
    let later = names.filter { $0 > "hoop.sh" && $0.hasSuffix(".sh") }.map { ".profile.d/\($0)" }
    let script = (later + [".profile"]).first { name in
      // A script is read up to the size of a Procfile.
      let content = try? (app / name).content(atMost: Self.maximumBytes)
      return content.map { Self.replacesPath(String(decoding: $0, as: UTF8.self)) } == true
    }
    guard let script, !callers.isEmpty else { return [] }
    return [
      Problem(
        "replaced-path", .warning, "\(quoted(script)) replaces PATH when a dyno starts.",
        meaning: ["The shell does not find hoopstart then, and the process ends with status 127."],
        Remedy(
          "Keep what is on PATH there (PATH=…:$PATH), or call hoopstart by its path:",
          steps: callers.prefix(Self.mostLines).map {
            .procfile($0.suggested.replacing(["hoopstart"], with: ".hoop/bin/hoopstart").line)
          }))
    ]
  }

  /// Whether a script sets PATH to something in which PATH does not occur.
  static func replacesPath(_ script: String) -> Bool {
    script.split(separator: "\n").contains { line in
      ShellLine(String(line)).commands.contains { command in
        let words = command.words.drop { $0.text == "export" || $0.isOpening }
        return words.contains { word in
          word.text.hasPrefix("PATH=") && word.text.splitOnce(at: "$PATH").after == nil
            && word.text.splitOnce(at: "${PATH").after == nil
        } && words.allSatisfy { $0.isAssignment || command.words[0].text == "export" }
      }
    }
  }

  private func lines(_ processes: [Process]) -> [Remedy.Step] {
    processes.prefix(Self.mostLines).map { .procfile($0.suggested.line) }
  }

  private static func subject(_ processes: [Process]) -> String {
    let types = processes.map { $0.type }
    return types.count == 1 ? "The process type \(types[0])" : "The process types \(few(types))"
  }
}

extension Remedy {
  fileprivate init(_ text: String, _ steps: [Step]) { self.init(text, steps: steps) }
}

extension HoopstartUse {
  fileprivate var code: String? {
    switch self {
    case .none, .starts, .asks: nil
    case .withoutCommand: "no-command"
    case .withoutProgram: "no-program"
    case .other: "misspelled-hoopstart"
    }
  }

  /// 64 is hoopstart's (sysexits.h, EX_USAGE); 127 is a shell's for a program that does not exist.
  fileprivate var exitStatus: Int { self == .withoutCommand ? 64 : 127 }

  fileprivate func description(isOne: Bool) -> String {
    switch self {
    case .none, .starts, .asks: ""
    case .withoutCommand: "\(isOne ? "has" : "have") no command behind hoopstart"
    case .withoutProgram(let word):
      isOne
        ? "starts \(quoted(word)), which is not a program" : "start something that is not a program"
    case .other(let word):
      isOne
        ? "starts with \(quoted(word)) in the place of hoopstart"
        : "start with another program in the place of hoopstart"
    }
  }

  fileprivate var meaning: String {
    switch self {
    case .none, .starts, .asks: ""
    case .withoutCommand: "hoopstart needs a program to start."
    case .withoutProgram: "hoopstart starts a program, as env and nice do. It is not a shell."
    case .other: "There is not a program of that name."
    }
  }
}

extension Procfile.Process {
  /// The same with a space for whatever only looks like one.
  fileprivate var withPlainSpaces: Procfile.Process {
    if usesHoopstart { return suggested }
    let scalars = HoopstartCall.withPlainSpaces(Array(command.unicodeScalars))
    return Procfile.Process(type: type, command: String(String.UnicodeScalarView(scalars)))
  }

  /// The part of the command with the first such character, which is written as `[U+00A0]`.
  fileprivate var markedSpaces: String {
    let scalars = Array(command.unicodeScalars)
    guard let place = scalars.firstIndex(where: ShellLine.isOddSpace) else { return "" }
    let around = 40
    let start = max(0, place - around)
    let end = min(scalars.count, place + around)
    let marked = scalars[start..<end].map { scalar in
      guard ShellLine.isOddSpace(scalar) else { return String(scalar) }
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "[U+\(String(repeating: "0", count: max(0, 4 - digits.utf8.count)))\(digits)]"
    }
    return (start > 0 ? "…" : "") + marked.joined() + (end < scalars.count ? "…" : "")
  }

  /// The same with one word for others.
  fileprivate func replacing(_ words: [String], with word: String) -> Procfile.Process {
    let line = ShellLine(command)
    let found = line.commands.flatMap { $0.words }.filter {
      words.contains($0.text) && !$0.isQuoted
    }
    let command = line.replacing(found.map { (range: $0.range, text: word) })
    return Procfile.Process(type: type, command: command)
  }
}
