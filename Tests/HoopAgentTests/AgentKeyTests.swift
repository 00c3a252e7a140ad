import Testing

@testable import HoopAgent

struct AgentKeyTests {
  private static let digest = String(repeating: "0123456789abcdef", count: 4)

  @Test(
    arguments: [
      ("grpcs://_default:xagt-Zm9v@app.hoop.dev:8443", "_default", nil, AgentKey.Form.organisation),
      ("https://_default:s@h:1?mode=multi-connection", "_default", .multiConnection, .organisation),
      ("grpcs://prod:xagt-Zm9v@app.hoop.dev:8443?mode=standard", "prod", .standard, .agent),
      ("grpcs://prod:xagt-Zm9v@app.hoop.dev:8443?mode=embedded", "prod", .embedded, .agent),
    ] as [(String, String, AgentKey.Mode?, AgentKey.Form)])
  func `a key's mode says whose it is`(
    text: String, name: String, mode: AgentKey.Mode?, form: AgentKey.Form
  ) throws {
    let key = try AgentKey(text)
    #expect((key.name, key.mode, key.form) == (name, mode, form))
    #expect(key.description == text.replacing(/:[^:@]+@/, with: ":***@"))
  }

  @Test func `a client key has no name and is embedded`() throws {
    let key = try AgentKey("https://app.hoop.dev/\(Self.digest)")
    #expect((key.name, key.mode, key.form) == (nil, .embedded, .client))
    #expect(key.description == "https://app.hoop.dev/***")
  }

  @Test(arguments: ["grpcs", "grpc", "https", "http", "wss", "ws", "GRPCS"])
  func `every scheme of the agent is taken, in any case`(scheme: String) throws {
    #expect(try AgentKey("\(scheme)://_default:b@c:1").scheme == scheme.lowercased())
  }

  @Test(arguments: [
    ("a:b@c:1", "a", "c:1"), ("a:b:b@c:1", "a", "c:1"), ("a:b@b@c:1", "a", "c:1"),
    ("a@d:b@c:1", "a@d", "c:1"), ("a%20%C3%A9:b%3A@c:1", "a é", "c:1"), (":b@c:1", nil, "c:1"),
    ("a:b@[::1]:8443", "a", "[::1]:8443"), ("a:b@127.0.0.1:65535", "a", "127.0.0.1:65535"),
  ])
  func `a key is split as the agent splits it`(text: String, name: String?, address: String)
    throws
  {
    for rest in ["?mode=embedded", "/?mode=embedded", "?mode=embedded#f?mode=x"] {
      let key = try AgentKey("ws://\(text)\(rest)")
      #expect((key.name, key.address) == (name, address))
    }
  }

  @Test(
    arguments: [
      ("?mode=", nil), ("?", nil), ("?mode", nil),
      ("?mode=multi-connection&mode=x", .multiConnection),
      ("?xmode=standard", nil), ("?&&mode=multi-connection", .multiConnection),
      ("?m%6fde=multi%2dconnection", .multiConnection), ("/path#mode=embedded", nil),
    ] as [(String, AgentKey.Mode?)])
  func `the first mode of the query counts`(rest: String, mode: AgentKey.Mode?) throws {
    #expect(try AgentKey("grpcs://_default:b@c:1\(rest)").mode == mode)
  }

  private static let scheme = "it does not begin with grpcs://"
  private static let host = "its host or port is missing or malformed"
  private static let secret = "its secret is missing or malformed"
  private static let name = "its name is malformed"
  private static let mode = "its mode is not standard, embedded or multi-connection"
  private static let unprintable = "it holds white space or a control character"

