import HoopAgent

/// The little JSON that this project writes and reads.
package enum JSON {
  package indirect enum Value {
    case null
    case bool(Bool)
    case number(Int)
    /// A number with one decimal, given in tenths.
    case tenths(Int)
    /// Masked, as everything that is printed.
    case text(String)
    /// Text that is JSON already.
    case raw(String)
    case list([Value])
    case object([(String, Value)])

    package static func texts(_ texts: [String]) -> Value { .list(texts.map { .text($0) }) }

    package static func optional(_ text: String?) -> Value { text.map { .text($0) } ?? .null }
  }

  /// Returns `value` on one line. Whatever could move a terminal's cursor is escaped.
  package static func text(_ value: Value) -> String {
    switch value {
    case .null: "null"
    case .bool(let isTrue): isTrue ? "true" : "false"
    case .number(let number): "\(number)"
    case .tenths(let count): Output.tenths(count)
    case .text(let text): quote(Secrets.masked(text))
    case .raw(let json): json
    case .list(let values): "[\(values.map(Self.text).joined(separator: ", "))]"
    case .object(let members):
      "{\(members.map { "\(quote($0)): \(Self.text($1))" }.joined(separator: ", "))}"
    }
  }

  /// Returns `text` in quotation marks.
  static func quote(_ text: String) -> String {
    let quoted = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case _ where isEscaped(scalar): String(scalar).utf16.map(escape).joined()
      default: String(scalar)
      }
    }
    return "\"\(quoted.joined())\""
  }

  private static func escape(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
  }
}

extension Problem {
  package func json(in wording: Wording) -> JSON.Value {
    .object([
      ("severity", .text(severity.rawValue)), ("code", .text(code)), ("summary", .text(summary)),
      ("meaning", .texts(meaning)), ("remedy", .text(remedy.text)),
      ("example", .texts(wording.lines(for: remedy))),
    ])
  }
}
