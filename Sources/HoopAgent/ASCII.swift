/// The bytes that the formats of this project are made of.
enum ASCII {
  static let zero = UInt8(ascii: "0")
  static let hyphen = UInt8(ascii: "-")

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  static func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x61...0x66).contains(byte | 0x20)
  }

  static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte | 0x20) }

  /// Space and the controls that people paste by accident: tab, line feed, carriage return and
  /// their like.
  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

  static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7f }
}

extension StringProtocol {
  /// The text without ASCII white space at its ends.
  public func trimmed() -> String {
    var bytes = Array(utf8)[...]
    while let byte = bytes.first, ASCII.isSpace(byte) { bytes.removeFirst() }
    while let byte = bytes.last, ASCII.isSpace(byte) { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What stands before and after the first `separator`; all of it and nil where there is none.
  public func halves(around separator: String) -> (before: Substring, after: Substring?) {
    let text = Substring(self)
    var start = text.startIndex
    while start < text.endIndex {
      if text[start...].utf8.starts(with: separator.utf8) {
        let end = text.utf8.index(start, offsetBy: separator.utf8.count)
        return (text[..<start], text[end...])
      }
      start = text.utf8.index(after: start)
    }
    return (text, nil)
  }
}
