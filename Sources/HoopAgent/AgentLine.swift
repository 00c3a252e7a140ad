/// A line of an agent's log, and what it says of the agent's connection to its gateway.
///
/// The agent hardly ever exits: what it makes of its gateway it only says, at the level debug, info
/// or warn (hoop: agent/main.go of 1.14.10, 1.16.0, 1.20.0, 1.21.0 and 1.148.0).
package struct AgentLine: Hashable, Sendable {
  package enum Meaning: Hashable, Sendable {
    /// The gateway took the key, and the name where there is one.
    case connected
    /// As `connected`, and another dyno has the connection.
    case connectedElsewhere
    /// The gateway does not know the key.
    case unknownKey
    /// Why the gateway could not be asked.
    case unreachable(String)
    /// The connection of that name was made in the dashboard.
    case nameTaken(String)
    /// What the gateway has against the agent.
    case refused(String)
    /// The agent has begun to ask. Up to 1.19 it says nothing from here on while all is well.
    case asking
    case nothing
  }

  /// What is said, without level and time.
  package let message: String
  package let meaning: Meaning

  /// - Parameters:
  ///   - line: JSON, as the agent writes its log where LOG_ENCODING says so, or any other text, as it
  ///     writes where its command line is wrong.
  ///   - secrets: are masked before anything is made of it.
  package init(_ line: String, without secrets: Secrets = Secrets([])) {
    message = secrets.masked(Self.message(of: line) ?? line)
    meaning = Meaning(message)
  }

  /// The value of the member `msg`; nil where there is none.
  private static func message(of line: String) -> String? {
    let bytes = Bytes(line.utf8)
    guard bytes.first == UInt8(ascii: "{"), let start = bytes.end(of: #""msg":""#) else {
      return nil
    }
    return bytes[start...].jsonText()
  }
}

extension AgentLine.Meaning {
  fileprivate init(_ message: String) {
    let bytes = Bytes(message.utf8)
    if let status = bytes.rest(after: "pre-connect rpc, status=") {
      self.init(preConnect: status)
    } else if let reason = bytes.rest(after: "fail connecting to server, reason=") {
      self.init(refusal: reason.text)
    } else if bytes.starts(with: "connected with success to ".utf8) {
      self = .connected
    } else if bytes.end(of: "agent already connected") != nil {
      self = .connectedElsewhere
    } else if message == "unauthenticated" || bytes.starts(with: "dsn is disabled or invalid".utf8)
    {
      self = .unknownKey
    } else if message == "waiting for connection request" {
      self = .asking
    } else if let rest = bytes.rest(after: "api responded status=") {
      let status = rest.prefix { ASCII.isDigit($0) }.text
      self = status == "401" ? .unknownKey : .refused("HTTP status \(status)")
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

  /// - Parameter answer: such as `BACKOFF, message=`. A gateway that has something against the
  ///   connection says so in the message.
  private init(preConnect answer: Bytes) {
    let (status, message) = answer.halves(around: ",")
    let reason = message?.rest(after: " message=") ?? []
    if !reason.isEmpty {
      self.init(refusal: reason.text)
    } else if status.text == "BACKOFF" || status.text == "CONNECT" {
      self = .connected
    } else {
      self = .nothing
    }
  }

  private init(refusal reason: String) {
    let bytes = Bytes(reason.utf8)
    if let name = bytes.rest(after: "connection "),
      let end = name.range(of: " is not being managed")
    {
      self = .nameTaken(name[..<end.lowerBound].text)
    } else {
      self = .refused(reason)
    }
  }

  private init(failure message: Bytes) {
    let code = message.end(of: "code = ").map { message[$0...].prefix { $0 != 0x20 }.text }
    let reason = AgentReason.short(message)
    switch code {
    case "Unauthenticated"?: self = .unknownKey
    case nil, "Unavailable"?, "DeadlineExceeded"?, "Canceled"?: self = .unreachable(reason)
    default: self = .refused(reason)
    }
  }
}
