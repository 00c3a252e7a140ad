/// The names in HOOP_CONNECTION, as the agent reads them.
///
/// The rules are those of hoop 1.14 to 1.19 (agent/main.go, getConnectionList), with two repairs:
/// `env.` is looked for after a part is trimmed, and a name that is empty or said twice is refused
/// here instead of at the gateway.
public struct ConnectionList: Hashable, Sendable {
  /// The names in order, trimmed and lower-cased, never empty, no name twice.
  public let names: [String]

  /// The longest list the agent takes, in bytes, before and after `env.` parts are resolved.
  public static let maximumBytes = 255
  /// The agent wants names under 253 bytes (hoop: client/cmd/run.go).
  public static let maximumNameBytes = 252

  public enum Malformed: Error, Hashable, Sendable {
    case tooLong(bytes: Int)
    case nameTooLong(bytes: Int)
    case emptyName
    case unsetVariable(String)
    /// The variable's value holds a comma or begins with `env.`: an agent that splits the list
    /// itself would read other names than we do.
    case unusableVariable(String)
    case controlCharacter(String)
    case repeatedName(String)
  }

  /// Parses the value of HOOP_CONNECTION.
  ///
  /// - Parameters:
  ///   - value: names separated by commas; `env.NAME` stands for the value of the variable NAME.
  ///   - variable: looks up such a variable.
  public init(_ value: String, variable: (String) -> String?) throws(Malformed) {
    guard value.utf8.count <= Self.maximumBytes else {
      throw .tooLong(bytes: value.utf8.count)
    }
    var names: [String] = []
    for part in value.split(separator: ",", omittingEmptySubsequences: false) {
      let name = try Self.resolve(part.trimmed(), variable)
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
  public var joined: String { names.joined(separator: ",") }

  private static func resolve(
    _ part: String, _ variable: (String) -> String?
  ) throws(Malformed) -> String {
    let prefix = "env."
    guard part.hasPrefix(prefix) else { return part.lowercased() }
    let name = String(part.dropFirst(prefix.count))
    let value = (variable(name) ?? "").trimmed()
    guard !value.isEmpty else { throw .unsetVariable(name) }
    guard !value.contains(","), !value.hasPrefix(prefix) else { throw .unusableVariable(name) }
    return value.lowercased()
  }
}
