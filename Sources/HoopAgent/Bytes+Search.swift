extension Bytes {
  /// Where `part`, which is not empty, stands first.
  func range(of part: String) -> Range<Int>? {
    let part = Array(part.utf8)
    guard let first = part.first, count >= part.count else { return nil }
    for index in startIndex...(endIndex - part.count)
    where self[index] == first && self[index...].starts(with: part) {
      return index..<(index + part.count)
    }
    return nil
  }

  /// Where the first `part` ends.
  func end(of part: String) -> Int? { range(of: part)?.upperBound }

  /// What follows `start`; nil where the text does not begin so.
  func rest(after start: String) -> Bytes? {
    starts(with: start.utf8) ? dropFirst(start.utf8.count) : nil
  }

  /// What stands between one `separator` and the next; one part where there is none.
  func parts(separatedBy separator: String) -> [Bytes] {
    var (parts, rest): ([Bytes], Bytes) = ([], self)
    while let range = rest.range(of: separator) {
      parts.append(rest[..<range.lowerBound])
      rest = rest[range.upperBound...]
    }
    return parts + [rest]
  }

  /// The text of a JSON string whose opening quote is just before; nil where it has no end or is
  /// malformed.
  func jsonText() -> String? {
    var (bytes, rest): ([UInt8], Bytes) = ([], self)
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let scalar = rest.popJSONEscape() else { return nil }
        bytes += Array(String(scalar).utf8)
      default: bytes.append(byte)
      }
    }
    return nil
  }

  /// Takes what follows a backslash in a JSON string. Half of a pair that stands for one character
  /// becomes U+FFFD: of the agent's letters none needs a pair.
  private mutating func popJSONEscape() -> Unicode.Scalar? {
    switch popFirst() {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "u"):
      let digits = prefix(4)
      guard digits.count == 4, digits.allSatisfy(ASCII.isHexDigit),
        let value = UInt32(digits.text, radix: 16)
      else { return nil }
      self = dropFirst(4)
      return Unicode.Scalar(value) ?? "\u{fffd}"
    case let byte?: return Unicode.Scalar(byte)
    case nil: return nil
    }
  }
}
