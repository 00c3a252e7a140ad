import HoopAgent

/// A command line, split into its simple commands as far as that is needed to find hoopstart in it.
///
/// Quotes and substitutions are respected enough not to split inside them; nothing is expanded.
struct ShellLine {
  /// A character and its place in the whole line.
  typealias Letter = (scalar: Unicode.Scalar, place: Int)

  struct Word {
    /// Its place in the whole line.
    let start: Int
    var end: Int
    /// The word without its quotes.
    var letters: [Letter] = []
    var text = ""
  }

  typealias Command = [Word]

  private let letters: [Letter]
  private(set) var commands: [Command] = []
  /// Whether it is a single command, without operators and redirections.
  private(set) var isSimple = true

  init(_ line: String) {
    self.init(line.unicodeScalars.enumerated().map { ($1, $0) })
  }

  private init(_ letters: [Letter]) {
    self.letters = letters
    var command: Command = []
    var word: Word?
    var quote: Unicode.Scalar?
    // How many brackets of `$(…)` and `${…}` are open.
    var depth = 0
    var isEscaped = false
    func endWord() {
      if var ended = word {
        ended.text = String(String.UnicodeScalarView(ended.letters.map { $0.scalar }))
        command.append(ended)
      }
      word = nil
    }
    for (index, letter) in letters.enumerated() {
      let scalar = letter.scalar
      let before = index > 0 ? letters[index - 1].scalar : " "
      let opens = before == "$" && quote != "'" && (scalar == "(" || scalar == "{")
      if quote == nil, depth == 0, !isEscaped, !opens {
        if scalar == "#", word == nil { break }
        let isOperator = ";&|()\n".unicodeScalars.contains(scalar)
        if isOperator || scalar == "<" || scalar == ">" { isSimple = false }
        if isOperator || scalar == " " || scalar == "\t" {
          endWord()
          if isOperator, !command.isEmpty {
            commands.append(command)
            command = []
          }
          continue
        }
      }
      var isText = true
      if depth > 0 || opens {
        depth += scalar == "(" || scalar == "{" ? 1 : scalar == ")" || scalar == "}" ? -1 : 0
      } else if isEscaped {
        isEscaped = false
      } else if scalar == "\\", quote != "'" {
        isEscaped = true
        isText = false
      } else if scalar == quote || quote == nil && "'\"`".unicodeScalars.contains(scalar) {
        quote = quote == nil ? scalar : nil
        isText = scalar == "`"
      }
      if word == nil { word = Word(start: letter.place, end: letter.place) }
      word?.end = letter.place + 1
      if isText { word?.letters.append(letter) }
    }
    endWord()
    if !command.isEmpty { commands.append(command) }
  }

  /// Its commands and those of the scripts among their words, and for each whether a shell may wait
  /// for it instead of becoming it.
  func allCommands(isBehindShell: Bool = false) -> [(command: Command, isBehindShell: Bool)] {
    commands.flatMap { command in
      let isBehindShell = isBehindShell || !isSimple && !command.isExec
      let script = command.script.map { ShellLine(command[$0].letters) }
      return [(command, isBehindShell)] + (script?.allCommands(isBehindShell: isBehindShell) ?? [])
    }
  }

  /// Whether a shell must run it, as it is more than one program with its arguments.
  var needsShell: Bool {
    guard isSimple, let command = commands.first, let program = command.program else { return true }
    // The shell does not split the value of an assignment at its spaces, but does so with an argument.
    return command[program].isShellOnly
      || command[..<program].contains { word in
        word.isKeyword
          || word.isAssignment && word.text.utf8.contains { $0 == 0x24 || $0 == UInt8(ascii: "`") }
      }
  }

  /// Returns the line with the same text in some places.
  ///
  /// - Parameter ranges: In the order of the line, without overlaps.
  func replacing(_ ranges: [Range<Int>], with text: String = "") -> String {
    var result = String.UnicodeScalarView()
    var place = 0
    for range in ranges {
      result.append(contentsOf: letters[place..<range.lowerBound].map { $0.scalar })
      result.append(contentsOf: text.unicodeScalars)
      place = range.upperBound
    }
    result.append(contentsOf: letters[place...].map { $0.scalar })
    return String(result)
  }
}

extension [ShellLine.Word] {
  /// The place of its program: behind variables, keywords, `exec` and `env`. Nil if it has none.
  var program: Int? {
    var index = 0
    while index < count {
      let word = self[index]
      guard word.isAssignment || word.isKeyword || word.text == "exec" || word.fileName == "env"
      else { return index }
      index = word.fileName == "env" ? behindOptions(index + 1, "u") : index + 1
    }
    return nil
  }

  var isExec: Bool { self[..<(program ?? 0)].contains { $0.text == "exec" } }

  /// The place of the script if it is a shell that gets one: `bash -lc 'cd x && puma'`.
  var script: Int? {
    guard let program, ["bash", "sh"].contains(self[program].fileName) else { return nil }
    let end = behindOptions(program + 1, "o")
    let isGiven = self[program..<end].contains { word in
      !word.text.hasPrefix("--") && word.text.hasPrefix("-") && word.text.utf8.contains(0x63)
    }
    return isGiven && end < count ? end : nil
  }

  /// The place behind the options at `index`. One option, such as `-u NAME`, takes the next word.
  private func behindOptions(_ index: Int, _ option: String) -> Int {
    var index = index
    while index < count, self[index].text.hasPrefix("-") {
      index += self[index].text.hasSuffix(option) ? 2 : 1
    }
    return Swift.min(index, count)
  }

  /// The place of some of its words, with the space behind them.
  func range(_ words: Range<Int>) -> Range<Int> {
    let next = words.upperBound
    return self[words.lowerBound].start..<(next < count ? self[next].start : self[next - 1].end)
  }
}

extension ShellLine.Word {
  /// The part behind the last slash.
  var fileName: String { text.split(separator: "/").last.map { String($0) } ?? "" }

  /// Whether it sets a variable: `NAME=value`, with or without quotes around the value.
  var isAssignment: Bool {
    let (name, value) = text.splitOnce(at: "=")
    guard value != nil, let first = name.utf8.first, !ASCII.isDigit(first) else { return false }
    return name.utf8.allSatisfy { $0 == ASCII.underscore || ASCII.isAlphanumeric($0) }
  }

  /// Whether it is a word of the shell behind which a command follows.
  var isKeyword: Bool { ["!", "{", "do", "else", "if", "then", "time", "while"].contains(text) }

  /// Whether only a shell knows it, so that there is not a program of that name (bash(1), "Reserved
  /// words" and "Shell builtin commands", without those that are programs too, such as echo).
  var isShellOnly: Bool {
    [
      ".", "[[", "case", "cd", "declare", "eval", "exec", "exit", "export", "for", "if", "read",
      "set", "source", "time", "trap", "ulimit", "umask", "unset", "until", "while", "{",
    ].contains(text)
  }
}
