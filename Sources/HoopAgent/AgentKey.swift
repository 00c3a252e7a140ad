/// The key that lets an agent into the gateway, from HOOP_KEY or HOOP_DSN.
///
/// Two forms are read, as in hoop: common/dsnkeys/dsnkeys.go:
///
///     grpcs://NAME:SECRET@HOST:PORT?mode=MODE
///     https://HOST:PORT/64-CHARACTERS
///
/// This type holds what may be shown of a key and nothing else. Parsing sees that there is a secret,
/// and does not keep it.
package struct AgentKey: Hashable, Sendable {
  /// How the gateway treats the agents that come with a key.
  package enum Mode: String, Hashable, Sendable, CaseIterable {
    case standard
    case embedded
    case multiConnection = "multi-connection"
  }

  /// The kinds of key.
  package enum Form: Hashable, Sendable {
    /// Its path is the secret; only the gateway knows its name.
    case client
    /// Made for an agent, with mode standard or embedded.
    case agent
    /// Made for a whole organisation, with mode multi-connection or none.
    case organisation
  }

  package let scheme: String
  /// The key's name, which the dashboard shows; nil if it has none.
  package let name: String?
  /// `HOST:PORT`; a client key may have `HOST` alone.
  package let address: String
  /// The value of `mode=`; embedded for a client key, nil if there is none.
  package let mode: Mode?
  package let form: Form

  /// The longest text taken, in bytes: Heroku holds 64 kB of config vars for an app (Dev Center,
  /// "Config Vars").
  package static let maximumBytes = 65_536
  /// A slash and the 64 hexadecimal digits of a SHA-256 digest, in bytes.
  static let pathKeyLength = 65
  /// The name of every organisation key.
  static let organisationName = "_default"

  private static let schemes = ["grpcs", "grpc", "https", "http", "wss", "ws"]

  /// Parses a key, which must be the whole of `text`, the value of `setting`.
  package init(_ text: String, from setting: Setting = .key) throws(Problem) {
    func malformed(
      _ why: String, _ remedy: String = "Copy the key again, whole and in quotes:",
      _ key: String = "grpcs://…"
    ) -> Problem {
      .blocking(
        "malformed-key", "\(setting.name) is not a key: \(why).", remedy, .set(setting, to: key))
    }
    func require(_ isRight: Bool, _ why: String) throws(Problem) {
      if !isRight { throw malformed(why) }
    }
    try require(text.utf8.count <= Self.maximumBytes, "it is longer than 65,536 bytes")
    guard !text.isQuoted else {
      throw malformed(
        "it has quotation marks around it",
        "Set the key without them; the straight quotes below are for the shell:")
    }
    let bytes = Bytes(text.utf8)
    try require(
      bytes.allSatisfy { $0 > 0x20 && $0 != 0x7f }, "it holds white space or a control character")
    guard let url = URLParts(bytes), Self.schemes.contains(url.scheme) else {
      throw malformed(
        "it does not begin with grpcs://, grpc://, https://, http://, wss:// or ws://")
    }
    try require(url.address.isAddress, "its host or port is missing or malformed")
    (scheme, address) = (url.scheme, url.address.text)
    guard let name = url.user, !name.utf8.contains(where: ASCII.isControl) else {
      throw malformed("its name is malformed")
    }
    // A secret in the place of the name would be printed as one.
    guard !name.utf8.starts(with: "xagt-".utf8), let secret = url.password,
      let path = url.path.percentDecoded(), path.utf8.count == Self.pathKeyLength || !secret.isEmpty
    else { throw malformed("its secret is missing or malformed") }
    if path.utf8.count == Self.pathKeyLength {
      (self.name, mode, form) = (nil, .embedded, .client)
      return
    }
    self.name = name.isEmpty ? nil : name
    let (isOrganisation, said) = (name == Self.organisationName, url.parameter("mode"))
    mode = Mode(rawValue: said)
    form = mode == .standard || mode == .embedded ? .agent : .organisation
    guard mode != nil || said.isEmpty && isOrganisation else {
      throw malformed(
        "its mode is \(said.isEmpty ? "missing" : "not standard, embedded or multi-connection")",
        "Write the mode in full, usually embedded:", pattern(address, .embedded))
    }
    guard url.address.hasPort else {
      // That of Hoop's own gateway, and the default of one that is installed elsewhere.
      let port = address.hasSuffix("hoop.dev") ? "8443" : "8010"
      throw malformed(
        "its address \(quoted(address)) has no port",
        "Add the port of the gateway's gRPC server, usually \(port):",
        pattern("\(address):\(port)", mode))
    }
    guard form == .organisation || !isOrganisation else {
      throw malformed(
        "it is an organisation's, and has the mode of an agent's", "Set the key without the mode:",
        pattern(address, nil))
    }
  }

  /// What such a key is called.
  package var kind: String {
    switch form {
    case .client: "a client key"
    case .agent: "an agent key, mode \(mode?.rawValue ?? "")"
    case .organisation: "an organisation key"
    }
  }
}

extension AgentKey: CustomStringConvertible {
  /// The key without its secret, such as `grpcs://prod:***@app.hoop.dev:8443?mode=embedded`.
  package var description: String {
    form == .client ? "\(scheme)://\(address)/***" : pattern(address, mode, secret: "***")
  }

  /// A line to paste: the key with another address, mode, secret or scheme.
  func pattern(
    _ address: String, _ mode: Mode?, secret: String = "SECRET", scheme: String? = nil
  ) -> String {
    "\(scheme ?? self.scheme)://\(printable(name ?? "")):\(secret)@\(address)"
      + (mode.map { "?mode=\($0.rawValue)" } ?? "")
  }
}
