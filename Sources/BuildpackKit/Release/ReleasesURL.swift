import HoopAgent
import Posix

/// The place that releases are taken from: Hoop's server, or a mirror of its layout.
///
/// https to any host, http only to this machine, and file. It may hold a user and a password, so it
/// is never printed as it is.
package struct ReleasesURL: Hashable, Sendable, CustomStringConvertible {
  /// Hoop's own server.
  package static let standard = ReleasesURL(
    secret: "https://releases.hoop.dev/release", description: "https://releases.hoop.dev/release")

  /// The whole URL with user and password, for curl's configuration only. It ends without a slash.
  let secret: String
  /// The URL without user and password.
  package let description: String

  private init(secret: String, description: String) {
    (self.secret, self.description) = (secret, description)
  }

  /// Parses the value of HOOP_RELEASES_URL, white space around it ignored.
  ///
  /// - Returns: nil if it is not a URL of the kinds above, holds a character that would mean
  ///   something else in a longer URL or in curl's configuration, or may hold a password in another
  ///   place than between `//` and the last `@` before the path, because it would be printed.
  package init?(_ value: String) {
    var text = value.trimmed()[...]
    while text.utf8.last == UInt8(ascii: "/") { text = text.dropLast() }
    guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) && !#""\?#"#.utf8.contains($0) }),
      let parts = URLParts(Bytes(text.utf8)), let rest = text.splitOnce(at: "://").after
    else { return nil }
    let (scheme, address, path) = (parts.scheme, parts.address.text, parts.path.text)
    if scheme == "file" {
      guard address.isEmpty, path == rest else { return nil }
    } else {
      let isAllowed = scheme == "https" || scheme == "http" && Self.isLoopback(address)
      // A slash in a password ends the authority before its `@`.
      let mayHoldPassword = ["@", "%40"].contains { path.splitOnce(at: $0).after != nil }
      guard isAllowed, parts.address.isAddress, !mayHoldPassword else { return nil }
    }
    (secret, description) = ("\(scheme)://\(rest)", "\(scheme)://\(address)\(path)")
  }

  /// The file at `path` below this URL.
  package func file(_ path: String) -> ReleasesURL {
    ReleasesURL(secret: "\(secret)/\(path)", description: "\(description)/\(path)")
  }

  /// Whether it is a web address and not a folder.
  var isHTTPS: Bool { secret.hasPrefix("https:") }

  /// HOOP_RELEASES_URL is not such a URL. It is not quoted: it may hold a password that cannot be told
  /// from the rest.
  package static let malformed = Problem(
    "malformed-url", "HOOP_RELEASES_URL is not a URL that agents are downloaded from.",
    meaning: [
      "It must begin with https:// (or file://, or http:// to this machine only) and have no space,",
      "quote, backslash, question mark or number sign. Only a user and a password before the host",
      "may be followed by an @; a slash or an @ in them is written %2F or %40.",
    ],
    Remedy("Set the mirror's URL again, or use Hoop's own server:", .unset(.releasesURL)))

  /// localhost, 127.0.0.1 and [::1], with or without a port.
  private static func isLoopback(_ address: String) -> Bool {
    ["localhost", "127.0.0.1", "[::1]"].contains { address == $0 || address.hasPrefix("\($0):") }
  }
}
