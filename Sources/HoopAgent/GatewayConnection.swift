/// How the agent reaches its gateway, besides the key: the certificates that it trusts, and a proxy.
enum GatewayConnection {
  static let (authority, skipsVerification) = ("HOOP_TLSCA", "HOOP_TLS_SKIP_VERIFY")

  /// The problems with the variables of the agent about TLS; both are the agent's own.
  ///
  /// - Parameter fileExists: Nil if the files of the running app are not there to be seen.
  static func problems(
    _ version: AgentVersion, _ variable: (String) -> String?, fileExists: ((String) -> Bool)?
  ) -> [Problem] {
    var problems: [Problem] = []
    if let value = variable(authority)?.trimmed(), !value.isEmpty {
      if version < AgentCapabilities.readingTLSCA {
        problems.append(.noEffect(authority, version, AgentCapabilities.readingTLSCA))
      } else if let problem = problem(withAuthority: value, fileExists) {
        problems.append(problem)
      }
    }
    if let value = variable(skipsVerification), !value.isEmpty {
      let first = AgentCapabilities.skippingVerification
      if version < first {
        problems.append(.noEffect(skipsVerification, version, first))
      } else {
        problems.append(value == "true" ? .identityNotChecked : .onlyTrueCounts(value))
      }
    }
    return problems
  }

  private static func problem(
    withAuthority value: String, _ fileExists: ((String) -> Bool)?
  ) -> Problem? {
    let bytes = Bytes(value.utf8)
    if let path = bytes.rest(after: "file://") {
      guard path.first == UInt8(ascii: "/") else {
        return .authority("HOOP_TLSCA is \(quoted(value)), and the path behind file:// has no /.")
      }
      return fileExists?(path.text) == false
        ? .authority("HOOP_TLSCA names the file \(quoted(path.text)), which does not exist.") : nil
    }
    guard bytes.starts(with: "-----BEGIN ".utf8) else {
      let path = bytes.first == UInt8(ascii: "/") ? value : nil
      return .authority(
        path == nil
          ? "HOOP_TLSCA is neither file:// and a path nor a certificate in PEM format."
          : "HOOP_TLSCA is \(quoted(value)), a path without file:// before it.",
        path: path)
    }
    return bytes.range(of: "\\n") == nil
      ? nil : .authority("HOOP_TLSCA is a certificate with \\n where its lines should end.")
  }
}

extension Problem {
  fileprivate static func authority(_ summary: String, path: String? = nil) -> Problem {
    Problem(
      "malformed-tlsca", summary,
      meaning: ["The agent would not trust its gateway and never connect, so none is started."],
      Remedy(
        "Set it to the certificate's file, or to the certificate itself, with real line ends:",
        .set([
          Remedy.Assignment(GatewayConnection.authority, "file://\(path ?? "/app/config/ca.pem")")
        ])))
  }

  fileprivate static func noEffect(
    _ name: String, _ version: AgentVersion, _ first: AgentVersion
  ) -> Problem {
    Problem(
      "variable-without-effect", .warning, "\(name) has no effect with Hoop agent \(version).",
      meaning: ["Agents read it from \(first) on."], .useNewestAgent)
  }

  fileprivate static var identityNotChecked: Problem {
    Problem(
      "gateway-not-verified", .warning,
      "HOOP_TLS_SKIP_VERIFY is on: the agent does not check that it talks to your gateway.",
      meaning: ["Whoever can redirect its traffic gets the key, and with it all sessions."],
      Remedy(
        "Unset it, and set HOOP_TLSCA if the gateway has a certificate of its own:",
        .unset([GatewayConnection.skipsVerification])))
  }

  fileprivate static func onlyTrueCounts(_ value: String) -> Problem {
    Problem(
      "variable-without-effect", .warning,
      "HOOP_TLS_SKIP_VERIFY is \(quoted(value)), which has no effect: only true counts.",
      meaning: ["The agent checks the identity of its gateway, which is what you want."],
      Remedy("Unset it:", .unset([GatewayConnection.skipsVerification])))
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
    for part in except.split(separator: ",").map({ $0.trimmed().lowercased() }) where !part.isEmpty
    {
      let domain = part.trimmed { $0 == "." || $0 == "*" }
      let withoutPort = domain.splitOnce(at: ":").before
      if part == "*" || host == withoutPort || host.hasSuffix(".\(withoutPort)") { return nil }
    }
    let url = Bytes(value.utf8)
    let rest = url.range(of: "://").map { url[$0.upperBound...] } ?? url
    let authority = rest.prefix { !"/?#".utf8.contains($0) }
    let start = authority.lastIndex(of: UInt8(ascii: "@")).map { $0 + 1 } ?? authority.startIndex
    address = printable(authority[start...].text)
    self.variable = name
  }
}
