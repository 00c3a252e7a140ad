/// The key that lets an agent into the gateway, from HOOP_KEY or HOOP_DSN.
///
/// Two forms are read, as in hoop: common/dsnkeys/dsnkeys.go:
///
///     grpcs://NAME:SECRET@HOST:PORT?mode=MODE
///     https://HOST:PORT/64-CHARACTERS
///
/// The value holds what may be shown of a key and nothing else: the secret is looked at, to see
/// that there is one, and left where it was.
package struct AgentKey: Hashable, Sendable {
  /// How the gateway treats the agents that come with a key.
  package enum Mode: String, Hashable, Sendable, CaseIterable {
    case standard
    case embedded
    case multiConnection = "multi-connection"
  }

  package let scheme: String
  /// The key's name, which the dashboard shows; nil where it has none.
  package let name: String?
  /// `HOST` or `HOST:PORT`.
  package let address: String
  /// What `mode=` says; embedded for the oldest form, nil where nothing is said.
  package let mode: Mode?
  /// Whether it is the oldest form, whose path is the secret.
  package let isPathKey: Bool

  /// Which of the kinds of key that there are it is.
  package enum Form: Hashable, Sendable {
    /// One whose path is the secret; the gateway alone knows its name.
    case client
    /// One of an agent that was made for it, mode standard or embedded.
    case agent
    /// One of a whole organisation, mode multi-connection or none.
    case organisation
  }

  package var form: Form {
    switch mode {
    case _ where isPathKey: .client
    case .standard?, .embedded?: .agent
    case .multiConnection?, nil: .organisation
    }
  }

  /// Why a key was refused. Nothing of the key goes with it: any part of a text that is no key may
  /// be the secret.
  package enum Malformed: Error, Hashable, Sendable {
    case tooLong
    /// It begins with a quotation mark.
    case quotes
    case unprintable
    case scheme
    case host
    case name
    case secret
    /// The mode that was probably meant goes with it.
    case mode(nearest: Mode?)
  }

  /// The longest text taken, in bytes: Heroku holds 64 kB of config vars for an app (Dev Center,
  /// "Config Vars").
  package static let maximumBytes = 65_536

  private static let schemes = ["grpcs", "grpc", "https", "http", "wss", "ws"]
  /// A slash and the 64 hexadecimal digits of a SHA-256 digest, in bytes.
  private static let pathKeyLength = 65

  /// Parses a key, which must be the whole of `text`.
  ///
  /// The text is split where Go's url.Parse splits it, since that is what the agent does.
  package init(_ text: String) throws(Malformed) {
    guard text.utf8.count <= Self.maximumBytes else { throw .tooLong }
    guard !Quotes.begin(text) else { throw .quotes }
    let bytes = Bytes(text.utf8)
    guard !bytes.contains(where: { $0 == 0x20 || ASCII.isControl($0) }) else { throw .unprintable }
    let (scheme, afterScheme) = bytes.halves(around: ":")
    self.scheme = scheme.text.lowercased()
    guard Self.schemes.contains(self.scheme), let afterScheme, afterScheme.starts(with: "//".utf8)
    else { throw .scheme }

    let withoutFragment = afterScheme.dropFirst(2).halves(around: "#").before
    let (location, query) = withoutFragment.halves(around: "?")
    let slash = location.firstIndex(of: UInt8(ascii: "/")) ?? location.endIndex
    let (authority, path) = (location[..<slash], location[slash...])
    let at = authority.lastIndex(of: UInt8(ascii: "@"))
    let address = at.map { authority[($0 + 1)...] } ?? authority
    guard address.isAddress else { throw .host }
    self.address = address.text

    let (rawName, rawSecret) = (at.map { authority[..<$0] } ?? []).halves(around: ":")
    guard let name = rawName.credential(), !name.utf8.contains(where: ASCII.isControl)
    else { throw .name }
    // A secret where the name should be, and printed as one.
    guard !name.hasPrefix("xagt-") else { throw .secret }
    guard let secret = (rawSecret ?? []).credential(), let pathText = path.percentDecoded()
    else { throw .secret }
    isPathKey = pathText.utf8.count == Self.pathKeyLength
    if isPathKey {
      (self.name, mode) = (nil, .embedded)
      return
    }
    guard !secret.isEmpty else { throw .secret }
    self.name = name.isEmpty ? nil : name
    mode = try Self.mode(in: query ?? [])
  }

  /// What the first `mode=` of the query says, as Go's Values.Get reads it.
  private static func mode(in query: Bytes) throws(Malformed) -> Mode? {
    for parameter in query.split(separator: UInt8(ascii: "&")) {
      let (name, value) = parameter.halves(around: "=")
      guard name.percentDecoded() == "mode" else { continue }
      guard let said = (value ?? []).percentDecoded() else { throw .mode(nearest: nil) }
      guard !said.isEmpty else { return nil }
      guard let mode = Mode(rawValue: said) else { throw .mode(nearest: Mode.nearest(to: said)) }
      return mode
    }
    return nil
  }
}

extension AgentKey.Mode {
  /// The mode that `text` nearly is: at most three letters are wrong, in any case.
  fileprivate static func nearest(to text: String) -> AgentKey.Mode? {
    guard text.utf8.count <= 20 else { return nil }
    let word = text.lowercased().utf8
    return allCases.first { editDistance(word, $0.rawValue.utf8) <= 3 }
  }
}

extension AgentKey: CustomStringConvertible {
  /// The key without its secret, such as `grpcs://prod:***@app.hoop.dev:8443?mode=embedded`.
  package var description: String {
    if isPathKey { return "\(scheme)://\(address)/***" }
    let query = mode.map { "?mode=\($0.rawValue)" } ?? ""
    return "\(scheme)://\(printable(name ?? "")):***@\(address)\(query)"
  }
}
