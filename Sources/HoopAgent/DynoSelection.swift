/// Which dynos carry the agent: the value of HOOP_DYNOS.
package struct DynoSelection: Hashable, Sendable {
  /// Dyno names such as `web.1`, `*` standing for any run of characters.
  package let patterns: [String]
  private let globs: [Glob]

  /// The longest value that is taken, in bytes.
  package static let maximumBytes = 4096
  /// The most names that are taken.
  package static let maximumCount = 100

  /// Parses names separated by commas; unset and empty select every dyno. A process type alone,
  /// `web`, stands for all of its dynos, `web.*`. On Fir, where dynos have no numbers, `web` and
  /// `web.*` are for `web-12a34b56d-e78f9`.
  ///
  /// - Returns: nil where there are more than `maximumBytes` or `maximumCount`, a name is empty, or
  ///   it holds another character than letters, digits, `-`, `_`, `.` and `*`.
  package init?(_ value: String?) {
    let value = value ?? ""
    guard !Self.isTooLong(value) else { return nil }
    let text = value.trimmed()
    if text.isEmpty {
      (patterns, globs) = (["*"], [Glob("*".utf8)])
      return
    }
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmed() }
    guard names.allSatisfy(Self.isPattern) else { return nil }
    patterns = names.map { name in
      name.utf8.contains { ".*".utf8.contains($0) } ? name : "\(name).*"
    }
    globs = patterns.map { Glob($0.utf8) }
  }

  /// Whether a value has more bytes, or more names, than are taken.
  static func isTooLong(_ value: String) -> Bool {
    value.utf8.count > maximumBytes
      || value.utf8.count { $0 == UInt8(ascii: ",") } >= maximumCount
  }

  package var selectsAll: Bool { patterns.contains("*") }

  /// Whether `dyno`, the value of DYNO, is named. Nil and empty are: where there is no DYNO there
  /// is no choice to make.
  package func contains(_ dyno: String?) -> Bool {
    guard let dyno, !dyno.isEmpty else { return true }
    guard let name = DynoName(dyno) else { return selectsAll }
    return globs.contains { $0.matches(name.canonical.utf8) }
  }

  /// Which of a process type's dynos are named.
  package enum Share: Hashable, Sendable {
    case all
    /// Those of these patterns, such as `web.1`.
    case some([String])
    case none
  }

  /// Which dynos of a process type are named.
  package func share(of type: String) -> Share {
    var some: [String] = []
    for pattern in patterns {
      let (types, number) = Bytes(pattern.utf8).halves(around: ".")
      guard Glob(types).matches(type.utf8) else { continue }
      if number?.allSatisfy({ $0 == UInt8(ascii: "*") }) != false { return .all }
      some.append(pattern)
    }
    return some.isEmpty ? .none : .some(some)
  }

  /// The patterns that name a dyno by its number, such as `web.1`.
  package var numbered: [String] {
    patterns.filter { pattern in
      let number = Bytes(pattern.utf8).halves(around: ".").after
      return number.map { !$0.isEmpty && $0.allSatisfy(ASCII.isDigit) } ?? false
    }
  }

  /// The patterns that name no dyno of these process types.
  package func patterns(besides types: [String]) -> [String] {
    patterns.filter { pattern in
      let (type, number) = Bytes(pattern.utf8).halves(around: ".")
      let isNumber = number.map { number in
        !number.isEmpty && number.allSatisfy { ASCII.isDigit($0) || $0 == UInt8(ascii: "*") }
      }
      let glob = Glob(type)
      return isNumber == false || !types.contains { glob.matches($0.utf8) }
    }
  }

  private static func isPattern(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { ASCII.isAlphanumeric($0) || "-_.*".utf8.contains($0) }
  }
}
