import HoopAgent
import Posix

/// Where releases are taken from: Hoop's server, or a mirror of its layout.
///
/// https to any host, http only to this machine, and file. It may hold a user and a password, so it
/// is never printed as it is.
package struct ReleasesURL: Hashable, Sendable {
  /// Hoop's own server.
  package static let standard = ReleasesURL(
    unchecked: "https://releases.hoop.dev/release", shown: "https://releases.hoop.dev/release")

  /// The URL for curl, without a slash at its end.
  private let text: String
  /// The URL for people, without user and password.
  private let shown: String

  private init(unchecked text: String, shown: String) { (self.text, self.shown) = (text, shown) }

  /// Parses the value of HOOP_RELEASES_URL, white space around it ignored.
  ///
  /// - Returns: nil if it is not a URL of the kinds above, holds a character that would mean
  ///   something else in a longer URL or in curl's configuration, or may hold a password in another
  ///   place than between `//` and the last `@` before the path, because it would be printed.
  package init?(_ value: String) {
    var text = value.trimmed()[...]
    while text.utf8.last == UInt8(ascii: "/") { text = text.dropLast() }
    let (before, after) = text.splitOnce(at: "://")
    guard text.utf8.allSatisfy(Self.isAllowed), let rest = after else { return nil }
    let scheme = before.lowercased()
    let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
    let (authority, path) = (rest[..<slash], rest[slash...])
    let at = authority.utf8.lastIndex(of: UInt8(ascii: "@"))
    let address = at.map { authority[authority.utf8.index(after: $0)...] } ?? authority
    switch scheme {
    case "https": guard Self.isAddress(address) else { return nil }
    case "http": guard Self.isAddress(address), Self.isLoopback(address) else { return nil }
    case "file": guard authority.isEmpty, !path.isEmpty else { return nil }
    default: return nil
    }
    // A slash in a password ends the authority before its `@`.
    if scheme != "file", Self.mayHoldPassword(path) { return nil }
    self.text = "\(scheme)://\(rest)"
    shown = "\(scheme)://\(at == nil ? "" : "***@")\(address)\(path)"
  }

  /// The file at `path` below this URL.
  package func file(_ path: String) -> ReleasesURL {
    ReleasesURL(unchecked: "\(text)/\(path)", shown: "\(shown)/\(path)")
  }

  /// The URL for other people than the user, without a trace of a user and password.
  package var location: String {
    let (scheme, rest) = shown.splitOnce(at: "://***@")
    return rest.map { "\(scheme)://\($0)" } ?? shown
  }

  /// The whole URL with user and password, for curl's configuration only.
  var secret: String { text }

  /// Whether it is a web address and not a folder.
  var isHTTPS: Bool { text.hasPrefix("https:") }

  /// What is wrong with HOOP_RELEASES_URL if it is not such a URL. It is not quoted: it may hold a
  /// password that cannot be told from the rest.
  package static let malformed = Problem(
    "malformed-url", "HOOP_RELEASES_URL is not a URL that agents are downloaded from.",
    meaning: [
      "It must begin with https:// (or file://, or http:// to this machine only) and have no space,",
      "quote, backslash, question mark or number sign. Only a user and a password before the host",
      "may be followed by an @; a slash or an @ in them is written %2F or %40.",
    ],
    Remedy("Set the mirror's URL again, or use Hoop's own server:", .unset(.releasesURL)))

  private static func isAllowed(_ byte: UInt8) -> Bool {
    (0x21...0x7e).contains(byte) && !#""\?#"#.utf8.contains(byte)
  }

  /// A host's name or address and an optional port, and nothing that could be a part of a password.
  private static func isAddress(_ text: Substring) -> Bool {
    var host = text
    if let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")), text.utf8.last != UInt8(ascii: "]") {
      let port = text[text.utf8.index(after: colon)...].utf8
      guard (1...5).contains(port.count), port.allSatisfy(ASCII.isDigit) else { return false }
      host = text[..<colon]
    }
    if host.utf8.first == UInt8(ascii: "["), host.utf8.last == UInt8(ascii: "]") {
      let inside = host.utf8.dropFirst().dropLast()
      return inside.allSatisfy { ASCII.isHexDigit($0) || ":.".utf8.contains($0) }
    }
    return !host.isEmpty
      && host.utf8.allSatisfy { ASCII.isAlphanumeric($0) || "-._".utf8.contains($0) }
  }

  private static func mayHoldPassword(_ path: Substring) -> Bool {
    path.utf8.contains(UInt8(ascii: "@")) || path.splitOnce(at: "%40").after != nil
  }

  /// The file that a file: URL names, or nil for other URLs and if an escape is malformed.
  var localFile: Path? {
    guard let rest = text.splitOnce(at: "file://").after else { return nil }
    var bytes: [UInt8] = []
    var left = rest.utf8[...]
    while let byte = left.popFirst() {
      if byte != UInt8(ascii: "%") {
        bytes.append(byte)
        continue
      }
      guard let value = UInt8(String(decoding: left.prefix(2), as: UTF8.self), radix: 16) else {
        return nil
      }
      bytes.append(value)
      left = left.dropFirst(2)
    }
    return Path(bytes: bytes)
  }

  /// localhost, 127.0.0.0/8 and [::1], with or without a port.
  private static func isLoopback(_ address: Substring) -> Bool {
    if address == "[::1]" || address.hasPrefix("[::1]:") { return true }
    let host = address.prefix { $0 != ":" }
    if host.lowercased() == "localhost" { return true }
    let octets = host.split(separator: ".", omittingEmptySubsequences: false)
    return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
  }
}

extension ReleasesURL: CustomStringConvertible {
  /// The URL without user and password.
  package var description: String { shown }
}
