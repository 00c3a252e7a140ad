import HoopAgent

/// A command line mended so that it calls hoopstart as it should.
enum HoopstartCorrection {
  /// The longest line that is shown again, in bytes.
  static let maximumBytes = 1000

  /// - Returns: nil where what is meant cannot be told.
  static func corrected(_ line: [UInt8], depth: Int = 0) -> [UInt8]? {
    var line = line
    // Each turn mends one thing: a spelling, missing dashes, a word that is no program.
    for _ in 0..<5 {
      let command = ShellCommand(line)
      guard let place = HoopstartPlace(in: command) else {
        guard let inserted = inserted(line, command) else { return nil }
        line = inserted
        continue
      }
      if place.use == .proper || place.use == .question { return line }
      let words = command.commands[place.command].words
      let mended =
        place.isInScript
        ? mended(script: words[place.word], in: line, depth)
        : mended(place.use, line, words, place.word)
      guard let mended else { return nil }
      line = mended
    }
    return nil
  }

  /// hoopstart before the program: that of the last command, or of the pipe that ends with it.
  /// Where several commands are one, a shell runs them all.
  private static func inserted(_ line: [UInt8], _ command: ShellCommand) -> [UInt8]? {
    guard var place = command.commands.lastIndex(where: { !$0.words.isEmpty }) else { return nil }
    while place > 0, ["|", "|&"].contains(command.commands[place - 1].end) { place -= 1 }
    let simple = command.commands[place]
    if command.isPlain, let program = simple.program, !simple.words[program].isShellOnly {
      return line.inserting("hoopstart -- ", at: simple.words[program].range.lowerBound)
    }
    return Array("hoopstart -- ".utf8) + bash(line)
  }

  /// hoopstart before a shell that runs the whole of a line in which it starts a part, where others
  /// follow that one: nil where none does.
  static func aroundAll(_ line: [UInt8]) -> [UInt8]? {
    guard line.count <= maximumBytes else { return nil }
    let command = ShellCommand(line)
    guard command.isPlain, let place = HoopstartPlace(in: command), place.use == .proper,
      !place.isInScript, command.goesOn(after: place.command)
    else { return nil }
    return aroundAll(line, command.commands[place.command].words, place.word)
  }

  /// - Parameter place: that of hoopstart among the words of its command.
  private static func aroundAll(
    _ line: [UInt8], _ words: [ShellReader.Word], _ place: Int
  ) -> [UInt8]? {
    guard let program = behindDashes(words[(place + 1)...]).first else { return nil }
    let start = place > 0 && words[place - 1].text == "exec" ? place - 1 : place
    let range = words[start].range.lowerBound..<program.range.lowerBound
    return Array("hoopstart -- ".utf8) + bash(line.replacing(range, with: []))
  }

  private static func mended(
    script: ShellReader.Word, in line: [UInt8], _ depth: Int
  ) -> [UInt8]? {
    guard depth < ShellCommand.maximumDepth,
      let inner = corrected(Array(script.text.utf8), depth: depth + 1)
    else { return nil }
    return line.replacing(script.range, with: quoted(inner))
  }

