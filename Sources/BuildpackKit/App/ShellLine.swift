import HoopAgent

/// A command line, split into its simple commands as far as that is needed to find hoopstart in it.
///
/// Quotes and substitutions are respected enough not to split inside them; nothing is expanded. It
/// takes time in proportion to the line's length.
struct ShellLine {
  struct Word {
    /// The place in the line.
    let range: Range<Int>
    /// The word without its quotes.
    let text: String
    /// Whether any of it is quoted, or is expanded by the shell.
    let isQuoted: Bool
  }

  /// A program with its arguments.
  struct Command {
    var words: [Word] = []
    /// The operator behind it, such as `&&`. Empty at the end of the line.
    var end = ""
    var isRedirected = false
  }

  let scalars: [Unicode.Scalar]
  private(set) var commands = [Command()]
  /// Whether words are apart only by what looks like a space and is a part of a word for the shell.
  private(set) var hasOddSpace = false
  /// Whether every quote and substitution is closed.
  private(set) var isClosed = true

  private var place = 0

  init(_ line: String) {
    scalars = Array(line.unicodeScalars)
    while skipBlanks() {
      if Self.isOperator(scalars[place]) { readOperator() } else { append(readWord()) }
    }
    if commands.count > 1, commands[commands.count - 1].words.isEmpty { commands.removeLast() }
  }

  /// Whether it has parentheses: a subshell or a function.
  var hasGroups: Bool { commands.contains { "()".contains($0.end) && !$0.end.isEmpty } }

  /// Whether it is more than one program with its arguments, so that only a shell can run it.
  var needsShell: Bool {
    guard isClosed, commands.count == 1, let command = commands.first, command.end.isEmpty,
      !command.isRedirected, let program = command.program
    else { return true }
    return command.words[program].isShellOnly
      || command.words[..<program].contains {
        $0.isOpening || $0.isAssignment && !isPlainAssignment($0)
      }
  }

  /// Whether hoopstart gives the program the same variable as the shell would. The shell does not
  /// split the value of an assignment at its spaces, but does so with an argument.
  private func isPlainAssignment(_ word: Word) -> Bool {
    let text = scalars[word.range]
    return !text.contains { "$`".unicodeScalars.contains($0) }
      && text.firstIndex(of: "=").map { text[$0 - 1] != "+" } == true
  }

  /// The line with some of its parts replaced.
  ///
  /// - Parameter parts: In the order of the line, without overlaps.
  func replacing(_ parts: [(range: Range<Int>, text: String)]) -> String {
    var result = String.UnicodeScalarView()
    var place = 0
    for part in parts {
      result.append(contentsOf: scalars[place..<part.range.lowerBound])
      result.append(contentsOf: part.text.unicodeScalars)
      place = part.range.upperBound
    }
    result.append(contentsOf: scalars[place...])
    return String(result)
  }

  // MARK: - Reading

  /// - Returns: Whether anything follows but a comment.
  private mutating func skipBlanks() -> Bool {
    while place < scalars.count, isSpace(at: place) { place += 1 }
    return place < scalars.count && scalars[place] != "#"
  }

  private mutating func isSpace(at index: Int) -> Bool {
    let scalar = scalars[index]
    if scalar.isASCII { return scalar == " " || scalar == "\t" }
    guard Self.isOddSpace(scalar) else { return false }
    hasOddSpace = true
    return true
  }

  /// Whether it is one of Unicode's spaces but not the shell's. Words are taken apart at them, as
  /// their author meant it.
  static func isOddSpace(_ scalar: Unicode.Scalar) -> Bool {
    guard !scalar.isASCII else { return false }
    return scalar.value == 0x200b || scalar.value == 0xfeff || String(scalar).trimmed().isEmpty
  }

  private static func isOperator(_ scalar: Unicode.Scalar) -> Bool {
    ";&|()<>\n".unicodeScalars.contains(scalar)
  }

  private mutating func append(_ word: Word) {
    // The 2 of `2>&1` belongs to what follows.
    if place < scalars.count, scalars[place] == "<" || scalars[place] == ">",
      word.text.utf8.allSatisfy(ASCII.isDigit)
    {
      return
    }
    commands[commands.count - 1].words.append(word)
  }

  private mutating func readOperator() {
    let start = place
    // Parentheses and line ends are operators of their own.
    repeat {
      place += 1
    } while place < scalars.count && "&|<>;".unicodeScalars.contains(scalars[place])
      && !"()\n".unicodeScalars.contains(scalars[start])
    let text = String(String.UnicodeScalarView(scalars[start..<place]))
    guard text.contains(where: { "<>".contains($0) }) else {
      commands[commands.count - 1].end = text
      commands.append(Command())
      return
    }
    commands[commands.count - 1].isRedirected = true
    if skipBlanks(), !Self.isOperator(scalars[place]) { _ = readWord() }
  }

  private mutating func readWord() -> Word {
    let start = place
    var text = String.UnicodeScalarView()
    var isQuoted = false
    while place < scalars.count, !isSpace(at: place), !Self.isOperator(scalars[place]) {
      let scalar = scalars[place]
      isQuoted = isQuoted || "\\'\"`$".unicodeScalars.contains(scalar)
      switch scalar {
      case "\\":
        if place + 1 < scalars.count { text.append(scalars[place + 1]) }
        place = min(place + 2, scalars.count)
      case "'":
        let end = end(of: "'", from: place + 1)
        text.append(contentsOf: scalars[(place + 1)..<end])
        place = min(end + 1, scalars.count)
      case "\"": readDoubleQuotes(into: &text)
      case "$", "`": text.append(contentsOf: readExpansion())
      default:
        text.append(scalar)
        place += 1
      }
    }
    return Word(range: start..<place, text: String(text), isQuoted: isQuoted)
  }

