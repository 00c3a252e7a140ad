import HoopAgent

/// The little TOML (toml.io, v1.0.0) that a buildpack and the lifecycle tell each other: tables, and
/// lists of tables, of texts, switches and lists of texts, each on a line.
///
///     let toml = TOML("[metadata]\n  version = \"1.148.0\"\n")
///     toml?["metadata", "version"]   // "1.148.0"
///
/// It is read strictly: a document with anything else in it is not taken.
package struct TOML: Hashable {
  package enum Value: Hashable {
    case text(String)
    case bool(Bool)
    case list([String])
  }

  private struct Name: Hashable {
    let table: String
    let key: String
  }

  private var values: [Name: Value] = [:]
  private var counts: [String: Int] = [:]

  /// The longest document that is read, in bytes. What this buildpack writes has less than one
  /// thousand.
  package static let maximumBytes = 16_384

  /// - Returns: nil where the text is no such document, names a key or a table twice, or is too long.
  package init?(_ text: String) {
    guard text.utf8.count <= Self.maximumBytes else { return nil }
    var table = ""
    for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
      let line = String(decoding: line, as: UTF8.self).trimmed()
      if line.isEmpty || line.hasPrefix("#") { continue }
      if line.hasPrefix("[") {
        guard let next = header(line) else { return nil }
        table = next
        continue
      }
      let (key, value) = line.halves(around: "=")
      let name = Name(table: table, key: key.trimmed())
      guard let value = value.flatMap({ Self.value($0.trimmed()) }), Self.isBare(name.key),
        values.updateValue(value, forKey: name) == nil
      else { return nil }
    }
  }

  /// `[NAME]`, or `[[NAME]]` for one more of a list.
  private mutating func header(_ line: String) -> String? {
    let isOfList = line.hasPrefix("[[")
    let brackets = isOfList ? 2 : 1
    let name = String(line.dropFirst(brackets).dropLast(brackets))
    guard line.hasSuffix(isOfList ? "]]" : "]"),
      name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ Self.isBare($0) })
    else { return nil }
    let index = counts[name, default: 0]
    if !isOfList && index > 0 { return nil }
    counts[name] = index + 1
    return isOfList ? Self.element(index, of: name) : name
  }

  private static func element(_ index: Int, of list: String) -> String { "\(list)[\(index)]" }

  /// How many tables there are of this name.
  package func count(of table: String) -> Int { counts[table] ?? 0 }

  /// A text of a table; of one in a list of tables by its index.
  package subscript(table: String, key: String) -> String? {
    if case .text(let text) = values[Name(table: table, key: key)] { text } else { nil }
  }

  package subscript(list: String, index: Int, key: String) -> String? {
    self[Self.element(index, of: list), key]
  }

  /// The texts of a table, in no order.
  package func texts(of table: String) -> [(key: String, value: String)] {
    var texts: [(key: String, value: String)] = []
    for (name, value) in values where name.table == table {
      if case .text(let text) = value { texts.append((name.key, text)) }
    }
    return texts
  }

  package func list(_ table: String, _ key: String) -> [String] {
    if case .list(let list) = values[Name(table: table, key: key)] { list } else { [] }
  }

  package func isOn(_ table: String, _ key: String) -> Bool {
    values[Name(table: table, key: key)] == .bool(true)
  }

  /// `text` as a value.
  package static func quoted(_ text: String) -> String {
    let characters = text.unicodeScalars.map { scalar in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        "\\u00\(scalar.value < 16 ? "0" : "")\(String(scalar.value, radix: 16))"
      default: String(scalar)
      }
    }
    return "\"\(characters.joined())\""
  }

  private static func value(_ text: String) -> Value? {
    if text == "true" { return .bool(true) }
    if text == "false" { return .bool(false) }
    guard text.hasPrefix("[") else { return Self.text(text).map { .text($0) } }
    guard text.hasSuffix("]") else { return nil }
    var list: [String] = []
    var rest = String(text.dropFirst().dropLast()).trimmed()
    while !rest.isEmpty {
      let (item, more) = rest.halves(around: ",")
      guard let item = Self.text(item.trimmed()) else { return nil }
      list.append(item)
      rest = more?.trimmed() ?? ""
    }
    return .list(list)
  }

  /// A text without escapes, as all are that are read here.
  private static func text(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    let quote = UInt8(ascii: "\"")
    guard bytes.count >= 2, bytes.first == quote, bytes.last == quote else { return nil }
    let content = bytes.dropFirst().dropLast()
    guard
      content.allSatisfy({ byte in
        byte != quote && byte != UInt8(ascii: "\\") && !ASCII.isControl(byte)
      })
    else { return nil }
    return String(decoding: content, as: UTF8.self)
  }

  private static func isBare(_ key: some StringProtocol) -> Bool {
    !key.isEmpty
      && key.utf8.allSatisfy {
        ASCII.isAlphanumeric($0) || $0 == ASCII.hyphen || $0 == ASCII.underscore
      }
  }
}
