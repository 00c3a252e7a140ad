/// Why the agent could not connect, in the fewest words that still say it.
enum AgentReason {
  private static let quote = UInt8(ascii: "\"")

  /// - Parameter message: such as `failed pre-connect, reason=rpc error: code = Unavailable desc =
  ///   connection error: desc = "transport: Error while dialing: dial tcp 10.0.0.1:8443: connect:
  ///   connection refused"`, of which `connection refused` is returned.
  static func short(_ message: Bytes) -> String {
    var text = message
    for mark in ["reason=", "err="] {
      if let start = text.end(of: mark) {
        text = text[start...]
        break
      }
    }
    while let start = text.end(of: "desc = ") { text = text[start...] }
    if text.first == quote, text.last == quote { text = text.dropFirst().dropLast() }
    var parts = text.parts(separatedBy: ": ")
    while parts.count > 1, wrappers.contains(where: { parts[0].isCall(of: $0) }),
      // `EOF` alone says less than what it ended.
      parts.count > 2 || parts[1].contains(0x20)
    {
      parts.removeFirst()
    }
    return parts.map { $0.text }.joined(separator: ": ")
  }

  /// What Go's net, TLS and gRPC put before what happened.
  private static let wrappers = [
    "rpc error", "failed dialing", "connection error", "transport", "Error while dialing",
    "authentication handshake failed", "dial", "lookup", "connect", "read", "write", "Post", "tls",
    "x509", "failed to verify certificate",
  ]
}

extension Bytes {
  /// Whether this is `name`, or `name` and its operands.
  fileprivate func isCall(of name: String) -> Bool {
    guard let rest = rest(after: name) else { return false }
    return rest.isEmpty || rest.first == 0x20
  }
}
