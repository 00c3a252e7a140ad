/// The name of a dyno, the value of DYNO: `web.1` on Cedar, `web-12a34b56d-e78f9` on Fir (Dev Center,
/// "Dynos" and "Dyno Startup Behavior").
package struct DynoName: Hashable, Sendable {
  /// The process type, such as `web`.
  package let type: String
  /// What tells the dynos of a type apart: a number on Cedar; empty where the name is a type alone.
  package let id: String
  /// The name as Cedar writes it, `web.12a34b56d-e78f9` on Fir, so that one pattern is for both.
  let canonical: String

  /// The longest name that is taken, in bytes: a host's name has no more.
  package static let maximumBytes = 255

  /// - Returns: nil where the name is longer than `maximumBytes`.
  package init?(_ name: String) {
    guard name.utf8.count <= Self.maximumBytes else { return nil }
    let bytes = Bytes(name.utf8)
    let (type, id) = bytes.halves(around: ".")
    if let id {
      (self.type, self.id, canonical) = (type.text, id.text, name)
      return
    }
    // A type may have dashes itself, so it is the end that tells.
    let dashes = bytes.indices.filter { bytes[$0] == ASCII.hyphen }.suffix(2)
    guard let first = dashes.first, let second = dashes.last, first < second,
      Self.isHash(bytes[(first + 1)..<second], 8...10), Self.isHash(bytes[(second + 1)...], 5...5)
    else {
      (self.type, self.id, canonical) = (name, "", name)
      return
    }
    (self.type, self.id) = (bytes[..<first].text, bytes[(first + 1)...].text)
    canonical = "\(self.type).\(self.id)"
  }

  /// A value of DYNO for a message.
  package static func shown(_ name: String) -> String {
    name.utf8.count <= maximumBytes
      ? printable(name)
      : "a dyno whose name has \(name.utf8.count) bytes, of which \(maximumBytes) are read"
  }

  /// A hash as Kubernetes puts it behind the name of a replica set (8 to 10 characters) and of a pod
  /// (5).
  private static func isHash(_ text: Bytes, _ lengths: ClosedRange<Int>) -> Bool {
    lengths.contains(text.count)
      && text.allSatisfy { ASCII.isDigit($0) || (0x61...0x7a).contains($0) }
  }
}
