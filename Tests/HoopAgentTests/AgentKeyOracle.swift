/// What a key looks like, said a second time and in another way: as patterns.
///
/// It reads no escapes. With them in a text it can only say what no key looks like.
struct AgentKeyOracle {
  private let start = /(?:grpc|http|ws)s?:\/\//.ignoresCase().matchingSemantics(.unicodeScalar)
  private let rest =
    /(?:[\w.~!$&'()*+,;=@%\-]*(?::(?<secret>[\w.~!$&'()*+,;=:@%\-]*))?@)?(?:[\w.\-]+|\[[0-9A-Fa-f:.]+\])(?::(?<port>\d+))?(?<path>\/[^?#\s]*)?(?:\?(?<query>[^#\s]*))?(?:#\S*)?/
    .asciiOnlyCharacterClasses().matchingSemantics(.unicodeScalar)
  private let mode = /(?:^|&)mode(?:=([^&]*))?(?:&|$)/.matchingSemantics(.unicodeScalar)

  func isKey(_ text: String, orEscaped: Bool = false) -> Bool {
    guard !text.utf8.contains(where: { $0 <= 32 || $0 == 127 }),
      let head = text.prefixMatch(of: start),
      let match = text[head.range.upperBound...].wholeMatch(of: rest)
    else { return false }
    if let port = match.port, !(1...65_535).contains(Int(port) ?? 0) { return false }
    if orEscaped || match.path?.utf8.count == 65 { return true }
    guard match.secret?.isEmpty == false else { return false }
    let said = match.query.flatMap { $0.firstMatch(of: mode)?.1 } ?? ""
    return ["", "standard", "embedded", "multi-connection"].contains(said)
  }
}
