import BuildpackKit

extension JSON {
  /// Parses one value with nothing but white space around it (RFC 8259).
  ///
  /// - Returns: nil where that is no JSON, has a number with more than one decimal, which this
  ///   project never writes, or is nested deeper than 32 lists and objects.
  package static func parse(_ text: some Collection<UInt8>) -> Value? {
    var parser = Parser(rest: Array(text)[...])
    guard let value = parser.value(depth: 32) else { return nil }
    parser.skipSpace()
    return parser.rest.isEmpty ? value : nil
  }

  private struct Parser {
    var rest: ArraySlice<UInt8>

    mutating func value(depth: Int) -> Value? {
      skipSpace()
      guard let byte = rest.first, depth > 0 else { return nil }
      switch byte {
      case UInt8(ascii: "{"): return object(depth)
      case UInt8(ascii: "["):
        return items(until: "]") { parser in parser.value(depth: depth - 1) }.map(Value.list)
      case UInt8(ascii: "\""): return string().map(Value.text)
      case UInt8(ascii: "n"): return take("null") ? .null : nil
      case UInt8(ascii: "t"): return take("true") ? .bool(true) : nil
      case UInt8(ascii: "f"): return take("false") ? .bool(false) : nil
      default: return number()
      }
    }

    mutating func skipSpace() { rest = rest.drop { " \t\r\n".utf8.contains($0) } }

    private mutating func object(_ depth: Int) -> Value? {
      items(until: "}") { parser -> (String, Value)? in
        guard let name = parser.string() else { return nil }
        parser.skipSpace()
        guard parser.take(":"), let value = parser.value(depth: depth - 1) else { return nil }
        return (name, value)
      }.map(Value.object)
    }

    /// The items between the bracket that comes now and `end`, with commas between them.
    private mutating func items<Item>(
      until end: String, _ item: (inout Parser) -> Item?
    ) -> [Item]? {
      rest = rest.dropFirst()
      var items: [Item] = []
      skipSpace()
      if take(end) { return items }
      while true {
        skipSpace()
        guard let next = item(&self) else { return nil }
        items.append(next)
        skipSpace()
        if take(end) { return items }
        if !take(",") { return nil }
      }
    }

    private mutating func take(_ word: String) -> Bool {
      guard rest.starts(with: word.utf8) else { return false }
      rest = rest.dropFirst(word.utf8.count)
      return true
    }

    private mutating func number() -> Value? {
      let end = rest.firstIndex { !"+-.0123456789eE".utf8.contains($0) } ?? rest.endIndex
      let text = String(decoding: rest[..<end], as: UTF8.self)
      rest = rest[end...]
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      let digits = parts[0].utf8.first == UInt8(ascii: "-") ? parts[0].dropFirst() : parts[0]
      guard let whole = Int(digits), "\(whole)" == digits else { return nil }
      let sign = digits.count < parts[0].count ? -1 : 1
      if parts.count == 1 { return .number(sign * whole) }
      guard parts.count == 2, parts[1].utf8.count == 1, let tenth = Int(parts[1]) else {
        return nil
      }
      let tenths = whole.multipliedReportingOverflow(by: 10)
      return tenths.overflow || tenths.partialValue > .max - tenth
        ? nil : .tenths(sign * (tenths.partialValue + tenth))
    }

    private mutating func string() -> String? {
      guard take("\"") else { return nil }
      var bytes: [UInt8] = []
      while let byte = rest.popFirst() {
        switch byte {
        case UInt8(ascii: "\""): return String(validating: bytes, as: UTF8.self)
        case UInt8(ascii: "\\"):
          guard let scalar = escape() else { return nil }
          bytes += Array(String(scalar).utf8)
        case ..<0x20: return nil
        default: bytes.append(byte)
        }
      }
      return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
      switch rest.popFirst() {
      case UInt8(ascii: "n"): return "\n"
      case UInt8(ascii: "t"): return "\t"
      case UInt8(ascii: "r"): return "\r"
      case UInt8(ascii: "b"): return "\u{8}"
      case UInt8(ascii: "f"): return "\u{c}"
      case UInt8(ascii: "u"):
        guard let unit = hexadecimal() else { return nil }
        // The first half of a pair (RFC 8259, section 7).
        guard (0xd800...0xdbff).contains(unit) else { return Unicode.Scalar(unit) }
        guard take("\\u"), let low = hexadecimal(), (0xdc00...0xdfff).contains(low) else {
          return nil
        }
        return Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
      case let byte? where "\"\\/".utf8.contains(byte): return Unicode.Scalar(byte)
      default: return nil
      }
    }

    private mutating func hexadecimal() -> UInt32? {
      let digits = rest.prefix(4)
      guard digits.count == 4, digits.first != UInt8(ascii: "+") else { return nil }
      rest = rest.dropFirst(4)
      return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }
  }
}

extension JSON.Value {
  /// The member `name` of an object; nil where it has none, or is none.
  package subscript(name: String) -> JSON.Value? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.0 == name }?.1
  }

  package var text: String? {
    if case .text(let text) = self { text } else { nil }
  }

  package var number: Int? {
    if case .number(let number) = self { number } else { nil }
  }

  package var list: [JSON.Value] {
    if case .list(let values) = self { values } else { [] }
  }
}