  private mutating func readDoubleQuotes(into text: inout String.UnicodeScalarView) {
    place += 1
    while place < scalars.count, scalars[place] != "\"" {
      let scalar = scalars[place]
      if scalar == "$" || scalar == "`" {
        text.append(contentsOf: readExpansion())
        continue
      }
      if scalar == "\\", place + 1 < scalars.count {
        place += 1
        if !"\"\\$`".unicodeScalars.contains(scalars[place]) { text.append(scalar) }
      }
      text.append(scalars[place])
      place += 1
    }
    isClosed = isClosed && place < scalars.count
    place = min(place + 1, scalars.count)
  }

  /// Reads an expansion as it is written: a command in backquotes, `$(COMMAND)` or `${NAME}` whole,
  /// the dollar of all others.
  private mutating func readExpansion() -> ArraySlice<Unicode.Scalar> {
    let start = place
    let next = place + 1 < scalars.count ? scalars[place + 1] : " "
    if scalars[place] == "`" {
      place = min(end(of: "`", from: place + 1) + 1, scalars.count)
    } else if next == "(" || next == "{" {
      let close: Unicode.Scalar = next == "(" ? ")" : "}"
      var depth = 0
      repeat {
        place += 1
        if place == scalars.count { break }
        depth += scalars[place] == next ? 1 : scalars[place] == close ? -1 : 0
      } while depth > 0
      isClosed = isClosed && depth == 0
      place = min(place + 1, scalars.count)
    } else {
      place += 1
    }
    return scalars[start..<place]
  }

  private mutating func end(of quote: Unicode.Scalar, from start: Int) -> Int {
    if let end = scalars[min(start, scalars.count)...].firstIndex(of: quote) { return end }
    isClosed = false
    return scalars.count
  }
}

extension ShellLine.Command {
  /// The place of its program: behind variables, shell keywords, `exec` and `env`. Nil if it has none.
  var program: Int? {
    var index = 0
    while index < words.count {
      let word = words[index]
      if word.fileName == "env" {
        index += 1
        while index < words.count, words[index].text.utf8.first == ASCII.hyphen {
          // `-u NAME`, `-C FOLDER`
          index += ["-u", "-C"].contains(words[index].text) ? 2 : 1
        }
      } else if word.isAssignment || word.isExec || word.isOpening {
        index += 1
      } else {
        return index
      }
    }
    return nil
  }

  var isExec: Bool { words[..<(program ?? words.count)].contains { $0.isExec } }

  /// The place of the script if it is a shell that gets one: `bash -lc 'cd x && puma'`.
  var script: Int? {
    guard let program, ["bash", "sh", "dash"].contains(words[program].fileName) else { return nil }
    var hasScript = false
    var index = program + 1
    while index < words.count, words[index].text.utf8.first == ASCII.hyphen {
      let option = words[index].text.utf8
      let isShort = option.dropFirst().first != ASCII.hyphen
      hasScript = hasScript || isShort && option.contains(UInt8(ascii: "c"))
      // `-o pipefail`
      index += isShort && option.last == UInt8(ascii: "o") ? 2 : 1
    }
    return hasScript && index < words.count ? index : nil
  }
}

extension ShellLine.Word {
  /// The part behind the last slash.
  var fileName: String { text.split(separator: "/").last.map { String($0) } ?? text }

  var isExec: Bool { !isQuoted && text == "exec" }

  /// Whether it sets a variable: `NAME=value`, with or without quotes around the value.
  var isAssignment: Bool {
    let name = text.utf8.prefix { $0 != UInt8(ascii: "=") }
    guard name.count < text.utf8.count, let first = name.first, !ASCII.isDigit(first) else {
      return false
    }
    // `NAME+=value` adds to the variable.
    return (name.last == UInt8(ascii: "+") ? name.dropLast() : name).allSatisfy {
      ASCII.isAlphanumeric($0) || $0 == ASCII.underscore
    }
  }

  /// Whether a command may follow it in a compound command.
  var isOpening: Bool { !isQuoted && Self.openings.contains(text) }

  /// Whether only a shell knows it, so that there is not a program of that name (bash(1), "Reserved
  /// words" and "Shell builtin commands", without those that are programs too, such as echo).
  var isShellOnly: Bool {
    !isQuoted && (Self.openings.contains(text) || Self.shellOnly.contains(text))
  }

  private static let openings = [
    "!", "{", "do", "elif", "else", "if", "then", "time", "until", "while",
  ]

  private static let shellOnly = [
    ".", ":", "[[", "}", "alias", "builtin", "case", "cd", "coproc", "declare", "done", "esac",
    "eval", "exec", "exit", "export", "fi", "for", "function", "jobs", "let", "local", "popd",
    "pushd", "read", "readonly", "return", "select", "set", "shift", "shopt", "source", "trap",
    "type", "ulimit", "umask", "unalias", "unset", "wait",
  ]
}
