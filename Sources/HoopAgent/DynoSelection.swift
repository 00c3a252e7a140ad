/// Which dynos run the agent: the value of HOOP_DYNOS.
package struct DynoSelection: Hashable, Sendable {
  /// Dyno names such as `web.1`; `*` is any run of characters.
  package let patterns: [String]

  /// The longest value that is taken, in bytes.
  package static let maximumBytes = 4096
  /// The most names that are taken.
  package static let maximumCount = 100

  /// Parses names separated by commas; nil and empty select every dyno. A process type alone, `web`,
  /// is all of its dynos, `web.*`. On Fir, where dynos have no numbers, `web` and `web.*` are
  /// `web-12a34b56d-e78f9`.
  ///
  /// - Throws: If there are more than `maximumBytes` or `maximumCount`, a name is empty, or it holds
  ///   another character than letters, digits, `-`, `_`, `.` and `*`.
  package init(_ value: String?) throws(Problem) {
    let text = (value ?? "").trimmed()
    if text.isEmpty {
      patterns = ["*"]
      return
    }
    guard text.utf8.count <= Self.maximumBytes,
      text.utf8.count(where: { $0 == UInt8(ascii: ",") }) < Self.maximumCount
    else {
      throw Self.malformed(
        "HOOP_DYNOS is too long: it takes \(Self.maximumCount) names in \(Self.maximumBytes) bytes."
      )
    }
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmed() }
    guard names.allSatisfy(Self.isPattern), !SecretText.isLikely(in: text) else {
      throw Self.malformed("HOOP_DYNOS is \(quoted(text)), which is not a list of dynos.")
    }
    patterns = names.map { name in
      name.utf8.contains { ".*".utf8.contains($0) } ? name : "\(name).*"
    }
  }

  private static func malformed(_ summary: String) -> Problem {
    .blocking(
      "malformed-dynos", summary,
      "Name dynos by type and number, separated by commas, with * for any number:",
      .set(.dynos, to: "web.1,worker.*"))
  }

  package var selectsAll: Bool { patterns.contains("*") }

  /// Whether `dyno`, the value of DYNO, is named. Nil and empty are: without DYNO there is nothing to
  /// choose.
  package func contains(_ dyno: String?) -> Bool {
    guard let dyno, !dyno.isEmpty else { return true }
    guard let name = DynoName.canonical(dyno) else { return selectsAll }
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
    var some: [String] = []
    for pattern in patterns {
      let (types, number) = Self.parts(of: pattern)
      guard Self.matches(types, type) else { continue }
      if number?.allSatisfy({ $0 == UInt8(ascii: "*") }) != false { return .all }
      some.append(pattern)
    }
    return some.isEmpty ? .none : .some(some)
  }

  /// The patterns that name a dyno by its number, such as `web.1`.
  package var numbered: [String] {
    patterns.filter { pattern in
      Self.parts(of: pattern).number.map { !$0.isEmpty && $0.allSatisfy(ASCII.isDigit) } ?? false
    }
  }

  /// The patterns that do not name a dyno of these process types.
  package func patterns(besides types: [String]) -> [String] {
    patterns.filter { pattern in
      let (wanted, number) = Self.parts(of: pattern)
      let isNumber = number.map { number in
        !number.isEmpty && number.allSatisfy { ASCII.isDigit($0) || $0 == UInt8(ascii: "*") }
      }
      return isNumber == false || !types.contains { Self.matches(wanted, $0) }
    }
  }

  /// The process type of a pattern, and what is behind its first dot.
  private static func parts(of pattern: String) -> (type: String, number: Bytes?) {
    let (type, number) = Bytes(pattern.utf8).splitOnce(at: ".")
    return (type.text, number)
  }

  private static func isPattern(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { ASCII.isAlphanumeric($0) || "-_.*".utf8.contains($0) }
  }

  /// Whether a name has this pattern, both as Fir writes process types: `mail_worker` and
  /// `MailWorker` of a Procfile are `mail-worker` and `mailworker` in DYNO there.
  private static func matches(_ pattern: String, _ name: String) -> Bool {
    let (pattern, name) = (normalized(pattern), normalized(name))
    let star = UInt8(ascii: "*")
    var (place, index) = (0, 0)
    // Where to go on if what follows the last star does not match.
    var retry: (place: Int, index: Int)?
    while index < name.count {
      if place < pattern.count, pattern[place] == star {
        place += 1
        retry = (place, index)
      } else if place < pattern.count, pattern[place] == name[index] {
        (place, index) = (place + 1, index + 1)
      } else if let last = retry {
        retry = (last.place, last.index + 1)
        (place, index) = (last.place, last.index + 1)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == star }
  }

  private static func normalized(_ name: String) -> [UInt8] {
    name.utf8.map { $0 == ASCII.underscore ? ASCII.hyphen : ASCII.lowercased($0) }
  }
}

/// The name of a dyno, the value of DYNO: `web.1` on Cedar, `web-12a34b56d-e78f9` on Fir (Dev Center,
/// "Dynos" and "Dyno Startup Behavior").
package enum DynoName {
  /// The longest name that is taken, in bytes: a host's name has no more.
  package static let maximumBytes = 255

  /// The name as Cedar writes it, `web.12a34b56d-e78f9` on Fir, so that one pattern is for both. Nil
  /// if it is longer than `maximumBytes`.
  static func canonical(_ name: String) -> String? {
    guard name.utf8.count <= maximumBytes else { return nil }
    // Kubernetes puts two hashes behind the name, of a replica set (8 to 10 characters) and of a pod
    // (5). A type may have dashes itself.
    func isHash(_ text: Bytes, _ lengths: ClosedRange<Int>) -> Bool {
      lengths.contains(text.count)
        && text.allSatisfy { ASCII.isDigit($0) || (0x61...0x7a).contains($0) }
    }
    var bytes = Array(name.utf8)
    let dashes = bytes.indices.filter { bytes[$0] == ASCII.hyphen }.suffix(2)
    guard let first = dashes.first, let second = dashes.last, first < second,
      !bytes.contains(UInt8(ascii: ".")), isHash(bytes[(first + 1)..<second], 8...10),
      isHash(bytes[(second + 1)...], 5...5)
    else { return name }
    bytes[first] = UInt8(ascii: ".")
    return bytes[...].text
  }

  /// A value of DYNO for a message.
  package static func shown(_ name: String) -> String {
    name.utf8.count <= maximumBytes
      ? printable(name)
      : "a dyno whose name has \(name.utf8.count) bytes; at most \(maximumBytes) are read"
  }
}
