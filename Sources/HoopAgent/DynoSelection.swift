/// Which dynos run the agent: the value of HOOP_DYNOS.
package struct DynoSelection: Hashable, Sendable {
  /// Dyno names such as `web.1`; `*` is any run of characters.
  package let patterns: [String]

  /// Parses names separated by commas; nil and empty select every dyno. A process type alone, `web`,
  /// selects all of its dynos, as `web.*` does; on Fir, such as `web-12a34b56d-e78f9`.
  package init(_ value: String?) throws(Problem) {
    let text = (value ?? "").trimmed()
    if text.isEmpty {
      patterns = ["*"]
      return
    }
    let names = text.items
    guard names.allSatisfy(Self.isPattern), !SecretText.isLikely(in: text) else {
      throw .blocking(
        "malformed-dynos", "HOOP_DYNOS is \(quoted(text)), which is not a list of dynos.",
        "Name dynos by type and number, separated by commas, with * for any number:",
        .set(.dynos, to: "web.1,worker.*"))
    }
    patterns = names.map { name in
      name.utf8.contains { ".*".utf8.contains($0) } ? name : "\(name).*"
    }
  }

  package var selectsAll: Bool { patterns.contains("*") }

  /// Whether `dyno`, the value of DYNO, is named. Nil and empty are: without DYNO there is nothing to
  /// choose.
  package func contains(_ dyno: String?) -> Bool {
    guard let dyno, !dyno.isEmpty else { return true }
    let name = Self.canonical(dyno)
    return patterns.contains { Self.matches($0, name) }
  }

  /// Which of a process type's dynos are named.
  package enum Share: Hashable, Sendable {
    case all
    /// Those of these patterns, such as `web.1`.
    case some([String])
    case none
  }

  package func share(of type: String) -> Share {
    let some = patterns.filter { Self.matches(Self.parts(of: $0).type, type) }
    let isAll = some.contains { Self.parts(of: $0).number.allSatisfy { $0 == Self.star } }
    return isAll ? .all : some.isEmpty ? .none : .some(some)
  }

  /// The patterns that name a dyno by its number, such as `web.1`.
  package var numbered: [String] {
    patterns.filter { Self.parts(of: $0).number.allSatisfy(ASCII.isDigit) }
  }

  /// The patterns that do not name a dyno of these process types.
  package func patterns(besides types: [String]) -> [String] {
    patterns.filter { pattern in
      let (wanted, number) = Self.parts(of: pattern)
      return !number.allSatisfy { ASCII.isDigit($0) || $0 == Self.star }
        || !types.contains { Self.matches(wanted, $0) }
    }
  }

  private static let star = UInt8(ascii: "*")

  /// The process type of a pattern, and what is behind its first dot.
  private static func parts(of pattern: String) -> (type: String, number: Bytes) {
    let (type, number) = Bytes(pattern.utf8).splitOnce(at: ".")
    return (type.text, number ?? [star])
  }

  private static func isPattern(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.last != UInt8(ascii: ".")
      && name.utf8.allSatisfy { ASCII.isAlphanumeric($0) || "-_.*".utf8.contains($0) }
  }

  /// Whether a name has this pattern, both as Fir writes process types: `mail_worker` and
  /// `MailWorker` of a Procfile are `mail-worker` and `mailworker` in DYNO there.
  private static func matches(_ pattern: String, _ name: String) -> Bool {
    let parts = normalized(pattern)[...].parts(separatedBy: [star])
    var rest = normalized(name)[...]
    guard let first = parts.first, let last = parts.last, parts.count > 1 else {
      return rest == parts.first
    }
    guard rest.starts(with: first) else { return false }
    rest = rest.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let found = rest.range(of: Array(part)) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.count >= last.count && rest.suffix(last.count) == last
  }

  private static func normalized(_ name: String) -> [UInt8] {
    name.utf8.map { $0 == ASCII.underscore ? ASCII.hyphen : ASCII.lowercased($0) }
  }

  /// A value of DYNO as Cedar writes it, `web.1`, so that one pattern is for both: `web.12a34b56d-e78f9`
  /// for `web-12a34b56d-e78f9` on Fir (Dev Center, "Dynos" and "Dyno Startup Behavior").
  static func canonical(_ name: String) -> String {
    var bytes = Array(name.utf8)
    // Kubernetes puts two hashes behind the name, of a replica set (8 to 10 characters) and of a pod
    // (5). A type may have dashes itself.
    let parts = bytes.split(separator: ASCII.hyphen, omittingEmptySubsequences: false)
    guard parts.count > 2, !bytes.contains(UInt8(ascii: ".")),
      parts.suffix(2).joined().allSatisfy({ ASCII.isDigit($0) || (0x61...0x7a).contains($0) }),
      (8...10).contains(parts[parts.count - 2].count), parts[parts.count - 1].count == 5
    else { return name }
    bytes[parts[parts.count - 2].startIndex - 1] = UInt8(ascii: ".")
    return bytes[...].text
  }
}
