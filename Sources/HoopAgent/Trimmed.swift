extension StringProtocol {
  /// The text without white space at its ends: spaces, tabs, line ends and whatever else Unicode
  /// calls so, which is what the agent takes off too (Go's strings.TrimSpace).
  package func trimmed() -> String { trimmed { $0.isSpace } }

  /// The text without such at its ends.
  func trimmed(_ isDropped: (Unicode.Scalar) -> Bool) -> String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !isDropped($0) }),
      let last = scalars.lastIndex(where: { !isDropped($0) })
    else { return "" }
    return String(self[first..<scalars.index(after: last)])
  }
}

extension Unicode.Scalar {
  /// Unicode's White_Space (PropList.txt), by hand: the standard library's table of properties, of
  /// which this is one of sixty, is 20 kB.
  var isSpace: Bool {
    switch value {
    case 0x09...0x0d, 0x20, 0x85, 0xa0, 0x1680, 0x2000...0x200a, 0x2028, 0x2029, 0x202f, 0x205f,
      0x3000:
      true
    default: false
    }
  }
}