  @Test(
    arguments: [
      (scheme, ["", "xagt-Zm9v", "ftp://a:b@c:1", "grpcs:/a:b@c:1", "grpcs//a:b@c", "://a:b@c:1"]),
      (scheme, ["grpcs:\u{301}//a:b@c:1"]),
      (host, ["grpcs://", "grpcs://a:b@", "grpcs://a:b@:1", "grpcs://a:b@c:", "grpcs://a:b@c:0"]),
      (
        host, ["grpcs://a:b@c:65536", "grpcs://a:b@c:+1", "grpcs://a:b@c:1:2", "grpcs://a:b@c,d:1"]
      ),
      (host, ["grpcs://a:b@[::1", "grpcs://a:b@[]:1", "grpcs://a:b@[::1]x", "grpcs://a:b@[x]:1"]),
      (host, ["grpcs://a:b@ć:1", "grpcs://a:b@c\u{301}:1", "grpcs://prod:xagt-Z/m9v@h:8443"]),
      (
        unprintable,
        ["grpcs://a:b@c d", "grpcs://a:b@c:1\n", " grpcs://a:b@c:1", "grpcs://a:b\0@c:1"]
      ),
      (name, ["grpcs://a\"b:c@d:1", "grpcs://é:b@c:1", "grpcs://a%:b@c:1", "grpcs://a%0a:b@c:1"]),
      (name, ["grpcs://a%ff:b@c:1", "grpcs://a%00:b@c:1", "grpcs://a%+1:b@c:1"]),
      (
        secret,
        ["grpcs://c:1", "grpcs://a@c:1", "grpcs://a:@c:1", "grpcs://xagt-Zm9v:_default@c:1"]
      ),
      (secret, ["grpcs://a:%zz@c:1", "grpcs://a:é@c:1", "grpcs://c:1/short"]),
      (secret, ["https://app.hoop.dev/\(digest)0", "https://app.hoop.dev\(digest)"]),
      (mode, ["grpcs://a:b@c:1?mode=other", "grpcs://a:b@c:1?mode=%zz"]),
      (
        "it has quotation marks around it",
        ["'grpcs://a:b@c:1'", "“grpcs://a:b@c:1”", "\"grpcs://a"]
      ),
    ] as [(String, [String])])
  func `what is not a key is refused, and for the right reason`(why: String, texts: [String]) {
    for text in texts {
      let problem = #expect(throws: Problem.self) { try AgentKey(text, from: .dsn) }
      #expect(problem?.code == "malformed-key")
      #expect(problem?.summary.hasPrefix("HOOP_DSN is not a key: \(why)") == true)
    }
  }

  @Test(
    arguments: [
      ("grpcs://a:s3cret@c:1?mode=Embedded", "grpcs://a:SECRET@c:1?mode=embedded"),
      ("grpcs://p:s3cret@a.b?mode=embedded", "grpcs://p:SECRET@a.b:8010?mode=embedded"),
      ("grpcs://_default:s3cret@app.hoop.dev", "grpcs://_default:SECRET@app.hoop.dev:8443"),
      ("grpc://_default:s3cret@[::1]", "grpc://_default:SECRET@[::1]:8010"),
      ("grpcs://p:s3cret@a.b:8010", "grpcs://p:SECRET@a.b:8010?mode=embedded"),
      ("https://p:s3cret@a.b:1?mode=", "https://p:SECRET@a.b:1?mode=embedded"),
      ("grpcs://_default:s3cret@h:1?mode=embedded", "grpcs://_default:SECRET@h:1"),
      ("grpcs://_default:s3cret@h:1?mode=standard", "grpcs://_default:SECRET@h:1"),
    ])
  func `a key that lost a part is refused, with the line to paste`(text: String, key: String) {
    let found = problems(["HOOP_KEY": text, "HOOP_CONNECTION": "a"])
    #expect(found.map(\.code) == ["malformed-key"])
    #expect(found[0].remedy.steps == [.set(.key, to: key)])
    #expect(
      found[0].lines == ["set HOOP_KEY=\(key.contains { "?[]".contains($0) } ? "'\(key)'" : key)"])
    #expect(!found[0].text.contains("s3cret"))
  }

  @Test func `a name cannot turn a line around or begin another`() throws {
    let key = try AgentKey("ws://a%E2%80%AE%C2%85:b@c:1?mode=embedded")
    #expect(key.description == "ws://a\\u{202e}\\u{85}:***@c:1?mode=embedded")
  }
}
