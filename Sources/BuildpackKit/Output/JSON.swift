import HoopAgent

/// The little JSON that this project writes.
package enum JSON {
  package indirect enum Value {
    case null
    case bool(Bool)
    case number(Int)
    /// A number with one decimal, given in tenths.
    case tenths(Int)
    case text(String)
    /// What is JSON already.
    case raw(String)
    case list([Value])
    case object([(String, Value)])
  }

  /// `value` on one line.
  package static func text(_ value: Value) -> String {
    switch value {
    case .null: "null"
    case .bool(let isTrue): isTrue ? "true" : "false"
    case .number(let number): "\(number)"
    case .tenths(let count): BuildpackKit.tenths(count)
    case .text(let text): quote(text)
    case .raw(let json): json
    case .list(let values): "[\(values.map(Self.text).joined(separator: ", "))]"
    case .object(let members):
      "{\(members.map { "\(quote($0)): \(Self.text($1))" }.joined(separator: ", "))}"
    }
  }

  private static func quote(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"": "\\\""
      case "\\": "\\\\"
      case "\n": "\\n"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        "\\u00\(scalar.value < 16 ? "0" : "")\(String(scalar.value, radix: 16))"
      default: String(scalar)
      }
    }
    return "\"\(scalars.joined())\""
  }

  /// The text of the first member `name` of an object, where it is a text without escapes, as a
  /// version is.
  package static func string(_ name: String, in text: String) -> String? {
    guard let rest = text.halves(around: "\"\(name)\"").after?.trimmed(), rest.hasPrefix(":")
    else { return nil }
    let value = rest.dropFirst().trimmed()
    guard value.hasPrefix("\""), let end = value.dropFirst().firstIndex(of: "\"") else {
      return nil
    }
    let content = value[value.index(after: value.startIndex)..<end]
    return content.contains("\\") ? nil : String(content)
  }
}
