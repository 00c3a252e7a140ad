/// Which dynos carry the agent: the value of HOOP_DYNOS.
public struct DynoSelection: Hashable, Sendable {
  /// Dyno names such as `web.1`, `*` standing for any run of characters.
  public let patterns: [String]

  /// Parses names separated by commas; unset and empty select every dyno. A process type alone,
  /// `web`, stands for all of its dynos, `web.*`.
  ///
  /// - Returns: nil where a name is empty or holds another character than letters, digits, `-`,
  ///   `_`, `.` and `*`.
  public init?(_ value: String?) {
    let text = (value ?? "").trimmed()
    if text.isEmpty {
      patterns = ["*"]
      return
    }
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmed() }
    guard names.allSatisfy(Self.isPattern) else { return nil }
    patterns = names.map { $0.contains(where: { ".*".contains($0) }) ? $0 : "\($0).*" }
  }

  public var selectsAll: Bool { patterns.contains("*") }

  /// Whether `dyno`, the value of DYNO, is named. Nil and empty are: where there is no DYNO there
  /// is no choice to make.
  public func contains(_ dyno: String?) -> Bool {
    guard let dyno, !dyno.isEmpty else { return true }
    return patterns.contains { Self.matches(Array(dyno.utf8)[...], Array($0.utf8)[...]) }
  }

  /// The patterns that name no dyno of these process types.
  public func patterns(besides types: [String]) -> [String] {
    patterns.filter { pattern in
      let (type, number) = Bytes(pattern.utf8).halves(around: ".")
      let isNumber = number.map { number in
        !number.isEmpty && number.allSatisfy { ASCII.isDigit($0) || $0 == UInt8(ascii: "*") }
      }
      return isNumber == false || !types.contains { Self.matches(Bytes($0.utf8), type) }
    }
  }

  private static func isPattern(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { ASCII.isAlphanumeric($0) || "-_.*".utf8.contains($0) }
  }

  /// Matches by going back to the last `*` only, so the time is bounded by the product of lengths.
  private static func matches(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    var (text, pattern) = (text, pattern)
    var retry: (text: ArraySlice<UInt8>, pattern: ArraySlice<UInt8>)?
    while true {
      if pattern.first == UInt8(ascii: "*") {
        pattern = pattern.dropFirst()
        retry = (text, pattern)
      } else if let byte = text.first, byte == pattern.first {
        (text, pattern) = (text.dropFirst(), pattern.dropFirst())
      } else if text.isEmpty && pattern.isEmpty {
        return true
      } else if let (last, after) = retry, !last.isEmpty {
        (text, pattern) = (last.dropFirst(), after)
        retry = (text, after)
      } else {
        return false
      }
    }
  }
}
