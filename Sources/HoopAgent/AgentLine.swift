/// A line of an agent's log, and what it says about the agent's connection to its gateway.
///
/// The agent almost never exits: what its gateway answers is only in its log, at level debug, info or
/// warn (hoop: agent/main.go of 1.14.10, 1.16.0, 1.20.0, 1.21.0 and 1.148.0).
package struct AgentLine: Hashable, Sendable {
  /// The text of the line, without level and time, and without secrets.
  package let message: String
  /// What the gateway answers, or nil if the line is about something else.
  package let answer: GatewayAnswer?
  /// Whether the agent has begun to ask. Up to 1.19 it logs nothing more while all is well.
  package var isAsking: Bool { message == "waiting for connection request" }

  /// - Parameter line: JSON, as the agent writes its log if LOG_ENCODING says so, or any other text,
  ///   as it writes if its command line is wrong.
  package init(_ line: String) {
    let isJSON = line.utf8.first == UInt8(ascii: "{")
    message = Secrets.masked((isJSON ? Bytes(line.utf8).jsonText(of: "msg") : nil) ?? line)
    answer = Self.answer(Bytes(message.utf8))
  }

  private static func answer(_ line: Bytes) -> GatewayAnswer? {
    if let answer = line.rest(after: "pre-connect rpc, status=") {
      // Such as `BACKOFF, message=`; if the gateway refuses the connection, the message says why.
      let (status, message) = answer.splitOnce(at: ",")
      if let reason = message?.rest(after: " message="), !reason.isEmpty {
        return .refused(oneLine(reason))
      }
      return ["BACKOFF", "CONNECT"].contains(status.text) ? .takesKey : nil
    }
    if let reason = line.rest(after: "fail connecting to server, reason=") {
      return .refused(oneLine(reason))
    }
    if let status = line.rest(after: "api responded status=")?.number {
      return status == 401 ? .unknownKey : .http(status: status, fromProxy: false)
    }
    if line.text == "unauthenticated" { return .unknownKey }
    if let known = answers.first(where: { line.after($0.text) != nil }) { return known.answer }
    return failures.contains { line.rest(after: $0) != nil } ? failure(line) : nil
  }

  private static let answers: [(text: String, answer: GatewayAnswer)] = [
    ("connected with success to ", .takesKey), ("dsn is disabled or invalid", .unknownKey),
    // `hoop start agent` with an organisation key, from 1.21.5 on.
    ("missing connection-name attribute", .takesKey),
    ("agent already connected", .onlineElsewhere),
  ]
  /// How the lines begin that say why a connection failed.
  private static let failures = [
    "failed pre-connect, ", "failed connecting to ", "failed to connect to ", "disconnected from ",
    "failed decoding response, ",
  ]

  private static func failure(_ line: Bytes) -> GatewayAnswer {
    // What a proxy answers to CONNECT (grpc-go: internal/transport/proxy.go).
    if let status = line.after("connect handshake")?.after("HTTP/1.")?.dropFirst(2).number {
      return .http(status: status, fromProxy: true)
    }
    if let status = line.after("HTTP status code received from server: ")?.number {
      return .http(status: status, fromProxy: false)
    }
    let reason = oneLine(reason(line))
    switch line.after("code = ")?.prefix(while: { $0 != 0x20 }).text {
    case "Unauthenticated"?: return .unknownKey
    case nil, "Unavailable"?, "DeadlineExceeded"?, "Canceled"?: return .unreachable(reason)
    default: return .refused(reason)
    }
  }

  /// Why the agent could not connect, in the fewest words that still say it: `connection refused` for
  /// `failed pre-connect, reason=rpc error: code = Unavailable desc = connection error: desc =
  /// "transport: Error while dialing: dial tcp 10.0.0.1:8443: connect: connection refused"`.
  private static func reason(_ line: Bytes) -> Bytes {
    let quote = UInt8(ascii: "\"")
    var text = line.after("reason=") ?? line.after("err=") ?? line
    while let description = text.after("desc = ") { text = description }
    if text.first == quote, text.last == quote { text = text.dropFirst().dropLast() }
    // What Go's net, TLS and gRPC put before what happened. `EOF` alone says less than what it ended.
    while let rest = text.after(": "), rest.contains(0x20) { text = rest }
    return text
  }

  /// At most 300 characters, with a space for each run of white space and control characters.
  private static func oneLine(_ text: Bytes) -> String {
    let line = text.split { $0 <= 0x20 }.map { $0.text }.joined(separator: " ")
    return line.utf8.count <= 300 ? line : "\(line.prefix(300))…"
  }
}

extension Bytes {
  /// The number at the beginning of a text.
  fileprivate var number: Int? { Int(prefix { ASCII.isDigit($0) }.text) }
}
