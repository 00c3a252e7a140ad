/// The key that lets an agent into the gateway, from HOOP_KEY or HOOP_DSN.
///
/// Two forms are read, as in hoop: common/dsnkeys/dsnkeys.go:
///
///     grpcs://NAME:SECRET@HOST:PORT?mode=MODE
///     https://HOST:PORT/64-CHARACTERS
///
/// This type holds what may be shown of a key and nothing else: the secret is looked at, to see that
/// there is one, and left where it was.
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

  /// Parses a key, which must be the whole of `text`.
  ///
  /// The text is split where Go's url.Parse splits it, since that is what the agent does.
  ///
  /// - Parameter setting: The config var that it comes from.
  package init(_ text: String, from setting: Setting = .key) throws(Problem) {
    func malformed(_ why: String) -> Problem { .malformedKey(setting, why) }
    guard text.utf8.count <= Self.maximumBytes else {
      throw malformed("it is longer than 65,536 bytes")
    }
    guard !Quotes.areAround(text) else {
      throw .malformedKey(
        setting, "it has quotation marks around it",
        "Set the key without it; the straight quotes below are for the shell:")
    }
    let bytes = Bytes(text.utf8)
    guard !bytes.contains(where: { $0 == 0x20 || ASCII.isControl($0) }) else {
      throw malformed("it holds white space or a control character")
    }
    guard let url = URLParts(bytes), Self.schemes.contains(url.scheme) else {
      throw malformed(
        "it does not begin with grpcs://, grpc://, https://, http://, wss:// or ws://")
    }
    guard url.address.isAddress else { throw malformed("its host or port is missing or malformed") }
    (scheme, address) = (url.scheme, url.address.text)
    let (rawName, rawSecret) = (url.credentials ?? []).splitOnce(at: ":")
    guard let name = rawName.credential(), !name.utf8.contains(where: ASCII.isControl)
    else { throw malformed("its name is malformed") }
    let noSecret = "its secret is missing or malformed"
    // A secret where the name should be would be printed as one.
    guard !name.utf8.starts(with: "xagt-".utf8), let secret = (rawSecret ?? []).credential(),
      let path = url.path.percentDecoded()
    else { throw malformed(noSecret) }
    if path.utf8.count == Self.pathKeyLength {
      (self.name, mode, form) = (nil, .embedded, .client)
      return
    }
    guard !secret.isEmpty else { throw malformed(noSecret) }
    self.name = name.isEmpty ? nil : name
    mode = try Self.mode(url.parameter("mode"), setting)
    form = mode == .standard || mode == .embedded ? .agent : .organisation
    guard url.address.hasPort else { throw .keyWithoutPort(self, setting) }
    let isOrganisation = name == Self.organisationName
    if mode == nil, !isOrganisation { throw .keyWithoutMode(self, setting) }
    if form == .agent, isOrganisation { throw .organisationKeyWithMode(self, setting) }
  }

  private static func mode(_ value: String??, _ setting: Setting) throws(Problem) -> Mode? {
    guard let value, value != "" else { return nil }
    if let mode = value.flatMap({ Mode(rawValue: $0) }) { return mode }
    // At most three letters may differ, in any case.
    let word = (value ?? "").lowercased().utf8.prefix(20)
    let nearest = Mode.allCases.first { editDistance(word, $0.rawValue.utf8) <= 3 }?.rawValue
    let rest = nearest.map { "NAME:SECRET@HOST:PORT?mode=\($0)" } ?? "…"
    throw .malformedKey(
      setting, "its mode is not standard, embedded or multi-connection",
      "Write the mode in full\(nearest.map { ", most likely \($0)" } ?? ""):", "grpcs://\(rest)")
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
    form == .client ? "\(scheme)://\(address)/***" : pattern("***", address, mode)
  }

  /// A line to paste: the key with another secret, address or mode.
  func pattern(_ secret: String, _ address: String, _ mode: Mode?) -> String {
    let query = mode.map { "?mode=\($0.rawValue)" } ?? ""
    return "\(scheme)://\(printable(name ?? "")):\(secret)@\(address)\(query)"
  }
}

extension Problem {
  static func noKey() -> Problem {
    blocking(
      "no-key", "Neither HOOP_KEY nor HOOP_DSN is set.",
      because: "Without a key the agent cannot reach the gateway.",
      "Print the organisation's key with `hoop admin get orgkeys`, and set it:",
      .set(.key, to: "grpcs://…"))
  }

  fileprivate static func malformedKey(
    _ setting: Setting, _ why: String,
    _ remedy: String = "Copy the key again, whole and in quotes:",
    _ key: String = "grpcs://…"
  ) -> Problem {
    blocking(
      "malformed-key", "\(setting.name) is not a key: \(why).",
      because: "The agent would exit at once.", remedy, .set(setting, to: key))
  }

  fileprivate static func keyWithoutPort(_ key: AgentKey, _ setting: Setting) -> Problem {
    // That of Hoop's own gateway, and the default of one that is installed elsewhere.
    let port = key.address.utf8.suffix(8).elementsEqual("hoop.dev".utf8) ? "8443" : "8010"
    return malformedKey(
      setting, "its address \(quoted(key.address)) has no port",
      "Add the port of the gateway's gRPC server, usually \(port):",
      key.pattern("SECRET", "\(key.address):\(port)", key.mode))
  }

  fileprivate static func keyWithoutMode(_ key: AgentKey, _ setting: Setting) -> Problem {
    blocking(
      "key-without-mode", "\(setting.name) has no mode: \(key).",
      because: "Only the key of an organisation, \(AgentKey.organisationName), works without one.",
      "Set the key with its mode, usually embedded:",
      .set(setting, to: key.pattern("SECRET", key.address, .embedded)))
  }

  fileprivate static func organisationKeyWithMode(_ key: AgentKey, _ setting: Setting) -> Problem {
    blocking(
      "organisation-key-with-mode", "\(setting.name) has the mode of an agent's key: \(key).",
      because: "The dashboard has no connections for an organisation's key in this mode.",
      "Set the key without the mode:", .set(setting, to: key.pattern("SECRET", key.address, nil)))
  }

  static func otherKeyName(wanted: String, found: String?) -> Problem {
    let whose = found.map { "This is the key of \(quoted($0))" } ?? "This key has no name in it"
    return blocking(
      "other-key-name", "\(whose), and HOOP_KEY_NAME asks for \(quoted(wanted)).",
      because: "With another environment's key people would run commands in the wrong place.",
      "Set the key of \(quoted(wanted)), or unset HOOP_KEY_NAME:", .unset(.keyName))
  }

  static func keyNotAccepted(_ key: AgentKey, _ version: AgentVersion) -> Problem {
    let kind = key.form == .organisation ? "organisation keys" : "\(key.scheme):// keys"
    return blocking(
      "key-not-accepted", "Hoop agent \(version) does not take this key: \(key).",
      because: "Agents take such \(kind) from \(AgentCapabilities.first(taking: key)) on.",
      "Use the newest agent in the next build:", .useNewest)
  }

  static func twoKeys() -> Problem {
    Problem(
      "two-keys", .notice, "HOOP_KEY and HOOP_DSN are set, and they differ.",
      meaning: ["HOOP_KEY is used."], Remedy("Unset the other one:", .unset(.dsn)))
  }
}
