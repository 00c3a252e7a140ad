import HoopAgent

/// How a command line calls hoopstart.
package enum HoopstartUse: Hashable, Sendable {
  case none
  case starts
  /// It has nothing to start, or a word that is not a program: an option, or `cd`, which only a shell
  /// knows.
  case withoutProgram
}

/// A command line's call of hoopstart, and the line that should be in its place.
///
/// hoopstart is called by the first word of a simple command or of a `bash -c '…'` in it. Behind
/// another program, such as `nice`, it is recognised by the `--` that follows.
struct HoopstartCall {
  let use: HoopstartUse
  /// Whether a shell may wait for hoopstart, and so keep the key in its own environment.
  let isBehindShell: Bool

  /// The longest line that is shown again, in characters.
  private static let maximumLength = 1000
  static let exampleCommand = "hoopstart -- bundle exec puma -C config/puma.rb"

  private let line: ShellLine

  init(in command: String) {
    // A tab would be shown as `\t`.
    let plain = command.unicodeScalars.map { $0 == "\t" || $0.isOddSpace ? " " : $0 }
    line = ShellLine(String(String.UnicodeScalarView(plain)))
    let call = line.allCommands().first { ($0.command.launcher?.use ?? HoopstartUse.none) != .none }
    use = call?.command.launcher?.use ?? HoopstartUse.none
    isBehindShell = use == .starts && call?.isBehindShell == true
  }

  private var isGood: Bool { use == .starts && !isBehindShell }

  /// The line as it should be: the same if it is right, or that of some app if it is too long to paste
  /// or if it is not clear what was meant.
  var suggested: String {
    let text = line.replacing([])
    if text.unicodeScalars.count > Self.maximumLength { return Self.exampleCommand }
    if isGood { return text }
    let commands = line.allCommands()
    let app = ShellLine(line.replacing(commands.compactMap { $0.command.launcher?.range }))
    // A command that was only hoopstart leaves an operator without a command.
    guard app.allCommands().count >= commands.count, let first = app.commands.first else {
      return Self.exampleCommand
    }
    let execs = first.indices.prefix(first.program ?? 0).filter { first[$0].text == "exec" }
    let suggested =
      "hoopstart -- "
      + (app.needsShell
        ? "bash -c \(shellWord(app.replacing([])))"
        : app.replacing(execs.map { first.range($0..<($0 + 1)) }))
    return HoopstartCall(in: suggested).isGood ? suggested : Self.exampleCommand
  }
}

extension [ShellLine.Word] {
  /// How hoopstart is used, and the place of its words, with `exec` before and `--` behind it. In the
  /// programs of older setups it has another name, and is not used. Nil if the command is the app's own.
  fileprivate var launcher: (use: HoopstartUse, range: Range<Int>)? {
    guard let program else { return nil }
    func isDashes(_ index: Int) -> Bool { index < count && self[index].text == "--" }
    let names = self[program...].prefix(3).map { $0.fileName }
    for old in [["hoopwrapper", "--"], ["hoop", "start", "--"]] where names.starts(with: old) {
      return (.none, range(program..<(program + old.count)))
    }
    let place = indices[program...].first {
      self[$0].fileName == "hoopstart" && ($0 == program || isDashes($0 + 1))
    }
    guard let place else { return nil }
    let end = isDashes(place + 1) ? place + 2 : place + 1
    let start = place > 0 && self[place - 1].text == "exec" ? place - 1 : place
    let started = self[end...].first { !$0.isAssignment }
    let isProgram = started.map { !$0.isShellOnly && !$0.text.hasPrefix("-") } ?? false
    // A question in the place of a command starts nothing.
    let isQuestion = end == place + 1 && ["--check", "--help", "--version"].contains(started?.text)
    return (isQuestion ? .none : isProgram ? .starts : .withoutProgram, range(start..<end))
  }
}

extension Unicode.Scalar {
  /// Whether it is one of Unicode's spaces but not the shell's, which takes it for a part of a word.
  var isOddSpace: Bool {
    !isASCII && (isSpace || value == 0x200b || value == 0xfeff)
  }
}
