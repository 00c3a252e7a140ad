import HoopAgent

/// Takes a command line apart into words and operators, as bash does before it runs anything.
///
/// Quotes are understood, expansions are left as they are written. It takes time in proportion to
/// the line's length.
struct ShellReader {
  struct Word: Hashable {
    /// Where it stands in the line, in bytes.
    let range: Range<Int>
    /// Without its quotes.
    let text: String
    /// Whether nothing of it is quoted or expanded.
    let isBare: Bool
  }

  enum Token: Hashable {
    case word(Word)
    /// `;`, `&&`, `|`, `(` and so on. Redirections are left out, with their targets.
    case mark(String)
  }

  private let line: [UInt8]
  private var place = 0
  /// Whether every quote and bracket so far is closed.
  private(set) var isClosed = true

  init(_ line: [UInt8]) { self.line = line }

  /// The next word or operator; nil at the end of the line, or before a comment.
  mutating func next() -> Token? {
    while true {
      while let byte, Self.isSpace(byte) { place += 1 }
      guard let byte, byte != UInt8(ascii: "#") else { return nil }
      guard Self.isMark(byte) else {
        let word = word()
        // The 2 of `2>&1` belongs to what follows.
        if let next = self.byte, Self.isRedirection(next), word.text.utf8.allSatisfy(ASCII.isDigit)
        {
          continue
        }
        return .word(word)
      }
      let mark = mark()
      guard mark.utf8.contains(where: Self.isRedirection) else { return .mark(mark) }
      while let byte = self.byte, Self.isSpace(byte) { place += 1 }
      if let byte = self.byte, !Self.isMark(byte) { _ = word() }
    }
  }

  private var byte: UInt8? { place < line.count ? line[place] : nil }

  private mutating func mark() -> String {
    let start = place
    while let byte, Self.isMark(byte), place - start < 3 {
      // Brackets and line ends stand alone.
      if place > start, Self.isAlone(byte) || Self.isAlone(line[start]) { break }
      // `;` is no part of what stands before it, but of `;;`.
      if place > start, byte == UInt8(ascii: ";"), line[start] != byte { break }
      place += 1
    }
    return String(decoding: line[start..<place], as: UTF8.self)
  }

  private mutating func word() -> Word {
    let start = place
    var text: [UInt8] = []
    var isBare = true
    while let byte, !Self.isSpace(byte), !Self.isMark(byte) {
      switch byte {
      case UInt8(ascii: "\\"):
        isBare = false
        text += line[(place + 1)..<min(place + 2, line.count)]
        place = min(place + 2, line.count)
      case UInt8(ascii: "'"):
        isBare = false
        let end = line[(place + 1)...].firstIndex(of: byte)
        isClosed = isClosed && end != nil
        text += line[(place + 1)..<(end ?? line.count)]
        place = (end ?? line.count - 1) + 1
      case UInt8(ascii: "\""):
        isBare = false
        text += quoted()
      case UInt8(ascii: "`"), UInt8(ascii: "$"):
        isBare = false
        text += expansion()
      default:
        text.append(byte)
        place += 1
      }
    }
    return Word(
      range: start..<place, text: String(decoding: text, as: UTF8.self), isBare: isBare)
  }

  /// What stands in double quotes.
  private mutating func quoted() -> [UInt8] {
    var text: [UInt8] = []
    place += 1
    while let byte {
      switch byte {
      case UInt8(ascii: "\""):
        place += 1
        return text
      case UInt8(ascii: "\\"):
        let next = line[(place + 1)...].first
        if let next, !"\"\\$`".utf8.contains(next) { text.append(byte) }
        if let next { text.append(next) }
        place = min(place + 2, line.count)
      case UInt8(ascii: "$"), UInt8(ascii: "`"): text += expansion()
      default:
        text.append(byte)
        place += 1
      }
    }
    isClosed = false
    return text
  }

  /// An expansion as it is written, with all that is nested in it: `$NAME` up to the dollar,
  /// `${NAME}`, `$(COMMAND)` or a command in backquotes.
  private mutating func expansion() -> [UInt8] {
    let start = place
    // What closes each of those that are open.
    var closers: [UInt8] = []
    repeat {
      guard let byte else {
        isClosed = false
        break
      }
      let next = line[(place + 1)...].first
      var length = 1
      switch byte {
      case closers.last: closers.removeLast()
      case UInt8(ascii: "\\") where next != nil: length = 2
      case UInt8(ascii: "$") where next == UInt8(ascii: "("):
        closers.append(UInt8(ascii: ")"))
        length = 2
      case UInt8(ascii: "$") where next == UInt8(ascii: "{"):
        closers.append(UInt8(ascii: "}"))
        length = 2
      case UInt8(ascii: "(") where closers.last == UInt8(ascii: ")"):
        closers.append(UInt8(ascii: ")"))
      case UInt8(ascii: "\""), UInt8(ascii: "`"): closers.append(byte)
      case UInt8(ascii: "'") where closers.last == UInt8(ascii: ")"):
        let end = line[(place + 1)...].firstIndex(of: byte)
        isClosed = isClosed && end != nil
        length = (end ?? line.count - 1) + 1 - place
      default: break
      }
      place += length
    } while !closers.isEmpty
    return Array(line[start..<place])
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
  private static func isAlone(_ byte: UInt8) -> Bool { "()\n".utf8.contains(byte) }
  private static func isRedirection(_ byte: UInt8) -> Bool { "<>".utf8.contains(byte) }
  private static func isMark(_ byte: UInt8) -> Bool { "&|;()<>\n".utf8.contains(byte) }
}
