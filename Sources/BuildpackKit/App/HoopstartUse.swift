import HoopAgent

/// How a command line calls hoopstart.
package enum HoopstartUse: Hashable, Sendable {
  case none
  case starts
  /// A question such as `--check` in the place of a command.
  case asks
  /// It has nothing to start, or a word that is not a program, such as `cd`, which only a shell knows.
  case withoutProgram
}

/// A command line's call of hoopstart, and the line that should be in its place.
///
/// hoopstart is called by the first word of a simple command or of one `bash -c '…'` in it. Behind
/// another program, such as `nice`, it is recognised by the `--` that follows.
struct HoopstartCall {
  let use: HoopstartUse
  /// Whether a shell may wait for hoopstart, and so keep the key in its own environment.
  let isBehindShell: Bool
  /// Whether words are apart only by what is a part of a word for the shell.
  let hasOddSpace: Bool

  /// The longest line that is shown again, in characters.
  private static let maximumLength = 1000
  static let exampleCommand = "hoopstart -- bundle exec puma -C config/puma.rb"

  private let line: ShellLine

  init(in command: String) {
    line = ShellLine(command)
    var (use, isBehindShell, hasOddSpace) = (HoopstartUse.none, false, line.hasOddSpace)
    for (index, command) in line.commands.enumerated() where use == .none {
      use = command.launcher?.use ?? .none
      isBehindShell = line.waits(for: index)
      guard let script = command.script, use == .none else { continue }
      let inner = ShellLine(command.words[script].string)
      hasOddSpace = hasOddSpace || inner.hasOddSpace
      guard let place = inner.commands.firstIndex(where: { $0.launcher != nil }) else { continue }
      use = inner.commands[place].launcher?.use ?? .none
      isBehindShell = isBehindShell || inner.waits(for: place)
    }
    (self.use, self.hasOddSpace) = (use, hasOddSpace)
    self.isBehindShell = isBehindShell && use == .starts
  }

  private var isGood: Bool { use == .asks || use == .starts && !isBehindShell }

  /// The line as it should be: the same if it is right, or that of some app if it is too long to paste
  /// or if it is not clear what was meant.
  var suggested: String {
    guard line.scalars.count <= Self.maximumLength else { return Self.exampleCommand }
    let plain = Self.withPlainSpaces(line.scalars)
    if plain != line.scalars {
      return HoopstartCall(in: String(String.UnicodeScalarView(plain))).suggested
    }
    if isGood { return line.replacing([]) }
    if use == .starts, let replaced = line.execBeforeLast { return replaced }
    let app = ShellLine(line.withoutLauncher(isScript: false))
    let text = app.replacing([])
    let suggested = "hoopstart -- \(app.needsShell ? "bash -c \(shellWord(text))" : text)"
    let isEmpty = app.commands[0].words.isEmpty && app.commands[0].end.first != "("
    return !isEmpty && HoopstartCall(in: suggested).isGood ? suggested : Self.exampleCommand
  }

  /// Returns the line with a space for whatever looks like one.
  static func withPlainSpaces(_ line: [Unicode.Scalar]) -> [Unicode.Scalar] {
    line.map { $0 == "\t" || ShellLine.isOddSpace($0) ? " " : $0 }
  }
}

extension ShellLine {
  /// Whether the shell that runs this line may wait for the command at `index` instead of becoming it.
  fileprivate func waits(for index: Int) -> Bool {
    if commands.count == 1, commands[0].end.isEmpty, !hasRedirection { return false }
    return !commands[index].isExec || isPiped(index)
  }

  /// Whether the command at `index` is a part of a pipe, or in the background.
  private func isPiped(_ index: Int) -> Bool {
    func isOne(_ end: [Unicode.Scalar]) -> Bool {
      end == ["|"] || end == ["|", "&"] || end == ["&"]
    }
    return isOne(commands[index].end) || index > 0 && isOne(commands[index - 1].end)
  }

  /// The line with `exec` before its last command. Nil if hoopstart is called elsewhere, or if the
  /// shell would wait all the same.
  fileprivate var execBeforeLast: String? {
    guard let last = commands.last, last.launcher != nil, last.end.isEmpty,
      !isPiped(commands.count - 1), !commands.dropLast().contains(where: { $0.launcher != nil }),
      let start = last.words.first(where: { !$0.isAssignment }), !start.isKeyword, !last.isExec
    else { return nil }
    return replacing([(range: start.range.lowerBound..<start.range.lowerBound, text: "exec ")])
  }

  /// Returns the line without hoopstart, and without `exec` beside it or before a plain command.
  fileprivate func withoutLauncher(isScript: Bool) -> String {
    var parts: [(range: Range<Int>, text: String)] = []
    for command in commands {
      let words = command.words
      let isPlain = commands.count == 1 && command.end.isEmpty && !hasRedirection
      let launcher = command.launcher?.words
      var (start, end) = (launcher?.lowerBound ?? 0, launcher?.upperBound ?? 0)
      if launcher == nil, isPlain, let program = command.program {
        (start, end) = (program, program)
      }
      if start > 0, words[start - 1].string == "exec" { start -= 1 }
      if end < words.count, words[end].string == "exec", isPlain { end += 1 }
      if start < end {
        let last = words[end - 1].range.upperBound
        let next = end < words.count ? words[end].range.lowerBound : last
        parts.append((range: words[start].range.lowerBound..<next, text: ""))
      }
      guard launcher == nil, !isScript, let script = command.script else { continue }
      let inner = ShellLine(words[script].string)
      guard inner.commands.contains(where: { $0.launcher != nil }) else { continue }
      let text = shellWord(inner.withoutLauncher(isScript: true))
      parts.append((range: words[script].range, text: text))
    }
    return replacing(parts)
  }
}

extension ShellLine.Command {
  /// How hoopstart is used, and its words with the `--` behind it. In the programs of older setups it
  /// has another name, and is not used. Nil if the command is the app's own.
  fileprivate var launcher: (use: HoopstartUse, words: Range<Int>)? {
    guard let program else { return nil }
    func isDashes(_ index: Int) -> Bool { index < words.count && words[index].string == "--" }
    let name = words[program].string
    if name == "hoopwrapper", isDashes(program + 1) { return (.none, program..<(program + 2)) }
    if words[program].fileName == "hoop", isDashes(program + 2),
      words[program + 1].string == "start"
    {
      return (.none, program..<(program + 3))
    }
    // `$(command -v hoopstart && echo --)` is for machines that may not have it.
    let isOptional = name.hasPrefix("$(command -v hoopstart")
    let place = words.indices[program...].first {
      words[$0].fileName == "hoopstart" && ($0 == program || isDashes($0 + 1))
    }
    guard let start = isOptional ? program : place else { return nil }
    let end = isDashes(start + 1) ? start + 2 : start + 1
    return (Self.use(of: words[end...], isCommand: isOptional || end > start + 1), start..<end)
  }

  /// - Parameter isCommand: Whether `--` is before them.
  private static func use(
    of words: ArraySlice<ShellLine.Word>, isCommand: Bool
  ) -> HoopstartUse {
    if !isCommand, ["--check", "--help", "-h", "--version"].contains(words.first?.string) {
      return .asks
    }
    guard let program = words.first(where: { !$0.isAssignment }) else { return .withoutProgram }
    // A whole command in quotes, or an editor's dash for two hyphens.
    let isSeveralWords = program.text.contains(" ") && !program.text.contains("$")
    let isDash = program.text.first.map { $0 == "-" || (0x2010...0x2015).contains($0.value) }
    return program.isShellOnly || isSeveralWords || isDash == true ? .withoutProgram : .starts
  }
}
