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
    guard !Quotes.begin(text) else { throw .quotedKey(setting) }
    let bytes = Bytes(text.utf8)
    guard !bytes.contains(where: { $0 == 0x20 || ASCII.isControl($0) }) else {
      throw malformed("it holds white space or a control character")
    }
    let (scheme, afterScheme) = bytes.splitOnce(at: ":")
    self.scheme = scheme.text.lowercased()
    guard Self.schemes.contains(self.scheme), let afterScheme, afterScheme.starts(with: "//".utf8)
    else {
      throw malformed(
        "it does not begin with grpcs://, grpc://, https://, http://, wss:// or ws://")
    }
    let withoutFragment = afterScheme.dropFirst(2).splitOnce(at: "#").before
    let (location, query) = withoutFragment.splitOnce(at: "?")
    let slash = location.firstIndex(of: UInt8(ascii: "/")) ?? location.endIndex
    let (authority, path) = (location[..<slash], location[slash...])
    let at = authority.lastIndex(of: UInt8(ascii: "@"))
    let address = at.map { authority[($0 + 1)...] } ?? authority
    guard address.isAddress else { throw malformed("its host or port is missing or malformed") }
    self.address = address.text

    let (rawName, rawSecret) = (at.map { authority[..<$0] } ?? []).splitOnce(at: ":")
    guard let name = rawName.credential(), !name.utf8.contains(where: ASCII.isControl)
    else { throw malformed("its name is malformed") }
    let noSecret = "its secret is missing or malformed"
    // A secret where the name should be would be printed as one.
    guard !name.utf8.starts(with: "xagt-".utf8), let secret = (rawSecret ?? []).credential(),
      let pathText = path.percentDecoded()
    else { throw malformed(noSecret) }
    if pathText.utf8.count == Self.pathKeyLength {
      (self.name, mode, form) = (nil, .embedded, .client)
      return
    }
    guard !secret.isEmpty else { throw malformed(noSecret) }
    self.name = name.isEmpty ? nil : name
    mode = try Self.mode(in: query ?? [], setting)
    form = mode == .standard || mode == .embedded ? .agent : .organisation
    guard address.hasPort else { throw .keyWithoutPort(self, setting) }
    if mode == nil, name != Self.organisationName { throw .keyWithoutMode(self, setting) }
    if form == .agent, name == Self.organisationName {
      throw .organisationKeyWithMode(self, setting)
    }
  }

  /// The first mode of the query, as Go's Values.Get reads it.
  private static func mode(in query: Bytes, _ setting: Setting) throws(Problem) -> Mode? {
    for parameter in query.split(separator: UInt8(ascii: "&")) {
      let (name, value) = parameter.splitOnce(at: "=")
      guard name.percentDecoded() == "mode" else { continue }
      guard let text = (value ?? []).percentDecoded() else { throw .keyMode(setting, nearest: nil) }
      guard !text.isEmpty else { return nil }
      guard let mode = Mode(rawValue: text) else {
        throw .keyMode(setting, nearest: Mode.nearest(to: text))
      }
      return mode
    }
    return nil
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

extension AgentKey.Mode {
  /// The mode that `text` was probably meant to be: at most three letters differ, in any case.
  fileprivate static func nearest(to text: String) -> AgentKey.Mode? {
    guard text.utf8.count <= 20 else { return nil }
    let word = text.lowercased().utf8
    return allCases.first { editDistance(word, $0.rawValue.utf8) <= 3 }
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
    Problem(
      "no-key", "Neither HOOP_KEY nor HOOP_DSN is set.",
      meaning: ["Without a key the agent cannot reach the gateway, so none is started."],
      Remedy(
        "Print the organisation's key with `hoop admin get orgkeys`, and set it:",
        .set(.key, to: "grpcs://…")))
  }

  fileprivate static func malformedKey(
    _ setting: Setting, _ why: String,
    _ meaning: String = "The agent would exit at once with such a key, so none is started.",
    _ remedy: String = "Copy the key again, whole and in quotes:", _ key: String = "grpcs://…"
  ) -> Problem {
    Problem(
      "malformed-key", "\(setting.name) is not a key: \(why).", meaning: [meaning],
      Remedy(remedy, .set(setting, to: key)))
  }

  fileprivate static func quotedKey(_ setting: Setting) -> Problem {
    malformedKey(
      setting, "it begins with a quotation mark",
      "The agent would exit at once, so none is started.",
      "Set the key without it; the straight quotes below are for the shell:")
  }

  fileprivate static func keyMode(_ setting: Setting, nearest: AgentKey.Mode?) -> Problem {
    let why = "its mode is not standard, embedded or multi-connection"
    guard let nearest else { return malformedKey(setting, why) }
    return malformedKey(
      setting, why, "The agent would refuse it or take it for another kind, so none is started.",
      "Write the mode in full, most likely \(nearest.rawValue):",
      "grpcs://NAME:SECRET@HOST:PORT?mode=\(nearest.rawValue)")
  }

  fileprivate static func keyWithoutPort(_ key: AgentKey, _ setting: Setting) -> Problem {
    // Hoop's own gateway, and the default of one that is installed elsewhere.
    let isHosted =
      key.address == "hoop.dev" || key.address.utf8.suffix(9).elementsEqual(".hoop.dev".utf8)
    return malformedKey(
      setting, "its address \(quoted(key.address)) has no port",
      "The agent would exit at once with such a key, so none is started.",
      "Add the port of the gateway's gRPC server, usually \(isHosted ? "8443" : "8010"):",
      key.pattern("SECRET", "\(key.address):\(isHosted ? "8443" : "8010")", key.mode))
  }

  fileprivate static func keyWithoutMode(_ key: AgentKey, _ setting: Setting) -> Problem {
    Problem(
      "key-without-mode", "\(setting.name) has no mode: \(key).",
      meaning: [
        "Only the key of an organisation has none, and its name is \(AgentKey.organisationName).",
        "With an agent's key without its mode no connection would work, so no agent is started.",
      ],
      Remedy(
        "Set the key with its mode, usually embedded:",
        .set(setting, to: key.pattern("SECRET", key.address, .embedded))))
  }

  fileprivate static func organisationKeyWithMode(_ key: AgentKey, _ setting: Setting) -> Problem {
    Problem(
      "organisation-key-with-mode", "\(setting.name) has the mode of an agent's key: \(key).",
      meaning: [
        "The name \(AgentKey.organisationName) says that it is the key of an organisation. The"
          + " dashboard cannot give",
        "it any connections in this mode, so no agent is started.",
      ],
      Remedy(
        "Set the key without the mode:",
        .set(setting, to: key.pattern("SECRET", key.address, nil))))
  }

  static func otherKeyName(wanted: String, found: String?) -> Problem {
    guard let found else {
      return Problem(
        "other-key-name",
        "This key has no name in it, and HOOP_KEY_NAME asks for \(quoted(wanted)).",
        meaning: ["Only the gateway knows the name of such a key, so no agent is started."],
        Remedy(
          "Set an agent key, which has its name in it, or unset HOOP_KEY_NAME:", .unset(.keyName)))
    }
    return Problem(
      "other-key-name",
      "This is the key of \(quoted(found)), and HOOP_KEY_NAME asks for \(quoted(wanted)).",
      meaning: [
        "A key of another environment would let people run commands in the wrong place,",
        "so no agent is started.",
      ],
      Remedy(
        "Set the key of \(quoted(wanted)), or correct HOOP_KEY_NAME:", .set(.keyName, to: "NAME")))
  }

  static func keyNotAccepted(_ key: AgentKey, _ version: AgentVersion) -> Problem {
    let kind =
      switch (key.form, key.mode) {
      case (.organisation, nil): "organisation keys without mode=multi-connection"
      case (.organisation, _): "organisation keys"
      default: "keys that do not begin with https:// or http://"
      }
    return Problem(
      "key-not-accepted", "Hoop agent \(version) does not take this key: \(key).",
      meaning: [
        "Agents take \(kind) from \(AgentCapabilities.first(taking: key)) on.",
        "This one would never connect, so none is started.",
      ], .useNewestAgent)
  }

  static func twoKeys(_ source: Setting) -> Problem {
    Problem(
      "two-keys", .notice, "HOOP_KEY and HOOP_DSN are set, and they differ.",
      meaning: ["\(source.name) is used."], Remedy("Unset the other one:", .unset(.dsn)))
  }
}

extension Remedy {
  /// A digest belongs to one version, so both are unset.
  package static let useNewestAgent = Remedy(
    "Use the newest agent in the next build:", .unset(.version, .sha256))
}
