import HoopAgent

/// A command line, split into its simple commands as far as that is needed to find hoopstart in it.
///
/// Quotes and substitutions are respected enough not to split inside them; nothing is expanded.
struct ShellLine {
  struct Word {
    /// The place in the line.
    var range: Range<Int>
    /// The word without its quotes.
    var text: [Unicode.Scalar] = []
    var string = ""
    /// Whether any of it is quoted.
    var isQuoted = false
  }

  struct Command {
    var words: [Word] = []
    /// The operators behind it, such as `&&`. Empty at the end of the line.
    var end: [Unicode.Scalar] = []
  }

  let scalars: [Unicode.Scalar]
  private(set) var commands: [Command] = []
  private(set) var hasRedirection = false
  /// Whether words are apart only by what looks like a space and is a part of a word for the shell.
  private(set) var hasOddSpace = false

  init(_ line: String) {
    scalars = Array(line.unicodeScalars)
    var command = Command()
    var word: Word?
    var quote: Unicode.Scalar?
    // How many brackets of `$(…)` and `${…}` are open.
    var depth = 0
    var isEscaped = false
    func endWord(at place: Int) {
      if var ended = word {
        ended.range = ended.range.lowerBound..<place
        ended.string = String(String.UnicodeScalarView(ended.text))
        command.words.append(ended)
      }
      word = nil
    }
    for (place, scalar) in scalars.enumerated() {
      let before = place > 0 ? scalars[place - 1] : " "
      let after = place + 1 < scalars.count ? scalars[place + 1] : " "
      let opens = before == "$" && quote != "'" && (scalar == "(" || scalar == "{")
      if quote == nil, depth == 0, !isEscaped, !opens {
        if scalar == "#", word == nil { break }
        let isOdd = Self.isOddSpace(scalar)
        if isOdd || scalar == " " || scalar == "\t" {
          hasOddSpace = hasOddSpace || isOdd
          endWord(at: place)
          continue
        }
        let isDuplication = scalar == "&" && [before, after].contains { $0 == "<" || $0 == ">" }
        if ";&|()\n".unicodeScalars.contains(scalar), !isDuplication {
          endWord(at: place)
          command.end.append(scalar)
          continue
        }
        hasRedirection = hasRedirection || scalar == "<" || scalar == ">"
        if !command.end.isEmpty {
          commands.append(command)
          command = Command()
        }
      }
      if word == nil { word = Word(range: place..<place) }
      if depth > 0 || opens {
        depth +=
          "({".unicodeScalars.contains(scalar) ? 1 : ")}".unicodeScalars.contains(scalar) ? -1 : 0
        word?.text.append(scalar)
      } else if isEscaped {
        isEscaped = false
        word?.text.append(scalar)
      } else if scalar == "\\", quote != "'" {
        isEscaped = true
        word?.isQuoted = true
        if quote == "\"", !"\"\\$`".unicodeScalars.contains(after) { word?.text.append(scalar) }
      } else if scalar == quote || quote == nil && "'\"`".unicodeScalars.contains(scalar) {
        quote = quote == nil ? scalar : nil
        word?.isQuoted = true
        if scalar == "`" { word?.text.append(scalar) }
      } else {
        word?.text.append(scalar)
      }
    }
    endWord(at: scalars.count)
    commands.append(command)
  }

  /// Whether it is one of Unicode's spaces but not the shell's.
  static func isOddSpace(_ scalar: Unicode.Scalar) -> Bool {
    !scalar.isASCII
      && (scalar.value == 0x200b || scalar.value == 0xfeff || String(scalar).trimmed().isEmpty)
  }

  /// Whether a shell must run it, as it is more than one program with its arguments.
  var needsShell: Bool {
    let command = commands[0]
    guard commands.count == 1, command.end.isEmpty, !hasRedirection, let program = command.program
    else { return true }
    // The shell does not split the value of an assignment at its spaces, but does so with an argument.
    return command.words[program].isShellOnly
      || command.words[..<program].contains { word in
        word.isKeyword
          || word.isAssignment && word.text.contains { "$`".unicodeScalars.contains($0) }
      }
  }

  /// Returns the line with some of its parts replaced.
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
}

extension ShellLine.Command {
  /// The place of its program: behind variables, keywords, `exec` and `env`. Nil if it has none.
  var program: Int? {
    var index = 0
    while index < words.count {
      let word = words[index]
      guard word.isAssignment || word.isKeyword || word.string == "exec" || word.fileName == "env"
      else { return index }
      index += 1
      if word.fileName != "env" { continue }
      while index < words.count, words[index].string.hasPrefix("-") {
        // `-u NAME`
        index += words[index].string == "-u" ? 2 : 1
      }
    }
    return nil
  }

  var isExec: Bool { words[..<(program ?? 0)].contains { $0.string == "exec" } }

  /// The place of the script if it is a shell that gets one: `bash -lc 'cd x && puma'`.
  var script: Int? {
    guard let program, ["bash", "sh"].contains(words[program].fileName) else { return nil }
    let first = words[(program + 1)...].firstIndex { word in
      !word.string.hasPrefix("--") && word.text.first == "-" && word.text.contains("c")
    }
    guard let first, first + 1 < words.count else { return nil }
    let isOption = ((program + 1)...first).allSatisfy { index in
      // `-o pipefail`
      words[index].text.first == "-" || words[index - 1].text.last == "o"
    }
    return isOption ? first + 1 : nil
  }
}

extension ShellLine.Word {
  /// The part behind the last slash.
  var fileName: String { string.split(separator: "/").last.map { String($0) } ?? "" }

  /// Whether it sets a variable: `NAME=value`, with or without quotes around the value.
  var isAssignment: Bool {
    guard let equals = text.firstIndex(of: "="), let first = text.first, first.isASCII else {
      return false
    }
    return equals > 0 && !ASCII.isDigit(UInt8(ascii: first))
      && text[..<equals].allSatisfy { scalar in
        scalar == "_" || scalar.isASCII && ASCII.isAlphanumeric(UInt8(ascii: scalar))
      }
  }

  /// Whether it is a word of the shell behind which a command follows.
  var isKeyword: Bool {
    !isQuoted && ["!", "{", "do", "else", "if", "then", "time", "while"].contains(string)
  }

  /// Whether only a shell knows it, so that there is not a program of that name (bash(1), "Reserved
  /// words" and "Shell builtin commands", without those that are programs too, such as echo).
  var isShellOnly: Bool {
    !isQuoted
      && [
        ".", "[[", "case", "cd", "declare", "eval", "exec", "exit", "export", "for", "if", "read",
        "set", "source", "time", "trap", "ulimit", "umask", "unset", "until", "while", "{",
      ].contains(string)
  }
}
