import HoopAgent

/// Lines: a version each, and the first as HOOP_VERSION too.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzVersion(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  fuzz(start, count) { input in
    let versions = input.lines.prefix(3).compactMap { text -> AgentVersion? in
      let version = AgentVersion(text)
      must((version != nil) == isVersion(text), "Accepted, or refused, against the rule: \(text)")
      guard let version else { return nil }
      must(version.description == text, "It prints as something else: \(text)")
      must(AgentVersion(version.description) == version, "It is another one when parsed again")
      return version
    }
    for one in versions {
      must(!(one < one), "\(one) is before itself")
      for other in versions {
        must(!(one < other && other < one), "\(one) and \(other) are before each other")
        for third in versions where one < other && other < third {
          must(one < third, "\(one), \(other) and \(third) have no order")
        }
      }
    }
    let text = input.lines[0]
    let bare = text.trimmed()
    switch VersionRequest(text) {
    case .latest?: must(bare.isEmpty || bare == "latest", "It asks for the newest: \(text)")
    case .exact(let version)?:
      must(bare == "\(version)" || bare == "v\(version)", "It asks for \(version): \(text)")
    case nil: must(!isVersion(bare) && !bare.isEmpty && bare != "latest", "Refused: \(text)")
    }
  }
}

/// The same rule, said by hand.
private func isVersion(_ text: String) -> Bool {
  guard text.utf8.count <= 64, text.utf8.allSatisfy({ isLetterOrDigit($0) || $0 == 45 || $0 == 46 })
  else { return false }
  let (numbers, suffix) =
    text.firstIndex(of: "-").map {
      (text[..<$0], text[text.index(after: $0)...])
    } ?? (text[...], nil)
  let parts = numbers.split(separator: ".", omittingEmptySubsequences: false)
  let areNumbers = parts.allSatisfy { part in
    (1...9).contains(part.count) && part.allSatisfy { ("0"..."9").contains($0) }
      && (part == "0" || part.first != "0")
  }
  let identifiers = suffix?.split(separator: ".", omittingEmptySubsequences: false) ?? []
  return parts.count == 3 && areNumbers && !identifiers.contains { $0.isEmpty }
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
  (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
}
