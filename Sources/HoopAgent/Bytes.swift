/// A part of a text, as the agent sees it.
///
/// Formats are taken apart by bytes and not by Swift's characters: to those a comma with a
/// combining mark behind it is no comma, and to the agent, which is written in Go, it is one.
typealias Bytes = ArraySlice<UInt8>

extension Bytes {
  var text: String { String(decoding: self, as: UTF8.self) }

  /// What stands before and after the first `separator`, an ASCII character; all of it and nil
  /// where there is none.
  func halves(around separator: Unicode.Scalar) -> (before: Bytes, after: Bytes?) {
    guard let index = firstIndex(of: UInt8(ascii: separator)) else { return (self, nil) }
    return (self[..<index], self[(index + 1)...])
  }

  /// The text with each `%XX` replaced by its byte; nil where that is malformed or not UTF-8.
  func percentDecoded() -> String? {
    var bytes: [UInt8] = []
    var rest = self
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, digits.allSatisfy(ASCII.isHexDigit),
        let value = UInt8(digits.text, radix: 16)
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
