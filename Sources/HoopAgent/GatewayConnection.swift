/// How the agent reaches its gateway, besides the key: the certificates that it trusts, and a proxy.
enum GatewayConnection {
  static let (authority, skipsVerification) = ("HOOP_TLSCA", "HOOP_TLS_SKIP_VERIFY")
  static let exampleOfFile = "file:///app/config/ca.pem"

  /// The problems with the agent's own variables about TLS. Without `fileExists` no file is looked for.
  static func problems(
    _ version: AgentVersion, _ variable: (String) -> String?, fileExists: ((String) -> Bool)?
  ) -> [Problem] {
    [
      (authority, AgentVersion.readingTLSCA),
      (skipsVerification, AgentVersion.skippingVerification),
    ].compactMap { name, first in
      guard let value = variable(name), !value.isEmpty else { return nil }
      if version < first {
        return Problem(
          "variable-without-effect", .warning, "\(name) has no effect with Hoop agent \(version).",
          meaning: ["Agents read it from \(first) on."], .useNewestAgent)
      }
      return name == authority
        ? problem(withAuthority: value, fileExists) : problem(withSkipping: value)
    }
  }

  private static func problem(
    withAuthority value: String, _ fileExists: ((String) -> Bool)?
  ) -> Problem? {
    let bytes = Bytes(value.utf8)
    var why = "is neither file:// and a whole path nor a certificate in PEM format"
    if let path = bytes.rest(after: "file:///").map({ "/\($0.text)" }) {
      if fileExists?(path) != false { return nil }
      why = "names the file \(quoted(path)), which does not exist"
    } else if bytes.starts(with: "-----BEGIN ".utf8) {
      if bytes.range(of: "\\n") == nil { return nil }
      why = "is a certificate with \\n where its lines should end"
    }
    return .blocking(
      "malformed-tlsca", "\(authority) \(why).",
      because: "The agent would not trust its gateway and never connect.",
      "Set it to the certificate's file, or to the certificate itself, with real line ends:",
      .set(authority, to: bytes.first == UInt8(ascii: "/") ? "file://\(value)" : exampleOfFile))
  }

  private static func problem(withSkipping value: String) -> Problem {
    let isOn = value == "true"
    return Problem(
      isOn ? "gateway-not-verified" : "variable-without-effect", .warning,
      isOn
        ? "\(skipsVerification) is on: the agent does not check that it talks to your gateway."
        : "\(skipsVerification) is \(quoted(value)), which has no effect: only true counts.",
      meaning: isOn ? ["Whoever can redirect its traffic gets the key."] : [],
      Remedy(
        "Unset it, and set \(authority) if the gateway has a certificate of its own:",
        .unset([skipsVerification])))
  }
}

/// The proxy through which the agent reaches its gateway.
package struct Proxy: Hashable, Sendable {
  /// `HOST:PORT`, or `HOST`.
  package let address: String
  /// The variable that names it.
  package let variable: String

  /// The variables that count for the agent's gRPC, in this order (Go's ProxyFromEnvironment);
  /// ALL_PROXY and HTTP_PROXY do not.
  private static let variables = ["HTTPS_PROXY", "https_proxy"]

  /// The proxy of the app's variables, or nil if there is none for `gateway`, its `HOST:PORT`.
  init?(for gateway: String, _ variable: (String) -> String?) {
    guard let name = Self.variables.first(where: { variable($0)?.isEmpty == false }),
      let value = variable(name)?.trimmed()
    else { return nil }
    let host = Bytes(gateway.utf8).prefix { $0 != UInt8(ascii: ":") }.text.lowercased()
    // Go never asks a proxy for these.
    if host == "localhost" || host.hasPrefix("127.") || gateway.hasPrefix("[::1]") { return nil }
    let except = variable("NO_PROXY") ?? variable("no_proxy") ?? ""
    for part in except.items where !part.isEmpty {
      let domain = part.lowercased().splitOnce(at: ":").before.trimmed { $0 == "." || $0 == "*" }
      if domain.isEmpty || host == domain || host.hasSuffix(".\(domain)") { return nil }
    }
    let url = SecretText.isURL(value) ? value : "http://\(value)"
    guard let parts = URLParts(Bytes(url.utf8)) else { return nil }
    (address, self.variable) = (printable(parts.address.text), name)
  }
}
