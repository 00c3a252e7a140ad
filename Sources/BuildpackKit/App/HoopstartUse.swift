import HoopAgent

/// How a command line calls hoopstart, and what would come of it.
package enum HoopstartUse: Hashable, Sendable {
  /// Not at all.
  case none
  /// With `--` and a program behind it.
  case proper
  /// With a question such as `--check` in place of a command.
  case question
  /// Without `--`, so that hoopstart would take the command's words for its own.
  case withoutDashes
  /// With `--` and nothing behind it.
  case withoutCommand
  /// With a word behind `--` that is no program, such as `cd` or `A=1`, of which only a shell knows
  /// what it means, or a misspelled hoopstart.
  case withoutProgram(String)
  /// By a name that is nearly its own.
  case misspelled(String)

  /// Whether the process ends at once, with hoopstart's or the shell's complaint.
  var isDead: Bool {
    switch self {
    case .none, .proper, .question: false
    case .withoutDashes, .withoutCommand, .withoutProgram, .misspelled: true
    }
  }

  init(by line: [UInt8]) { self = HoopstartPlace(in: ShellCommand(line))?.use ?? .none }
}

/// Where hoopstart is called in a command line.
struct HoopstartPlace {
  let use: HoopstartUse
  /// The simple command, and the word in it: hoopstart, or the script in which it is called.
  let command: Int
  let word: Int
  let isInScript: Bool

  /// - Returns: nil where it is not called.
  init?(in line: ShellCommand, depth: Int = 0) {
    for (command, simple) in line.commands.enumerated() {
      for (place, word) in simple.words.enumerated() {
        let isOptional = word.text == Self.optional
        if isOptional || word.fileName == Self.name {
          let behind = simple.words[(place + 1)...]
          let use = isOptional ? Self.use(ofProgram: behind) : Self.use(behind)
          (self.use, self.command, self.word, isInScript) = (use, command, place, false)
          return
        }
        guard depth < ShellCommand.maximumDepth, let script = simple.script(of: place) else {
          continue
        }
        let inner = ShellCommand(Array(simple.words[script].text.utf8))
        if let found = HoopstartPlace(in: inner, depth: depth + 1) {
          (use, self.command, self.word, isInScript) = (found.use, command, script, true)
          return
        }
      }
    }
    for (command, simple) in line.commands.enumerated() {
      let program = simple.words.firstIndex {
        !$0.isAssignment && !$0.isReserved && $0.text != "exec"
      }
      guard let place = program, Self.isNearly(simple.words[place]) else { continue }
      use = .misspelled(simple.words[place].text)
      (self.command, word, isInScript) = (command, place, false)
      return
    }
    return nil
  }

  static let name = "hoopstart"
  /// Stands for hoopstart and `--` where there is a hoopstart, and else for nothing: for Procfiles
  /// that also serve machines without this buildpack.
  static let optional = "$(command -v hoopstart && echo --)"

  private static func use(_ words: ArraySlice<ShellReader.Word>) -> HoopstartUse {
    guard let first = words.first else { return .withoutDashes }
    if words.count == 1, ["--check", "--help", "-h", "--version"].contains(first.text) {
      return .question
    }
    guard first.text == "--" else { return .withoutDashes }
    return use(ofProgram: words.dropFirst())
  }

  /// - Parameter words: those behind the dashes.
  static func use(ofProgram words: ArraySlice<ShellReader.Word>) -> HoopstartUse {
    var words = words
    // A hoopstart in hoopstart just runs its command, however many there are.
    while words.first?.fileName == name, words.dropFirst().first?.text == "--" {
      words = words.dropFirst(2)
    }
    guard let program = words.first else { return .withoutCommand }
    let behind = words.dropFirst()
    if program.fileName == name { return use(behind) }
    // A program may be called so; what has dashes of its own behind it is meant to be hoopstart.
    let isMisspelled = isNearly(program) && behind.first?.isOneDash == true
    let isProgram =
      !program.text.isEmpty && !program.isAssignment && !program.isShellOnly
      && !program.isOption && !program.isOneDash && !program.isSeveralWords && !isMisspelled
    return isProgram ? .proper : .withoutProgram(program.text)
  }

  private static func isNearly(_ word: ShellReader.Word) -> Bool {
    let name = word.fileName.lowercased().utf8
    return name.first == Self.name.utf8.first && name.count <= Self.name.utf8.count + 2
      && editDistance(name, Self.name.utf8) <= 2
  }
}

extension ShellReader.Word {
  /// Whether it is a whole command in quotes, which is no program's name.
  var isSeveralWords: Bool {
    text.utf8.contains(0x20) && !text.utf8.contains(UInt8(ascii: "$"))
      && !text.utf8.contains(UInt8(ascii: "`"))
  }
}
