import HoopAgent
import Testing

/// The lines of real agents, of 1.14.10 to 1.148.0.
@Suite struct AgentLineTests {
  /// What every `hoop run` and embedded agent begins such a line with.
  private static let failed = "failed pre-connect, reason=rpc error: code = "
  private static let unavailable = failed + #"Unavailable desc = connection error: desc = ""#
  private static let dialing = #"transport: Error while dialing: dial tcp"#
  private static let lost = "disconnected from app.hoop.dev:8443, reason=rpc error: code = "
  private static let taken =
    "connection a is not being managed by this process, choose another name"

  private static let table: [(String, GatewayAnswer?)] = [
    // hoop run, and embedded agents, at level debug.
    ("pre-connect rpc, status=BACKOFF, message=", .takesKey),
    ("pre-connect rpc, status=CONNECT, message=", .takesKey),
    ("pre-connect rpc, status=, message=", nil),
    ("pre-connect rpc, status=BACKOFF, message=\(taken)", .refused(taken)),
    ("fail connecting to server, reason=no licence left", .refused("no licence left")),
    ("\(failed)Unauthenticated desc = invalid authentication", .unknownKey),
    (
      "\(unavailable)\(dialing) 127.0.0.1:9: connect: connection refused\"",
      .unreachable("connection refused")
    ),
    (
      "\(failed)Unavailable desc = name resolver error: produced zero addresses",
      .unreachable("produced zero addresses")
    ),
    (
      "\(unavailable)\(dialing): lookup nope.invalid on 10.0.0.2:53: no such host\"",
      .unreachable("no such host")
    ),
    (
      "\(unavailable)transport: authentication handshake failed: tls: failed to verify certificate: x509: certificate signed by unknown authority\"",
      .unreachable("certificate signed by unknown authority")
    ),
    (
      "\(unavailable)transport: authentication handshake failed: EOF\"",
      .unreachable("authentication handshake failed: EOF")
    ),
    (
      "\(unavailable)error reading server preface: EOF\"",
      .unreachable("error reading server preface: EOF")
    ),
    (
      "\(failed)Unimplemented desc = unknown method PreConnect",
      .refused("unknown method PreConnect")
    ),
    (
      "\(failed)Unknown desc = unexpected HTTP status code received from server: 415 (Unsupported Media Type); transport: received unexpected content-type \"text/html\"",
      .http(status: 415, fromProxy: false)
    ),
    (
      "\(unavailable)transport: Error while dialing: failed to do connect handshake, response: \\\"HTTP/1.1 407 Proxy Authentication Required\\\\r\\\\n\\\"\"",
      .http(status: 407, fromProxy: true)
    ),
    ("\(failed)Unavailable desc = a\r\nb\n c", .unreachable("a b c")),
    // mode=standard.
    ("connected with success to app.hoop.dev:8443", .takesKey),
    ("unauthenticated", .unknownKey),
    (
      "failed to connect to 127.0.0.1:9, reason=failed connecting to streaming RPC server, err=rpc error: code = Unavailable desc = connection error: desc = \"\(dialing) 127.0.0.1:9: connect: connection refused\"",
      .unreachable("connection refused")
    ),
    ("\(lost)FailedPrecondition desc = agent already connected", .onlineElsewhere),
    ("\(lost)FailedPrecondition desc = missing connection-name attribute", .takesKey),
    ("\(lost)Unauthenticated desc = invalid authentication", .unknownKey),
    // Up to 1.19.
    ("waiting for connection request", nil),
    ("dsn is disabled or invalid, contact the administrator", .unknownKey),
    (
      "failed connecting to api, err=Post \"https://h/api\": dial tcp 10.1.2.3:443: i/o timeout",
      .unreachable("i/o timeout")
    ),
    (
      "failed connecting to api, err=Post \"grpcs://h:1\": unsupported protocol scheme \"grpcs\"",
      .unreachable("unsupported protocol scheme \"grpcs\"")
    ),
    ("api responded status=404, body=not found", .http(status: 404, fromProxy: false)),
    ("api responded status=401, body=", .unknownKey),
    (
      "failed decoding response, err=invalid character '<' looking for beginning of value",
      .unreachable("invalid character '<' looking for beginning of value")
    ),
    // What says nothing.
    ("agent started, args=0", nil), ("connecting to app.hoop.dev:8443, tls=true", nil), ("", nil),
    ("HOOP_KEY is in wrong format, reason=secret key not found in dsn", nil),
    ("received client packet [GatewayConnectOK]", nil),
  ]

  @Test(arguments: table)
  func `A line is known, in JSON and without`(_ message: String, _ answer: GatewayAnswer?) {
    #expect(AgentLine(message) == AgentLine(json(message)))
    #expect(AgentLine(message).answer == answer)
    #expect(AgentLine(json(message)).message == message)
    #expect(AgentLine(message).isAsking == (message == "waiting for connection request"))
  }

  /// As zap writes it.
  private func json(_ message: String) -> String {
    let text = message.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return
      "{\"level\":\"info\",\"timestamp\":\"2026-11-24T10:00:00Z\",\"logger\":\"agent/main.go:145\",\"msg\":\"\(text)\",\"version\":\"1.148.0\"}"
  }

  @Test func `Escapes in a line are read`() {
    let line = AgentLine(#"{"msg":"a\tb\u00e9\n\"\\\/","x":"y"}"#)
    #expect(line.message == "a\tbé\n\"\\/")
  }

  @Test(arguments: [
    #"{"msg":"cut of"#, #"{"msg":"\u12"}"#, #"{"level":"info"}"#, "{", #"{"msg":""#,
  ])
  func `What is not JSON is taken as it is`(_ text: String) {
    #expect(AgentLine(text).message == text)
    #expect(AgentLine(text).answer == nil)
  }
}
