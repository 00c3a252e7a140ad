import HoopAgent

/// A key.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzKey(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  fuzz(start, count) { input in
    let text = input.text
    guard let key = try? AgentKey(text) else { return }
    let oracle = AgentKeyOracle()
    must(
      oracle.isKey(text, orEscaped: text.holds("%")), "What does not look like a key was accepted")
    let shown = key.description
    must(shown.isPlain, "The masked key holds a control character")
    let secret = secret(of: text, isPath: key.form == .client)
    let rest =
      "\(key.scheme) \(key.name ?? "") \(key.address) \(key.mode?.rawValue ?? "") *** ?mode="
    if secret.utf8.count >= 4, !rest.holds(secret) {
      must(!shown.holds(secret), "The masked key holds the secret")
    }
    // What it shows is a key too, of the same kind.
    guard key.form != .client, !text.holds("%"), shown.utf8.count <= AgentKey.maximumBytes else {
      return
    }
    guard let again = try? AgentKey(shown) else { return must(false, "\(shown) is not a key") }
    must(again == key, "\(shown) is another key")
  }
}

/// What must never be shown, found from the other end.
private func secret(of text: String, isPath: Bool) -> Substring {
  let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
  guard parts.count > 2 else { return "" }
  if isPath { return parts.count > 3 ? parts[3].prefix { $0 != "?" && $0 != "#" } : "" }
  guard let at = parts[2].lastIndex(of: "@"), let colon = parts[2][..<at].firstIndex(of: ":") else {
    return ""
  }
  return parts[2][parts[2].index(after: colon)..<at]
}
