import HoopAgent

/// A command line as the simple commands that it holds, as far as that can be told without running
/// it.
struct ShellCommand {
  /// A program and its arguments, with what is set for it before.
  struct Simple {
    var words: [ShellReader.Word] = []
    /// The operator behind it; empty at the end of the line.
    var end = ""
  }

  /// In the order of the line; none is left out, even one without words.
  let commands: [Simple]
  /// Whether every quote and bracket is closed.
  let isClosed: Bool

  init(_ line: [UInt8]) {
    var reader = ShellReader(line)
    var commands = [Simple()]
    while let token = reader.next() {
      switch token {
      case .word(let word): commands[commands.count - 1].words.append(word)
      case .mark(let mark):
        commands[commands.count - 1].end = mark
        commands.append(Simple())
      }
    }
    self.commands = commands
    isClosed = reader.isClosed
  }

  /// Whether it is but simple commands, one after the other or in pipes, and ends.
  var isPlain: Bool {
    isClosed
      && commands.allSatisfy {
        ["", ";", "&&", "||", "|", "|&"].contains($0.end) && $0.words.first?.isReserved != true
      }
  }

  /// How deep `bash -c` in `bash -c` is looked into.
  static let maximumDepth = 4

  /// Its words, and those of the scripts that it hands to a shell.
  func words(depth: Int = 0) -> [ShellReader.Word] {
    commands.flatMap { simple in
      simple.words.indices.flatMap { index in
        guard depth < Self.maximumDepth, let script = simple.script(of: index) else {
          return [simple.words[index]]
        }
        let inner = ShellCommand(Array(simple.words[script].text.utf8)).words(depth: depth + 1)
        return [simple.words[index]] + inner
      }
    }
  }
}

extension ShellCommand.Simple {
  /// The place of the program, behind variables that are set for it and behind `exec`.
  var program: Int? {
    words.firstIndex { !$0.isAssignment && $0.text != "exec" }
  }

  /// The place of the script, where the word at `index` is a shell that is given one:
  /// `bash -lc 'cd x && puma'`.
  func script(of index: Int) -> Int? {
    guard ["bash", "sh", "dash"].contains(words[index].fileName) else { return nil }
    var hasScript = false
    var next = index + 1
    while next < words.count, words[next].isOption {
      let option = words[next].text
      if option.utf8.dropFirst().first != ASCII.hyphen {
        hasScript = hasScript || option.utf8.contains(UInt8(ascii: "c"))
        // `-o pipefail`
        if option.utf8.last == UInt8(ascii: "o") { next += 1 }
      }
      next += 1
    }
    return hasScript && next < words.count ? next : nil
  }
}

extension ShellReader.Word {
  /// What stands behind the last slash.
  var fileName: String {
    let bytes = Array(text.utf8)
    let slash = bytes.lastIndex(of: UInt8(ascii: "/")) ?? -1
    return String(decoding: bytes[(slash + 1)...], as: UTF8.self)
  }

  var isOption: Bool { text.utf8.first == ASCII.hyphen }

  /// Whether it sets a variable: `NAME=value`, the value quoted or not.
  var isAssignment: Bool {
    let name = text.utf8.prefix { $0 != UInt8(ascii: "=") }
    guard name.count < text.utf8.count, let first = name.first, !ASCII.isDigit(first) else {
      return false
    }
    // `NAME+=value` adds to it.
    return (name.last == UInt8(ascii: "+") ? name.dropLast() : name).allSatisfy {
      ASCII.isAlphanumeric($0) || $0 == ASCII.underscore
    }
  }

  /// Whether bash alone knows it, so that there is no program of that name (bash(1), "Reserved
  /// words" and "Shell builtin commands"; those that are programs too, such as echo, are not here).
  var isShellOnly: Bool { isBare && (isReserved || Self.builtins.contains(text)) }

  /// Whether it begins or goes on with a compound command.
  var isReserved: Bool { isBare && Self.reserved.contains(text) }

  private static let reserved = [
    "!", "[[", "]]", "{", "}", "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for",
    "function", "if", "in", "select", "then", "time", "until", "while",
  ]

  private static let builtins = [
    ".", ":", "alias", "bg", "bind", "break", "builtin", "caller", "cd", "command", "compgen",
    "complete", "compopt", "continue", "declare", "dirs", "disown", "enable", "eval", "exec",
    "exit", "export", "fc", "fg", "getopts", "hash", "help", "history", "jobs", "let", "local",
    "logout", "mapfile", "popd", "pushd", "read", "readarray", "readonly", "return", "set",
    "shift", "shopt", "source", "suspend", "times", "trap", "type", "typeset", "ulimit", "umask",
    "unalias", "unset", "wait",
  ]
}
