/// The key that lets an agent into the gateway, from HOOP_KEY or HOOP_DSN.
///
/// Two forms are read, as in hoop: common/dsnkeys/dsnkeys.go:
///
///     grpcs://NAME:SECRET@HOST:PORT?mode=MODE
///     https://HOST:PORT/64-CHARACTERS
///
/// The value says what may be shown of a key and holds nothing else: the secret is looked at, to
/// see that there is one, and left where it was.
public struct AgentKey: Hashable, Sendable {
  /// How the gateway treats the agents that come with a key.
  public enum Mode: String, Hashable, Sendable {
    case standard
    case embedded
    case multiConnection = "multi-connection"
  }

  public let scheme: String
  /// The key's name, which the dashboard shows; nil where it has none.
  public let name: String?
  /// `HOST` or `HOST:PORT`.
  public let address: String
  /// What `mode=` says; embedded for the oldest form, nil where nothing is said.
  public let mode: Mode?
  /// Whether it is the oldest form, whose path is the secret.
  public let isPathKey: Bool

  /// Why a key was refused. Nothing of the key goes with it: any part of a text that is no key may
  /// be the secret.
  public enum Malformed: String, Error, Hashable, Sendable, CaseIterable {
    case unprintable = "it holds white space or a control character"
    case scheme = "it does not begin with grpcs://, grpc://, https://, http://, wss:// or ws://"
    case host = "its host or port is missing or malformed"
    case name = "its name is malformed"
    case secret = "it holds no secret"
    case mode = "its mode is none of standard, embedded and multi-connection"
  }

  private static let schemes = ["grpcs", "grpc", "https", "http", "wss", "ws"]
  /// A slash and the 64 hexadecimal digits of a SHA-256 digest.
  private static let pathKeyLength = 65

  /// Parses a key, which must be the whole of `text`.
  public init(_ text: String) throws(Malformed) {
    guard !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }) else { throw .unprintable }
    let (schemeText, rest) = text.halves(around: "://")
    scheme = schemeText.lowercased()
    guard let rest, Self.schemes.contains(scheme) else { throw .scheme }

    let withoutFragment = rest.halves(around: "#").before
    let (location, query) = withoutFragment.halves(around: "?")
    let slash = location.firstIndex(of: "/") ?? location.endIndex
    let (authority, path) = (location[..<slash], location[slash...])
    let at = authority.lastIndex(of: "@")
    let host = at.map { authority[authority.index(after: $0)...] } ?? authority
    guard Self.isAddress(host) else { throw .host }
    address = String(host)

    isPathKey = path.utf8.count == Self.pathKeyLength
    if isPathKey {
      (name, mode) = (nil, .embedded)
      return
    }
    let (rawName, secret) = (at.map { authority[..<$0] } ?? "").halves(around: ":")
    guard let secret, !secret.isEmpty else { throw .secret }
    guard let decoded = rawName.percentDecoded(), !decoded.utf8.contains(where: ASCII.isControl)
    else { throw .name }
    name = decoded.isEmpty ? nil : decoded

    let said = (query ?? "").split(separator: "&").first { $0.hasPrefix("mode=") }
    let modeText = said.map { String($0.dropFirst("mode=".count)) } ?? ""
    mode = Mode(rawValue: modeText)
    guard mode != nil || modeText.isEmpty else { throw .mode }
  }

  /// Whether the agents of this key get their connections from the dashboard, by one
  /// `hoop start agent`, in place of a name each, by `hoop run` (hoop 1.20.0 on).
  public var isBoundToAgent: Bool { mode == .standard || mode == .embedded }

  private static func isAddress(_ text: Substring) -> Bool {
    let port: Substring?
    let host: Substring
    if text.hasPrefix("["), let close = text.firstIndex(of: "]") {
      host = text[text.index(after: text.startIndex)..<close]
      let after = text[text.index(after: close)...]
      guard after.isEmpty || after.hasPrefix(":") else { return false }
      port = after.isEmpty ? nil : after.dropFirst()
      guard host.utf8.allSatisfy({ $0 == UInt8(ascii: ":") || isHostByte($0) }) else {
        return false
      }
    } else {
      (host, port) = text.halves(around: ":")
      guard host.utf8.allSatisfy(isHostByte) else { return false }
    }
    guard !host.isEmpty else { return false }
    guard let port else { return true }
    return port.utf8.allSatisfy(ASCII.isDigit) && UInt16(port).map { $0 > 0 } == true
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    ASCII.isLetter(byte) || ASCII.isDigit(byte)
      || byte == ASCII.hyphen || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
  }
}

extension AgentKey: CustomStringConvertible {
  /// The key without its secret, such as `grpcs://prod:***@app.hoop.dev:8443?mode=embedded`.
  public var description: String {
    if isPathKey { return "\(scheme)://\(address)/***" }
    let query = mode.map { "?mode=\($0.rawValue)" } ?? ""
    return "\(scheme)://\(printable(name ?? "")):***@\(address)\(query)"
  }
}

extension StringProtocol {
  /// The text with each `%XX` replaced by its byte; nil where that is malformed or not UTF-8.
  fileprivate func percentDecoded() -> String? {
    var bytes: [UInt8] = []
    var rest = Array(utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, rest.prefix(2).allSatisfy({ ASCII.isHexDigit($0) }),
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
