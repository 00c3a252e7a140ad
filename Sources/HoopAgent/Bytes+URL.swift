/// The parts of a URL, as Go's net/url takes them.
extension Bytes {
  /// Whether it is `HOST` or `HOST:PORT`.
  var isAddress: Bool {
    var (host, port) = halves(around: ":")
    if first == UInt8(ascii: "[") {
      let (inside, after) = dropFirst().halves(around: "]")
      guard let after, after.isEmpty || after.first == UInt8(ascii: ":") else { return false }
      (host, port) = (inside, after.isEmpty ? nil : after.dropFirst())
      guard host.allSatisfy({ ASCII.isHexDigit($0) || ":.".utf8.contains($0) }) else {
        return false
      }
    } else if !host.allSatisfy({ ASCII.isAlphanumeric($0) || "-._".utf8.contains($0) }) {
      return false
    }
    return !host.isEmpty && (port.map { $0.isPort } ?? true)
  }

  private var isPort: Bool {
    allSatisfy(ASCII.isDigit) && UInt16(text).map { $0 > 0 } == true
  }

  /// A name or a secret, decoded; nil where it holds what is not taken there (validUserinfo).
  func credential() -> String? {
    let marks = "-._~!$&'()*+,;=:@%".utf8
    guard allSatisfy({ ASCII.isAlphanumeric($0) || marks.contains($0) }) else { return nil }
    return percentDecoded()
  }

  /// The value of a query's first parameter of that name; nil where there is none, or it is
  /// malformed.
  func parameter(_ name: String) -> String? {
    for parameter in split(separator: UInt8(ascii: "&")) {
      let (found, value) = parameter.halves(around: "=")
      if found.percentDecoded() == name { return (value ?? []).percentDecoded() }
    }
    return nil
  }
}
