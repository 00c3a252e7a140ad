/// A part of a text, as the agent sees it.
///
/// Formats are taken apart by bytes and not by Swift's characters: for Swift a comma with a
/// combining mark is not a comma, and for the agent, which is written in Go, it is.
package typealias Bytes = ArraySlice<UInt8>

extension Bytes {
  package var text: String { String(decoding: self, as: UTF8.self) }

  /// What is before and after the first `separator`, an ASCII character; all of it and nil if there
  /// is none.
  func splitOnce(at separator: Unicode.Scalar) -> (before: Bytes, after: Bytes?) {
    guard let index = firstIndex(of: UInt8(ascii: separator)) else { return (self, nil) }
    return (self[..<index], self[(index + 1)...])
  }

  /// The place of the first `part`, which is not empty.
  func range(of part: String) -> Range<Int>? { range(of: Array(part.utf8)) }

  func range(of part: [UInt8]) -> Range<Int>? {
    guard let first = part.first, count >= part.count else { return nil }
    for index in startIndex...(endIndex - part.count)
    where self[index] == first && self[index...].starts(with: part) {
      return index..<(index + part.count)
    }
    return nil
  }

  /// What follows the first `part`, or nil if there is none.
  func after(_ part: String) -> Bytes? { range(of: part).map { self[$0.upperBound...] } }

  /// What follows `start`, or nil if the text does not begin with it.
  func rest(after start: String) -> Bytes? {
    starts(with: start.utf8) ? dropFirst(start.utf8.count) : nil
  }

  /// What is between the separators; one part if there is none.
  func parts(separatedBy separator: [UInt8]) -> [Bytes] {
    var (parts, rest): ([Bytes], Bytes) = ([], self)
    while let range = rest.range(of: separator) {
      parts.append(rest[..<range.lowerBound])
      rest = rest[range.upperBound...]
    }
    return parts + [rest]
  }

  /// Decodes percent-encoding. Returns nil if it is malformed or not UTF-8.
  func percentDecoded() -> String? {
    var (bytes, rest): ([UInt8], Bytes) = ([], self)
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let value = rest.popHexadecimal(2) else { return nil }
      bytes.append(UInt8(value))
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// The text of the first member `name` of a JSON object, or nil if it is not a text.
  ///
  /// Half of a pair of escapes that stand for one character becomes U+FFFD: none of the agent's letters
  /// needs a pair.
  package func jsonText(of name: String) -> String? {
    func afterSpace(_ text: Bytes?) -> Bytes? { text?.drop { $0 <= 0x20 } }
    let value = afterSpace(afterSpace(after("\"\(name)\""))?.rest(after: ":"))
    guard var rest = value?.rest(after: "\"") else { return nil }
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return bytes[...].text }
      if byte != UInt8(ascii: "\\") {
        bytes.append(byte)
      } else if let value = rest.rest(after: "u") {
        rest = value
        guard let value = rest.popHexadecimal(4) else { return nil }
        bytes += Array(String(Unicode.Scalar(value) ?? "\u{fffd}").utf8)
      } else if let byte = rest.popFirst() {
        let place = Array("ntrbf".utf8).firstIndex(of: byte)
        bytes.append(place.map { [0x0a, 0x09, 0x0d, 0x08, 0x0c][$0] } ?? byte)
      }
    }
    return nil
  }

  /// Takes a number of that many hexadecimal digits.
  private mutating func popHexadecimal(_ count: Int) -> UInt32? {
    let digits = prefix(count)
    guard digits.count == count, digits.allSatisfy(ASCII.isHexDigit) else { return nil }
    self = dropFirst(count)
    return UInt32(digits.text, radix: 16)
  }
}

/// A URL, split where Go's url.Parse splits it, since that is what the agent does.
package struct URLParts {
  /// In lower case.
  package let scheme: String
  /// What is before `@`, decoded: `USER:PASSWORD`. Empty if there is none; nil if Go does not take it.
  let user, password: String?
  /// `HOST`, or `HOST:PORT`.
  package let address: Bytes
  /// With the slash at its beginning.
  package let path: Bytes
  private let query: Bytes

  /// - Returns: nil if `text` does not begin with `SCHEME://`.
  package init?(_ text: Bytes) {
    let (scheme, afterScheme) = text.splitOnce(at: ":")
    guard let rest = afterScheme?.rest(after: "//") else { return nil }
    self.scheme = scheme.text.lowercased()
    let (location, query) = rest.splitOnce(at: "#").before.splitOnce(at: "?")
    let slash = location.firstIndex(of: UInt8(ascii: "/")) ?? location.endIndex
    let at = location[..<slash].lastIndex(of: UInt8(ascii: "@"))
    let (user, password) = location[..<(at ?? location.startIndex)].splitOnce(at: ":")
    (self.user, self.password) = (user.credential(), (password ?? []).credential())
    address = location[(at.map { $0 + 1 } ?? location.startIndex)..<slash]
    (path, self.query) = (location[slash...], query ?? [])
  }

  /// The value of the first parameter of that name in the query; as it is written if it is malformed,
  /// and empty if there is none.
  func parameter(_ name: String) -> String {
    let parameters = query.split(separator: UInt8(ascii: "&")).map { $0.splitOnce(at: "=") }
    let value = parameters.first { $0.before.percentDecoded() == name }?.after ?? []
    return value.percentDecoded() ?? value.text
  }
}

/// The parts of a URL, as Go's net/url takes them.
extension Bytes {
  /// Whether it is `HOST` or `HOST:PORT`.
  package var isAddress: Bool {
    var (host, port) = splitOnce(at: ":")
    let isIPv6 = first == UInt8(ascii: "[")
    if isIPv6 {
      let (inside, after) = dropFirst().splitOnce(at: "]")
      guard let after, after.isEmpty || after.first == UInt8(ascii: ":") else { return false }
      (host, port) = (inside, after.isEmpty ? nil : after.dropFirst())
    }
    let isPort = port.map { $0.allSatisfy(ASCII.isDigit) && UInt16($0.text).map { $0 > 0 } == true }
    return !host.isEmpty && isPort ?? true
      && host.allSatisfy {
        isIPv6
          ? ASCII.isHexDigit($0) || ":.".utf8.contains($0)
          : ASCII.isAlphanumeric($0) || "-._".utf8.contains($0)
      }
  }

  /// Whether an address has a port.
  var hasPort: Bool { last != UInt8(ascii: "]") && contains(UInt8(ascii: ":")) }

  /// A name or a secret, decoded, or nil if it holds what Go does not take there (validUserinfo).
  fileprivate func credential() -> String? {
    let marks = "-._~!$&'()*+,;=:@%".utf8
    guard allSatisfy({ ASCII.isAlphanumeric($0) || marks.contains($0) }) else { return nil }
    return percentDecoded()
  }
}

/// The bytes that the formats of this project are made of.
package enum ASCII {
  package static let zero = UInt8(ascii: "0")
  package static let hyphen = UInt8(ascii: "-")
  package static let underscore = UInt8(ascii: "_")

  package static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  package static func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x61...0x66).contains(byte | 0x20)
  }

  package static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte | 0x20) }

  package static func uppercased(_ byte: UInt8) -> UInt8 {
    (0x61...0x7a).contains(byte) ? byte - 0x20 : byte
  }

  package static func lowercased(_ byte: UInt8) -> UInt8 {
    (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
  }

  package static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }

  package static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7f }
}
