import Foundation

/// A JSON object, read by Foundation and not by the code under test.
public struct JSONObject {
  public let members: [String: Any]

  /// Returns nil if `text` is not exactly one object.
  public init?(_ text: String) {
    guard
      let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    else { return nil }
    members = object
  }

  private init?(_ value: Any?) {
    guard let members = value as? [String: Any] else { return nil }
    self.members = members
  }

  public func text(_ name: String) -> String? { members[name] as? String }
  public func isTrue(_ name: String) -> Bool { members[name] as? Bool == true }
  public func object(_ name: String) -> JSONObject? { JSONObject(members[name]) }
  public func objects(_ name: String) -> [JSONObject] {
    (members[name] as? [Any] ?? []).compactMap { JSONObject($0) }
  }
  public func texts(_ name: String) -> [String] { members[name] as? [String] ?? [] }
}
