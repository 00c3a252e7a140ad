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

  private static func quote(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case _ where isEscaped(scalar): for unit in String(scalar).utf16 { quoted += escape(unit) }
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  private static func escape(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
  }

  /// Returns the text of the first member `name` of an object, if it is a text without escapes, as a
  /// version is.
  package static func string(_ name: String, in text: String) -> String? {
    let parts = text.splitOnce(at: "\"\(name)\"")
    guard let rest = parts.after?.trimmed(), rest.hasPrefix(":") else { return nil }
    let value = rest.dropFirst().trimmed()
    guard value.hasPrefix("\""), let end = value.dropFirst().firstIndex(of: "\"") else {
      return nil
    }
    let content = value[value.index(after: value.startIndex)..<end]
    return content.contains("\\") ? nil : String(content)
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
