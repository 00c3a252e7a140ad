extension StringProtocol {
  /// The text without white space at its ends: spaces, tabs, line ends and whatever else Unicode
  /// calls so, which is what the agent takes off too (Go's strings.TrimSpace).
  public func trimmed() -> String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(self[first..<scalars.index(after: last)])
  }
}