  private static func mended(
    _ use: HoopstartUse, _ line: [UInt8], _ simple: [ShellReader.Word], _ place: Int
  ) -> [UInt8]? {
    let hoopstart = simple[place]
    let rest = simple[(place + 1)...]
    switch use {
    case .none, .proper, .question, .withoutCommand: return nil
    case .misspelled(let name):
      // `hoopstart--` lacks a space.
      let dashes = name.utf8.reversed().starts(with: "--".utf8) ? " --" : ""
      let folder = hoopstart.text.utf8.dropLast(hoopstart.fileName.utf8.count)
      return line.replacing(
        hoopstart.range, with: Array(folder) + Array("\(HoopstartPlace.name)\(dashes)".utf8))
    case .withoutDashes:
      guard let first = rest.first else { return nil }
      if first.isOneDash { return line.replacing(first.range, with: Array("--".utf8)) }
      // Options before the dashes are in the way.
      if let dashes = rest.first(where: { $0.text == "--" || !$0.isOption }), dashes.text == "--" {
        return line.replacing(
          first.range.lowerBound..<dashes.range.upperBound, with: Array("--".utf8))
      }
      return line.inserting(" --", at: hoopstart.range.upperBound)
    case .withoutProgram:
      let words = behindDashes(rest)
      guard let program = words.first else { return nil }
      let start = program.range.lowerBound
      if program.isAssignment {
        let target = words.drop { $0.isAssignment }
        guard let first = target.first else { return nil }
        if first.isSeveralWords { return bashed(first, of: simple, line) }
        // env starts programs too, and no more; and what is no more than a word to it, a shell splits.
        let hasExpansion = words[..<target.startIndex].contains {
          $0.text.utf8.contains { "$`".utf8.contains($0) }
        }
        if first.isShellOnly || hasExpansion { return aroundAll(line, simple, place) }
        guard HoopstartPlace.use(ofProgram: target) == .proper else { return nil }
        return line.inserting("env ", at: start)
      }
      if program.isSeveralWords { return bashed(program, of: simple, line) }
      if program.isOption, !program.isOneDash { return nil }
      if !program.isShellOnly {
        // A dash or a hoopstart too many, misspelled.
        guard let next = words.dropFirst().first else { return nil }
        return line.replacing(start..<next.range.lowerBound, with: [])
      }
      // Without hoopstart, and an exec before it: then it is put where it belongs.
      let isExec = place > 0 && simple[place - 1].text == "exec"
      let next = program.text == "exec" ? words.dropFirst().first : program
      let end = next?.range.lowerBound ?? program.range.upperBound
      return line.replacing(simple[isExec ? place - 1 : place].range.lowerBound..<end, with: [])
    }
  }

  /// The command in quotes as a script, where nothing stands behind it.
  private static func bashed(
    _ word: ShellReader.Word, of simple: [ShellReader.Word], _ line: [UInt8]
  ) -> [UInt8]? {
    word == simple.last ? line.inserting("bash -c ", at: word.range.lowerBound) : nil
  }

  /// What stands behind hoopstart's dashes; `HoopstartPlace.optional` brings its own.
  private static func behindDashes(
    _ words: ArraySlice<ShellReader.Word>
  ) -> ArraySlice<ShellReader.Word> {
    words.first?.text == "--" ? words.dropFirst() : words
  }

  private static func bash(_ script: [UInt8]) -> [UInt8] {
    Array("bash -c ".utf8) + quoted(script)
  }

  private static func quoted(_ line: [UInt8]) -> [UInt8] {
    let quote = UInt8(ascii: "'")
    return [quote] + line.flatMap { $0 == quote ? Array(#"'\''"#.utf8) : [$0] } + [quote]
  }
}

extension ShellCommand {
  /// Whether a command follows that one which does not start with hoopstart itself.
  fileprivate func goesOn(after place: Int) -> Bool {
    let command = commands[place]
    guard [";", "&&"].contains(command.end), command.words.first?.text != "exec" else {
      return false
    }
    return commands[(place + 1)...].contains { simple in
      !simple.words.isEmpty && !simple.words.contains { $0.fileName == HoopstartPlace.name }
    }
  }
}

extension [UInt8] {
  fileprivate func inserting(_ text: String, at index: Int) -> [UInt8] {
    replacing(index..<index, with: Array(text.utf8))
  }

  fileprivate func replacing(_ range: Range<Int>, with bytes: [UInt8]) -> [UInt8] {
    self[..<range.lowerBound] + bytes + self[range.upperBound...]
  }
}

extension ShellReader.Word {
  /// Whether it is what an editor makes of two hyphens, or one alone.
  var isOneDash: Bool {
    !text.isEmpty
      && text.unicodeScalars.allSatisfy {
        $0 == "-" || (0x2010...0x2015).contains($0.value) || $0 == "−"
      }
  }
}
