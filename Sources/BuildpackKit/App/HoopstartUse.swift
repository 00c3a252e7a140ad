import HoopAgent

/// How a command line calls hoopstart.
package enum HoopstartUse: Hashable, Sendable {
  case none
  case starts
  /// A question such as `--check` in the place of a command.
  case asks
  case withoutCommand
  /// A word in the program's place that is not a program, such as `cd`, which only a shell knows.
  case withoutProgram(String)
  /// Another program in the place of hoopstart: a typing error, or `hoopwrapper` of older setups.
  case other(String)

  /// Whether the process ends at once.
  package var isDead: Bool {
    switch self {
    case .none, .starts, .asks: false
    case .withoutCommand, .withoutProgram, .other: true
    }
  }
}

/// Where a command line calls hoopstart, and the line that should be in its place.
///
/// hoopstart is called by the first word of a simple command or of one `bash -c '…'` in it. Behind
/// another program, such as `nice`, it is told by the `--` that follows.
struct HoopstartCall {
  let use: HoopstartUse
  /// Whether a shell may wait for hoopstart, and so keep the key in its own environment.
  let isBehindShell: Bool

  /// The longest line that is shown again, in characters.
  static let maximumLength = 1000
  static let exampleCommand = "hoopstart -- bundle exec puma -C config/puma.rb"

  private let line: ShellLine

  init(in command: String) { self.init(in: ShellLine(command), isScript: false) }

  private init(in line: ShellLine, isScript: Bool) {
    self.line = line
    for index in line.commands.indices {
      let command = line.commands[index]
      if let launcher = Launcher(in: command), launcher.use != .none {
        (use, isBehindShell) = (launcher.use, line.keepsShell(around: index))
        return
      }
      if !isScript, let script = command.script {
        let inner = HoopstartCall(in: ShellLine(command.words[script].text), isScript: true)
        guard inner.use != .none else { continue }
        (use, isBehindShell) = (inner.use, inner.isBehindShell || line.keepsShell(around: index))
        return
      }
    }
    (use, isBehindShell) = (.none, false)
  }

  /// The line as it should be: the same if it is right, or that of some app if it cannot be told what
  /// was meant or if it is too long to paste.
  var suggested: String {
    guard line.scalars.count <= Self.maximumLength else { return Self.exampleCommand }
    let plain = Self.withPlainSpaces(line.scalars)
    if plain != line.scalars {
      return HoopstartCall(in: String(String.UnicodeScalarView(plain))).suggested
    }
    if use == .asks || use == .starts && !isBehindShell { return line.replacing([]) }
    if use == .starts, let replaced = line.execBeforeLast { return replaced }
    let app = ShellLine(ShellLine.withoutLauncher(line))
    let suggested = Self.around(app)
    return HoopstartCall(in: suggested).isGood ? suggested : Self.exampleCommand
  }

  /// Whether words are apart only by what is a part of a word for the shell.
  var hasOddSpace: Bool {
    line.hasOddSpace
      || line.commands.contains { command in
        command.script.map { ShellLine(command.words[$0].text).hasOddSpace } == true
      }
  }

  /// The line with a space for whatever looks like one.
  static func withPlainSpaces(_ line: [Unicode.Scalar]) -> [Unicode.Scalar] {
    line.map { $0 == "\t" || ShellLine.isOddSpace($0) ? " " : $0 }
  }

  private var isGood: Bool { use == .starts && !isBehindShell }

  private static func around(_ line: ShellLine) -> String {
    if line.needsShell { return "hoopstart -- bash -c \(shellWord(line.replacing([])))" }
    let words = line.commands[0].words
    // A whole command in quotes.
    if words.count == 1, words[0].isSeveralWords { return around(ShellLine(words[0].text)) }
    var exec: [(range: Range<Int>, text: String)] = []
    if let index = words.firstIndex(where: { $0.isExec }), index + 1 < words.count {
      exec = [(range: words[index].range.lowerBound..<words[index + 1].range.lowerBound, text: "")]
    }
    return "hoopstart -- \(line.replacing(exec))"
  }
}

/// The words before the app's own command: hoopstart, or what has its place in older setups and by a
/// typing error.
private struct Launcher {
  let use: HoopstartUse
  /// Its words, with `--` if that follows.
  let words: Range<Int>

  init?(in command: ShellLine.Command) {
    let words = command.words
    guard let program = command.program else { return nil }
    func isDashes(_ index: Int) -> Bool { index < words.count && words[index].isDashes }
    let name = words[program].text
    let place = words.indices[program...].first {
      words[$0].isHoopstart && ($0 == program || isDashes($0 + 1))
    }
    if let place {
      let end = isDashes(place + 1) ? place + 2 : place + 1
      self.words = place..<end
      use = Self.use(of: words[(place + 1)...])
    } else if name.hasPrefix("$(command -v hoopstart") || name.hasPrefix("$(which hoopstart") {
      // Stands for hoopstart and `--` where there is a hoopstart, and for nothing elsewhere.
      self.words = program..<(program + 1)
      use = Self.use(of: words[(program + 1)...])
    } else if Self.isMisspelled(words[program], isBeforeDashes: isDashes(program + 1))
      || name == "hoopwrapper"
    {
      self.words = program..<(isDashes(program + 1) ? program + 2 : program + 1)
      use = .other(name)
    } else if words[program].fileName == "hoop", program + 2 < words.count,
      words[program + 1].text == "start", isDashes(program + 2)
    {
      self.words = program..<(program + 3)
      use = .none
    } else {
      return nil
    }
  }

