import HoopAgent

/// Where releases are taken from: Hoop's server, or a mirror of its layout.
///
/// https anywhere, http to this machine alone, and file. It may hold a user and a password, so it
/// is never printed as it is.
public struct ReleasesURL: Hashable, Sendable {
  /// Hoop's own server.
  public static let standard = ReleasesURL(
    unchecked: "https://releases.hoop.dev/release", shown: "https://releases.hoop.dev/release")

  /// The URL for curl, without a slash at its end.
  private let text: String
  /// The URL for people, without user and password.
  private let shown: String

  private init(unchecked text: String, shown: String) { (self.text, self.shown) = (text, shown) }

  /// Parses the value of HOOP_RELEASES_URL, white space around it ignored.
  ///
  /// - Returns: nil where it is no URL of the kinds above, or holds a character that would mean
  ///   something else in a longer URL or in curl's configuration.
  public init?(_ value: String) {
    var text = value.trimmed()[...]
    while text.hasSuffix("/") { text = text.dropLast() }
    let (before, after) = text.halves(around: "://")
    guard text.utf8.allSatisfy(Self.isAllowed), let rest = after else { return nil }
    let scheme = before.lowercased()
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    let (authority, path) = (rest[..<slash], rest[slash...])
    let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] }
    switch scheme {
    case "https": guard (host ?? authority).first.map({ $0 != ":" }) == true else { return nil }
    case "http": guard Self.isLoopback(host ?? authority) else { return nil }
    case "file": guard authority.isEmpty, !path.isEmpty else { return nil }
    default: return nil
    }
    self.text = "\(scheme)://\(rest)"
    shown = "\(scheme)://\(host.map { "***@\($0)" } ?? String(authority))\(path)"
  }

  /// The file at `path` below this URL.
  public func file(_ path: String) -> ReleasesURL {
    ReleasesURL(unchecked: "\(text)/\(path)", shown: "\(shown)/\(path)")
  }

  /// The URL for others than the user, without a mark of what it held.
  package var location: String {
    let (scheme, rest) = shown.halves(around: "://***@")
    return rest.map { "\(scheme)://\($0)" } ?? shown
  }

  /// The whole URL with all that it holds, for curl's configuration alone.
  var secret: String { text }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    (0x21...0x7e).contains(byte) && !#""\?#"#.utf8.contains(byte)
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
  public var description: String { shown }
}
