/// Puts the lines of a program's output together from the pieces in which it comes.
package struct LineBuffer {
  /// The longest line, in bytes. What is longer comes in pieces.
  package static let maximumBytes = 16_384

  private var unfinished: [UInt8] = []

  package init() {}

  /// Returns the lines that end in `bytes`, without empty ones.
  package mutating func lines(in bytes: [UInt8]) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") || unfinished.count == Self.maximumBytes { lines += rest() }
      if byte != UInt8(ascii: "\n") { unfinished.append(byte) }
    }
    return lines
  }

  /// Returns the line that has no end yet, or nothing, at the end of the output.
  package mutating func rest() -> [String] {
    defer { unfinished = [] }
    return unfinished.isEmpty ? [] : [String(decoding: unfinished, as: UTF8.self)]
  }
}
