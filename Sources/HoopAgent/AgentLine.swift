/// A line of an agent's log, and what it says about the agent's connection to its gateway.
///
/// The agent almost never exits: what its gateway answers is only in its log, at level debug, info or
/// warn (hoop: agent/main.go of 1.14.10, 1.16.0, 1.20.0, 1.21.0 and 1.148.0).
package struct AgentLine: Hashable, Sendable {
  package enum Meaning: Hashable, Sendable {
    /// The gateway takes the key.
    case takesKey
    /// As `takesKey`, and another agent with this key is online.
    case onlineElsewhere
    case unknownKey
    /// Why the gateway could not be asked.
    case unreachable(String)
    /// Something answered with this HTTP status.
    case http(status: Int)
    /// The proxy answered with this HTTP status.
    case proxyAnswered(status: Int)
    /// Why the gateway refuses the agent.
    case refused(String)
    /// The agent has begun to ask. Up to 1.19 it logs nothing more while all is well.
    case asking
    case nothing
  }

  /// The text of the line, without level and time, and without secrets.
  package let message: String
  package let meaning: Meaning

  /// - Parameter line: JSON, as the agent writes its log if LOG_ENCODING says so, or any other text,
  ///   as it writes if its command line is wrong.
  package init(_ line: String) {
    message = Secrets.masked(Self.message(of: line) ?? line)
    meaning = Meaning(message)
  }

  /// The value of the member `msg`, or nil if there is none.
  private static func message(of line: String) -> String? {
    let bytes = Bytes(line.utf8)
    guard bytes.first == UInt8(ascii: "{"), let start = bytes.range(of: #""msg":""#)?.upperBound
    else { return nil }
    return bytes[start...].jsonText()
  }
}

extension AgentLine.Meaning {
  fileprivate init(_ message: String) {
    let bytes = Bytes(message.utf8)
    if let answer = bytes.rest(after: "pre-connect rpc, status=") {
      self.init(preConnect: answer)
    } else if let reason = bytes.rest(after: "fail connecting to server, reason=") {
      self = .refused(Self.oneLine(reason))
    } else if bytes.starts(with: "connected with success to ".utf8)
      // `hoop start agent` with an organisation key, from 1.21.5 on.
      || bytes.range(of: "missing connection-name attribute") != nil
    {
      self = .takesKey
    } else if bytes.range(of: "agent already connected") != nil {
      self = .onlineElsewhere
    } else if message == "unauthenticated" || bytes.starts(with: "dsn is disabled or invalid".utf8)
    {
      self = .unknownKey
    } else if message == "waiting for connection request" {
      self = .asking
    } else if let status = bytes.rest(after: "api responded status=")?.number {
      self = status == 401 ? .unknownKey : .http(status: status)
    } else if Self.failures.contains(where: { bytes.starts(with: $0.utf8) }) {
      self.init(failure: bytes)
    } else {
      self = .nothing
    }
  }

  /// How the lines begin that say why a connection failed.
  private static let failures = [
    "failed pre-connect, ", "failed connecting to ", "failed to connect to ", "disconnected from ",
    "failed decoding response, ",
  ]

  /// - Parameter answer: Such as `BACKOFF, message=`. If the gateway refuses the connection, the
  ///   message says why.
  private init(preConnect answer: Bytes) {
    let (status, message) = answer.splitOnce(at: ",")
    let reason = message?.rest(after: " message=") ?? []
    if !reason.isEmpty {
      self = .refused(Self.oneLine(reason))
    } else if status.text == "BACKOFF" || status.text == "CONNECT" {
      self = .takesKey
    } else {
      self = .nothing
    }
  }

  private init(failure message: Bytes) {
    func status(after mark: String) -> Int? {
      message.range(of: mark).flatMap { message[$0.upperBound...].number }
    }
    // What a proxy answers to CONNECT (grpc-go: internal/transport/proxy.go).
    if message.range(of: "connect handshake") != nil, let start = message.range(of: "HTTP/1.") {
      self = .proxyAnswered(status: message[start.upperBound...].dropFirst(2).number ?? 0)
      return
    }
    if let status = status(after: "HTTP status code received from server: ") {
      self = .http(status: status)
      return
    }
    let code = message.range(of: "code = ").map { message[$0.upperBound...].prefix { $0 != 0x20 } }
    let reason = Self.oneLine(Self.reason(message))
    switch code?.text {
    case "Unauthenticated"?: self = .unknownKey
    case nil, "Unavailable"?, "DeadlineExceeded"?, "Canceled"?: self = .unreachable(reason)
    default: self = .refused(reason)
    }
  }

  // MARK: Reasons

  /// Why the agent could not connect, in the fewest words that still say it.
  ///
  /// - Parameter message: Such as `failed pre-connect, reason=rpc error: code = Unavailable desc =
  ///   connection error: desc = "transport: Error while dialing: dial tcp 10.0.0.1:8443: connect:
  ///   connection refused"`, of which `connection refused` is returned.
  private static func reason(_ message: Bytes) -> Bytes {
    let quote = UInt8(ascii: "\"")
    let start = message.range(of: "reason=") ?? message.range(of: "err=")
    var text = start.map { message[$0.upperBound...] } ?? message
    while let mark = text.range(of: "desc = ") { text = text[mark.upperBound...] }
    if text.first == quote, text.last == quote { text = text.dropFirst().dropLast() }
    while let colon = text.range(of: ": "), wrappers.contains(where: text.isCall) {
      let rest = text[colon.upperBound...]
      // `EOF` alone says less than what it ended.
      guard rest.contains(0x20) else { break }
      text = rest
    }
    return text
  }

  /// What Go's net, TLS and gRPC put before what happened.
  private static let wrappers = [
    "rpc error", "failed dialing", "connection error", "transport", "Error while dialing",
    "authentication handshake failed", "dial", "lookup", "connect", "read", "write", "Post", "tls",
    "x509", "failed to verify certificate",
  ]

  /// The text on one line: with a space for each run of white space and control characters, written
  /// as escapes or not, and at most 300 bytes.
  private static func oneLine(_ text: Bytes) -> String {
    var words: [String] = []
    for part in text.parts(separatedBy: Array("\\r".utf8)) {
      for piece in part.parts(separatedBy: Array("\\n".utf8)) {
        words += piece.split { $0 == 0x20 || ASCII.isControl($0) }.map { $0.text }
      }
    }
    let line = words.joined(separator: " ")
    return line.utf8.count <= 300 ? line : "\(line.prefix(300))…"
  }
}

extension Bytes {
  /// The number at the beginning of a text.
  fileprivate var number: Int? { Int(prefix { ASCII.isDigit($0) }.text) }

  /// Whether this begins with `name` and a colon, or with `name` and its operands.
  fileprivate func isCall(of name: String) -> Bool {
    guard let rest = rest(after: name) else { return false }
    return rest.first == 0x20 || rest.first == UInt8(ascii: ":")
  }
}
