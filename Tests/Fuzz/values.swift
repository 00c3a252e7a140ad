import HoopAgent

@testable import BuildpackKit

/// A value of ENV_DIR, read as each kind of config var.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzValues(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  fuzz(start, count) { input in
    let text = input.text
    let word = text.trimmed().lowercased()
    let isOn = Switch.parse(text)
    must((isOn == true) == ["1", "true", "yes", "on"].contains(word), "On: \(text)")
    must((isOn == false) == ["0", "false", "no", "off", ""].contains(word), "Off: \(text)")
    if let digest = Digest(text) { must(digest.hex == text.lowercased(), "Another digest") }
    checkURL(text)
  }
}

private func checkURL(_ text: String) {
  guard let url = ReleasesURL(text) else { return }
  let secret = url.file("latest.txt").secret
  must(
    secret.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 34 && $0 != 92 }, "curl reads it as more")
  must(secret.hasSuffix("/latest.txt") && !secret.holds("?") && !secret.holds("#"), "Another file")
  let rest = secret.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
  must(rest.count > 2 && rest[1].isEmpty, "No host: \(secret)")
  must(["https:", "http:", "file:"].contains(rest[0]), "Another kind of URL: \(secret)")
  let parts = rest[2].split(separator: "@", omittingEmptySubsequences: false)
  if rest[0] == "http:" {
    let host = parts.last.map(String.init)?.lowercased() ?? ""
    must(["localhost", "127.", "[::1]"].contains { host.hasPrefix($0) }, "http to \(host)")
  }
  // No part of what stands before the host is shown.
  for hidden in parts.dropLast() where hidden.utf8.count >= 4 {
    let others = "\(rest[0])//\(parts.last ?? "")/\(rest.count > 3 ? rest[3] : "")***@"
    if !others.holds(hidden) { must(!url.description.holds(hidden), "The password is shown") }
  }
}
