/// The names in HOOP_CONNECTION, as the agent reads them.
///
/// The rules are those of hoop 1.14 to 1.19 (agent/main.go, getConnectionList), with two repairs:
/// `env.` is looked for after a part is trimmed, and a name that is empty or said twice is refused
/// here instead of at the gateway.
package struct ConnectionList: Hashable, Sendable {
  /// The names in order, trimmed and lower-cased, never empty, no name twice.
  package let names: [String]

  /// The longest list the agent takes, in bytes, before and after `env.` parts are resolved.
  package static let maximumBytes = 255
  /// The agent wants names under 253 bytes (hoop: client/cmd/run.go).
  package static let maximumNameBytes = 252

  package enum Malformed: Error, Hashable, Sendable {
    case tooLong(bytes: Int)
    case nameTooLong(bytes: Int)
    case emptyName
    case unsetVariable(String)
    /// The variable's value holds a comma or begins with `env.`, so an agent that splits the list
    /// itself would read other names than we do; or it has quotation marks around it.
    case unusableVariable(String)
    /// A name that would begin with `env.` once it is lower-cased: the agent would take it for a
    /// variable.
    case reservedName(String)
    case controlCharacter(String)
    case repeatedName(String)
    /// Quotation marks stand around the list or one of its names, which the dashboard would show.
    /// The list without them goes with it; it is empty where that would not do either.
    case quotes(without: String)
    /// The list, or the value of a variable that it refers to, holds a key or another secret.
    case secret(variable: String?)
  }

  /// Parses the value of HOOP_CONNECTION.
  ///
  /// - Parameters:
  ///   - value: names separated by commas; `env.NAME` stands for the value of the variable NAME.
  ///   - variable: looks up such a variable.
  package init(_ value: String, variable: (String) -> String?) throws(Malformed) {
    guard value.utf8.count <= Self.maximumBytes else {
      throw .tooLong(bytes: value.utf8.count)
    }
    guard !MisplacedSecret.mayBe(in: value) else { throw .secret(variable: nil) }
    var names: [String] = []
    let comma = UInt8(ascii: ",")
    let parts = Bytes(value.utf8).split(separator: comma, omittingEmptySubsequences: false)
      .map { $0.text.trimmed() }
    if let bare = Quotes.removed(around: parts) {
      let isList = (try? ConnectionList(bare, variable: variable)) != nil
      throw .quotes(without: isList ? bare : "")
    }
    for part in parts {
      let name = try Self.resolve(part, variable)
      guard !name.isEmpty else { throw .emptyName }
      guard name.utf8.count <= Self.maximumNameBytes else {
        throw .nameTooLong(bytes: name.utf8.count)
      }
      guard !name.utf8.contains(where: ASCII.isControl) else { throw .controlCharacter(name) }
      guard !names.contains(name) else { throw .repeatedName(name) }
      names.append(name)
    }
    self.names = names
    guard joined.utf8.count <= Self.maximumBytes else {
      throw .tooLong(bytes: joined.utf8.count)
    }
  }

  /// The list as the agent reads it, `env.` parts resolved.
  package var joined: String { names.joined(separator: ",") }

  /// Whether a config var can have this name, which a build reads from a file of that name.
  static func isVariable(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { ASCII.isAlphanumeric($0) || $0 == ASCII.underscore }
  }

  private static func resolve(
    _ part: String, _ variable: (String) -> String?
  ) throws(Malformed) -> String {
    let prefix = "env.".utf8
    guard part.utf8.starts(with: prefix) else {
      let name = part.lowercased()
      guard !name.utf8.starts(with: prefix) else { throw .reservedName(part) }
      return name
    }
    let nameBytes = part.utf8.dropFirst(prefix.count)
    let name = String(decoding: nameBytes, as: UTF8.self)
    guard ![ConfigVar.key.name, ConfigVar.dsn.name].contains(name) else {
      throw .secret(variable: name)
    }
    let found = isVariable(name) ? variable(name) ?? "" : ""
    // What is longer than any secret is too long for a name too, and is told so.
    guard found.utf8.count > AgentKey.maximumBytes || !MisplacedSecret.mayBe(in: found) else {
      throw .secret(variable: name)
    }
    let value = found.trimmed().lowercased()
    guard !value.isEmpty else { throw .unsetVariable(name) }
    guard !value.utf8.contains(UInt8(ascii: ",")), !value.utf8.starts(with: prefix),
      !Quotes.areAround(value)
    else {
      throw .unusableVariable(name)
    }
    return value
  }
}
