/// A part of a text, as the agent sees it.
///
/// Formats are taken apart by bytes and not by Swift's characters: for Swift a comma with a
/// combining mark is not a comma, and for the agent, which is written in Go, it is.
typealias Bytes = ArraySlice<UInt8>

extension Bytes {
  var text: String { String(decoding: self, as: UTF8.self) }

  /// What is before and after the first `separator`, an ASCII character; all of it and nil if there
  /// is none.
  func splitOnce(at separator: Unicode.Scalar) -> (before: Bytes, after: Bytes?) {
    guard let index = firstIndex(of: UInt8(ascii: separator)) else { return (self, nil) }
    return (self[..<index], self[(index + 1)...])
  }

  /// Decodes percent-encoding. Returns nil if it is malformed or not UTF-8.
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

extension Bytes {
  /// Where the first `part`, which is not empty, is.
  func range(of part: String) -> Range<Int>? { range(of: Array(part.utf8)) }

  func range(of part: [UInt8]) -> Range<Int>? {
    guard let first = part.first, count >= part.count else { return nil }
    for index in startIndex...(endIndex - part.count)
    where self[index] == first && self[index...].starts(with: part) {
      return index..<(index + part.count)
    }
    return nil
  }

  /// What follows `start`, or nil if the text does not begin with it.
  func rest(after start: String) -> Bytes? {
    starts(with: start.utf8) ? dropFirst(start.utf8.count) : nil
  }

  /// What is between one `separator` and the next; one part if there is none.
  func parts(separatedBy separator: [UInt8]) -> [Bytes] {
    var (parts, rest): ([Bytes], Bytes) = ([], self)
    while let range = rest.range(of: separator) {
      parts.append(rest[..<range.lowerBound])
      rest = rest[range.upperBound...]
    }
    return parts + [rest]
  }

  /// The text of a JSON string whose opening quote is just before, or nil if it has no end or is
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
    guard let byte = popFirst() else { return nil }
    let letter = Unicode.Scalar(byte)
    guard letter == "u" else {
      let place = Array("ntrbf".utf8).firstIndex(of: byte)
      return place.map { Unicode.Scalar([0x0a, 0x09, 0x0d, 0x08, 0x0c][$0]) } ?? letter
    }
    let digits = prefix(4)
    guard digits.count == 4, digits.allSatisfy(ASCII.isHexDigit),
      let value = UInt32(digits.text, radix: 16)
    else { return nil }
    self = dropFirst(4)
    return Unicode.Scalar(value) ?? "\u{fffd}"
  }
}

/// A URL, split where Go's url.Parse splits it, since that is what the agent does.
struct URLParts {
  /// In lower case.
  let scheme: String
  /// What is before `@`: `USER`, or `USER:PASSWORD`.
  let credentials: Bytes?
  /// `HOST`, or `HOST:PORT`.
  let address: Bytes
  /// With the slash at its beginning.
  let path: Bytes
  let query: Bytes

  /// - Returns: nil if `text` does not begin with `SCHEME://`.
  init?(_ text: Bytes) {
    let (scheme, afterScheme) = text.splitOnce(at: ":")
    guard let rest = afterScheme?.rest(after: "//") else { return nil }
    self.scheme = scheme.text.lowercased()
    let (location, query) = rest.splitOnce(at: "#").before.splitOnce(at: "?")
    let slash = location.firstIndex(of: UInt8(ascii: "/")) ?? location.endIndex
    let at = location[..<slash].lastIndex(of: UInt8(ascii: "@"))
    credentials = at.map { location[..<$0] }
    address = location[(at.map { $0 + 1 } ?? location.startIndex)..<slash]
    (path, self.query) = (location[slash...], query ?? [])
  }

  /// The value of the first parameter of that name in the query. Nil if there is none; a value that
  /// is malformed is nil inside.
  func parameter(_ name: String) -> String?? {
    for parameter in query.split(separator: UInt8(ascii: "&")) {
      let (found, value) = parameter.splitOnce(at: "=")
      if found.percentDecoded() == name { return .some((value ?? []).percentDecoded()) }
    }
    return .none
  }
}

/// The parts of a URL, as Go's net/url takes them.
extension Bytes {
  /// Whether it is `HOST` or `HOST:PORT`.
  var isAddress: Bool {
    var (host, port) = splitOnce(at: ":")
    if first == UInt8(ascii: "[") {
      let (inside, after) = dropFirst().splitOnce(at: "]")
      guard let after, after.isEmpty || after.first == UInt8(ascii: ":") else { return false }
      (host, port) = (inside, after.isEmpty ? nil : after.dropFirst())
      guard host.allSatisfy({ ASCII.isHexDigit($0) || ":.".utf8.contains($0) }) else {
        return false
      }
    } else if !host.allSatisfy({ ASCII.isAlphanumeric($0) || "-._".utf8.contains($0) }) {
      return false
    }
    let isPort = port.map { $0.allSatisfy(ASCII.isDigit) && UInt16($0.text).map { $0 > 0 } == true }
    return !host.isEmpty && isPort ?? true
  }

  /// Whether an address has a port.
  var hasPort: Bool { last != UInt8(ascii: "]") && contains(UInt8(ascii: ":")) }

  /// A name or a secret, decoded, or nil if it holds what Go does not take there (validUserinfo).
  func credential() -> String? {
    let marks = "-._~!$&'()*+,;=:@%".utf8
    guard allSatisfy({ ASCII.isAlphanumeric($0) || marks.contains($0) }) else { return nil }
    return percentDecoded()
  }
}
