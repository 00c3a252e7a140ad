/// What a key looks like, a second time and in another way: as patterns.
///
/// It does not read escapes. With them in a text it can only say what a key does not look like.
struct AgentKeyOracle {
  private let start = /(?:grpc|http|ws)s?:\/\//.ignoresCase().matchingSemantics(.unicodeScalar)
  private let rest =
    /(?:(?<name>[\w.~!$&'()*+,;=@%\-]*)(?::(?<secret>[\w.~!$&'()*+,;=:@%\-]*))?@)?(?:[\w.\-]+|\[[0-9A-Fa-f:.]+\])(?::(?<port>\d+))?(?<path>\/[^?#\s]*)?(?:\?(?<query>[^#\s]*))?(?:#\S*)?/
    .asciiOnlyCharacterClasses().matchingSemantics(.unicodeScalar)
  private let mode = /(?:^|&)mode(?:=([^&]*))?(?:&|$)/.matchingSemantics(.unicodeScalar)

  func isKey(_ text: String, orEscaped: Bool = false) -> Bool {
    guard !text.utf8.contains(where: { $0 <= 32 || $0 == 127 }),
      let head = text.prefixMatch(of: start),
      let match = text[head.range.upperBound...].wholeMatch(of: rest)
    else { return false }
    if let port = match.port, !(1...65_535).contains(Int(port) ?? 0) { return false }
    if orEscaped || match.path?.utf8.count == 65 { return true }
    guard match.secret?.isEmpty == false, match.port != nil else { return false }
    let said = match.query.flatMap { $0.firstMatch(of: mode)?.1 } ?? ""
    let isOrganisation = match.name == "_default"
    switch said {
    case "": return isOrganisation
    case "standard", "embedded": return !isOrganisation
    default: return said == "multi-connection"
    }
  }
}
