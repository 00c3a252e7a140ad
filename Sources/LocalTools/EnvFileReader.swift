import HoopAgent

/// Reads an `EnvFile` from its first byte to its last.
struct EnvFileReader {
  private var rest: ArraySlice<UInt8>
  private var line = 1

  private static let newline = UInt8(ascii: "\n")
  private static let backslash = UInt8(ascii: "\\")
  private static let hash = UInt8(ascii: "#")
  private static let single = UInt8(ascii: "'")
  private static let double = UInt8(ascii: "\"")

  init(_ bytes: some Sequence<UInt8>) {
    rest = Array(bytes)[...]
    let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
    if rest.starts(with: byteOrderMark) { rest = rest.dropFirst(byteOrderMark.count) }
  }

  /// The next variable; nil at the end.
  mutating func next() throws(EnvFile.Malformed) -> EnvFile.Variable? {
    while !rest.isEmpty {
      skipSpace()
      if rest.first == Self.newline {
        rest = rest.dropFirst()
        line += 1
      } else if rest.first == Self.hash {
        skipLine()
      } else if !rest.isEmpty {
        return try variable()
      }
    }
    return nil
  }

  private mutating func variable() throws(EnvFile.Malformed) -> EnvFile.Variable {
    let word = Array("export".utf8)
    if rest.starts(with: word), rest.dropFirst(word.count).first.map(Self.isSpace) == true {
      rest = rest.dropFirst(word.count)
      skipSpace()
    }
    let content = rest.prefix { $0 != Self.newline }
    guard let equals = content.firstIndex(of: UInt8(ascii: "=")) else { throw malformed(.noEquals) }
    var name = content[..<equals]
    while name.last.map(Self.isSpace) == true { name = name.dropLast() }
    guard EnvFile.isName(name) else { throw malformed(.name) }
    rest = rest[(equals + 1)...]
    skipSpace()
    let first = line
    let value = try value()
    if value.contains(0) { throw EnvFile.Malformed(line: first, why: .nul) }
    return EnvFile.Variable(name: String(decoding: name, as: UTF8.self), value: value)
  }

  private mutating func value() throws(EnvFile.Malformed) -> [UInt8] {
    guard rest.first == Self.single || rest.first == Self.double else { return bare() }
    let first = line
    var value: [UInt8] = []
    // Pieces without a space between them are one word, as in a shell.
    while let byte = rest.first, !Self.isSpace(byte), byte != Self.newline {
      switch byte {
      case Self.single, Self.double:
        rest = rest.dropFirst()
        guard let piece = quoted(by: byte) else {
          throw EnvFile.Malformed(line: first, why: .openQuote)
        }
        value += piece
      case Self.backslash where rest.count > 1:
        value.append(rest[rest.startIndex + 1])
        rest = rest.dropFirst(2)
      default: throw malformed(.rest)
      }
    }
    skipSpace()
    guard rest.isEmpty || rest.first == Self.newline || rest.first == Self.hash else {
      throw malformed(.rest)
    }
    return value
  }

  /// What stands before the closing quote; nil where there is none.
  private mutating func quoted(by quote: UInt8) -> [UInt8]? {
    var value: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == quote { return value }
      if byte == Self.newline { line += 1 }
      if byte == Self.backslash, let next = rest.first, let meant = Self.escaped(next, in: quote) {
        rest = rest.dropFirst()
        if next == Self.newline { line += 1 }
        value += meant
      } else {
        value.append(byte)
      }
    }
    return nil
  }

  /// What a backslash and `byte` stand for; nil where the backslash stands for itself.
  private static func escaped(_ byte: UInt8, in quote: UInt8) -> [UInt8]? {
    if quote == single {
      // The Heroku CLI writes \' for a quote nowhere (it takes double quotes then), so a backslash
      // before one is the value's last character, as in a shell.
      return byte == backslash ? [backslash] : nil
    }
    switch byte {
    case UInt8(ascii: "n"): return [newline]
    case UInt8(ascii: "r"): return [UInt8(ascii: "\r")]
    case newline: return []
    case double, backslash, UInt8(ascii: "$"), UInt8(ascii: "`"), UInt8(ascii: "!"): return [byte]
    default: return nil
    }
  }

  private mutating func bare() -> [UInt8] {
    var value: [UInt8] = []
    while let byte = rest.first, byte != Self.newline {
      if byte == Self.hash, value.isEmpty || value.last.map(Self.isSpace) == true { break }
      rest = rest.dropFirst()
      if byte == Self.backslash, let next = rest.first, Self.isPunctuation(next) {
        value.append(next)
        rest = rest.dropFirst()
      } else {
        value.append(byte)
      }
    }
    while value.last.map(Self.isSpace) == true { value.removeLast() }
    return value
  }

  private func malformed(_ why: EnvFile.Reason) -> EnvFile.Malformed {
    EnvFile.Malformed(line: line, why: why)
  }

  private mutating func skipSpace() { rest = rest.drop(while: Self.isSpace) }
  private mutating func skipLine() { rest = rest.drop { $0 != Self.newline } }

  /// A carriage return counts: files from Windows have one before each line's end.
  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0d
  }

  private static func isPunctuation(_ byte: UInt8) -> Bool {
    (0x21...0x7e).contains(byte) && !ASCII.isAlphanumeric(byte)
  }
}