  private static func use(of words: ArraySlice<ShellLine.Word>) -> HoopstartUse {
    if words.count == 1, ["--check", "--help", "-h", "--version"].contains(words.first?.text) {
      return .asks
    }
    var rest = words.first?.text == "--" ? words.dropFirst() : words
    // A hoopstart that hoopstart starts runs its command.
    while rest.first?.isHoopstart == true, rest.dropFirst().first?.text == "--" {
      rest = rest.dropFirst(2)
    }
    rest = rest.drop { $0.isAssignment }
    guard let program = rest.first else { return .withoutCommand }
    let isMisspelled = isMisspelled(
      program, isBeforeDashes: rest.dropFirst().first?.isDashes == true)
    let isProgram =
      !program.text.isEmpty && !program.isShellOnly && program.text.utf8.first != ASCII.hyphen
      && !program.isDashes && !program.isSeveralWords && !isMisspelled
    return isProgram ? .starts : .withoutProgram(program.text)
  }

  /// An app may have a program with such a name; with dashes of its own it is meant to be hoopstart.
  private static func isMisspelled(_ word: ShellLine.Word, isBeforeDashes: Bool) -> Bool {
    let name = word.text.lowercased()
    guard !word.isQuoted, word.text != "hoopstart", name.utf8.first == UInt8(ascii: "h"),
      name.utf8.count <= 11, editDistance(name.utf8, "hoopstart".utf8) <= 2
    else { return false }
    return isBeforeDashes || name.hasSuffix("--") || name == "hoopstart"
  }
}

extension ShellLine {
  /// Whether the shell that runs this line waits for the command at `index` rather than become it.
  fileprivate func keepsShell(around index: Int) -> Bool {
    let command = commands[index]
    if commands.count == 1, command.end.isEmpty, !command.isRedirected { return false }
    let before = index > 0 ? commands[index - 1].end : ""
    return !command.isExec || hasGroups || before.hasPrefix("|") && before != "||"
      || ["|", "|&", "&"].contains(command.end)
  }

  /// The line with `exec` before its last command. Nil if the shell that runs it would wait all the
  /// same, or if hoopstart is not called there.
  fileprivate var execBeforeLast: String? {
    guard !hasGroups, let last = commands.last, !last.isExec, ["", ";"].contains(last.end),
      Launcher(in: last)?.use == .starts,
      let start = last.words.first(where: { !$0.isAssignment }), !start.isOpening
    else { return nil }
    let before = commands.dropLast().last?.end ?? ""
    if before.hasPrefix("|"), before != "||" { return nil }
    let place = start.range.lowerBound
    let line = replacing([(range: place..<place, text: "exec ")])
    let launchers = commands.filter { Launcher(in: $0)?.use == .starts }
    return launchers.count == 1 ? line : nil
  }

  /// The line without what starts the app: `cd x && hoopstart -- y` as `cd x && y`.
  fileprivate static func withoutLauncher(_ line: ShellLine, isScript: Bool = false) -> String {
    var parts: [(range: Range<Int>, text: String)] = []
    for command in line.commands {
      let words = command.words
      if let launcher = Launcher(in: command) {
        let first = launcher.words.lowerBound
        let start = first > 0 && words[first - 1].isExec ? first - 1 : first
        let end = launcher.words.upperBound
        let place =
          end < words.count ? words[end].range.lowerBound : words[end - 1].range.upperBound
        parts.append((range: words[start].range.lowerBound..<place, text: ""))
      } else if !isScript, let script = command.script {
        let text = words[script].text
        let inner = withoutLauncher(ShellLine(text), isScript: true)
        if inner != text { parts.append((range: words[script].range, text: shellWord(inner))) }
      }
    }
    let result = line.replacing(parts)
    // Another one was behind it.
    return parts.isEmpty || isScript ? result : withoutLauncher(ShellLine(result))
  }
}

extension ShellLine.Word {
  fileprivate var isHoopstart: Bool { !text.isEmpty && fileName == "hoopstart" }

  /// Two hyphens, or what an editor makes of them.
  fileprivate var isDashes: Bool {
    !text.isEmpty
      && text.unicodeScalars.allSatisfy {
        $0 == "-" || (0x2010...0x2015).contains($0.value) || $0.value == 0x2212
      }
  }

  /// Whether it is a whole command in quotes, which is not a program's name.
  fileprivate var isSeveralWords: Bool {
    text.utf8.contains(0x20) && !text.utf8.contains { "$`".utf8.contains($0) }
  }
}
