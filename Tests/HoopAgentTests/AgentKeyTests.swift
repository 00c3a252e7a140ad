import HoopAgent
import TestSupport
import Testing

struct AgentKeyTests {
  private static let digest = String(repeating: "0123456789abcdef", count: 4)

  @Test func `a key without a mode is an organisation's, whatever its name and scheme`() throws {
    let key = try AgentKey("https://dev:xagt-Zm9v@app.hoop.dev:8443")
    #expect(key.scheme == "https")
    #expect(key.name == "dev")
    #expect(key.address == "app.hoop.dev:8443")
    #expect(key.mode == nil)
    #expect(!key.isPathKey && key.form == .organisation)
    #expect(key.description == "https://dev:***@app.hoop.dev:8443")
  }

  @Test(arguments: [
    ("standard", AgentKey.Mode.standard, AgentKey.Form.agent), ("embedded", .embedded, .agent),
    ("multi-connection", .multiConnection, .organisation),
  ])
  func `a key's mode says whose it is`(
    text: String, mode: AgentKey.Mode, form: AgentKey.Form
  ) throws {
    let key = try AgentKey("grpcs://prod:xagt-Zm9v@app.hoop.dev:8443?mode=\(text)")
    #expect(key.mode == mode)
    #expect(key.form == form)
    #expect(key.description == "grpcs://prod:***@app.hoop.dev:8443?mode=\(text)")
  }

  @Test func `an organisation key has no mode today`() throws {
    let key = try AgentKey("grpcs://_default:xagt-Zm9v@app.hoop.dev:8443")
    #expect(key.name == "_default")
    #expect(key.mode == nil && key.form == .organisation)
  }

  @Test func `a client key has no name and is embedded`() throws {
    let key = try AgentKey("https://app.hoop.dev/\(Self.digest)")
    #expect(key.name == nil)
    #expect(key.isPathKey && key.mode == .embedded && key.form == .client)
    #expect(key.description == "https://app.hoop.dev/***")
  }

  @Test(arguments: ["grpcs", "grpc", "https", "http", "wss", "ws", "GRPCS"])
  func `every scheme of the agent is taken, in any case`(scheme: String) throws {
    #expect(try AgentKey("\(scheme)://a:b@c").scheme == scheme.lowercased())
  }

  @Test(arguments: [
    ("ws://a:b@c", "a", "c"), ("ws://a:b@c/", "a", "c"), ("ws://a:b:b@c:1", "a", "c:1"),
    ("ws://a:b@b@c", "a", "c"), ("ws://a@d:b@c", "a@d", "c"),
    ("ws://a%20%C3%A9:b%3A@c", "a é", "c"),
    ("ws://:b@c", nil, "c"), ("ws://a:b@[::1]:8443", "a", "[::1]:8443"),
    ("ws://a:b@[::1]", "a", "[::1]"),
    ("ws://a:b@c:65535#f?mode=x", "a", "c:65535"), ("ws://a:b@127.0.0.1:80", "a", "127.0.0.1:80"),
  ])
  func `a key is split where the agent splits it`(text: String, name: String?, address: String)
    throws
  {
    let key = try AgentKey(text)
    #expect(key.name == name)
    #expect(key.address == address)
  }

  @Test(
    arguments: [
      ("?mode=", nil), ("?", nil), ("?mode", nil),
      ("?skip_tls_verify=true&mode=embedded", .embedded),
      ("?mode=standard&mode=embedded", .standard), ("?xmode=standard", nil),
      ("?&&mode=standard", .standard),
      ("?m%6fde=embedd%65d", .embedded), ("/path?mode=standard#mode=embedded", .standard),
    ] as [(String, AgentKey.Mode?)])
  func `the first mode of the query counts`(rest: String, mode: AgentKey.Mode?) throws {
    #expect(try AgentKey("grpcs://a:b@c\(rest)").mode == mode)
  }

  @Test(
    arguments: [
      ("", .scheme), ("xagt-Zm9v", .scheme), ("ftp://a:b@c", .scheme), ("grpcs:/a:b@c", .scheme),
      ("grpcs//a:b@c", .scheme), ("grpcs:\u{301}//a:b@c", .scheme), ("://a:b@c", .scheme),
      ("grpcs://", .host), ("grpcs://a:b@", .host), ("grpcs://a:b@:1", .host),
      ("grpcs://a:b@c:", .host),
      ("grpcs://a:b@c:0", .host), ("grpcs://a:b@c:65536", .host), ("grpcs://a:b@c:+1", .host),
      ("grpcs://a:b@c:1:2", .host), ("grpcs://a:b@c d", .unprintable), ("grpcs://a:b@c,d", .host),
      ("grpcs://a:b@[::1", .host), ("grpcs://a:b@[]", .host), ("grpcs://a:b@[::1]x", .host),
      ("grpcs://a:b@[x]", .host), ("grpcs://a:b@ć", .host), ("grpcs://a:b@c\u{301}", .host),
      ("grpcs://prod:xagt-Z/m9v@app.hoop.dev:8443", .host),
      ("grpcs://a\"b:c@d", .name), ("grpcs://é:b@c", .name), ("grpcs://a%:b@c", .name),
      ("grpcs://a%zz:b@c", .name), ("grpcs://a%0a:b@c", .name), ("grpcs://a%ff:b@c", .name),
      ("grpcs://a%00:b@c", .name), ("grpcs://a%+1:b@c", .name),
      ("grpcs://c", .secret), ("grpcs://a@c", .secret), ("grpcs://a:@c", .secret),
      ("grpcs://:@c", .secret), ("grpcs://xagt-Zm9v:_default@c", .secret),
      ("grpcs://a:%zz@c", .secret), ("grpcs://a:é@c", .secret), ("grpcs://c/short", .secret),
      ("https://app.hoop.dev/\(digest)0", .secret), ("https://app.hoop.dev\(digest)", .secret),
      ("grpcs://a:b@c?mode=Embedded", .mode(nearest: .embedded)),
      ("grpcs://a:b@c?mode=embeded", .mode(nearest: .embedded)),
      ("grpcs://a:b@c?mode=multi_connection", .mode(nearest: .multiConnection)),
      ("grpcs://a:b@c?mode=standart", .mode(nearest: .standard)),
      ("grpcs://a:b@c?mode=other", .mode(nearest: nil)),
      ("grpcs://a:b@c?mode=%zz", .mode(nearest: nil)),
      ("grpcs://a:b@c?mode=embedded;x", .mode(nearest: .embedded)),
      ("'grpcs://a:b@c'", .quotes), ("“grpcs://a:b@c”", .quotes), ("\"grpcs://a:b@c", .quotes),
      ("grpcs://a:b@c\n", .unprintable), (" grpcs://a:b@c", .unprintable),
      ("grpcs://a:b@c\r\n", .unprintable),
      ("grpcs://a:b\0@c", .unprintable), ("grpcs://a:b@c\u{7f}", .unprintable),
    ] as [(String, AgentKey.Malformed)])
  func `what is no key is refused, and for the right reason`(text: String, why: AgentKey.Malformed)
  {
    #expect(throws: why) { try AgentKey(text) }
  }

  @Test func `a key is no longer than all config vars together may be`() {
    let secret = String(repeating: "x", count: AgentKey.maximumBytes - "grpcs://a:@c".utf8.count)
    #expect(throws: Never.self) { try AgentKey("grpcs://a:\(secret)@c") }
    #expect(throws: AgentKey.Malformed.tooLong) { try AgentKey("grpcs://a:\(secret)x@c") }
  }

  @Test func `a name cannot turn a line around or begin another`() throws {
    #expect(try AgentKey("ws://a%E2%80%AE%C2%85:b@c").description == "ws://a\\u{202e}\\u{85}:***@c")
  }

  @Test func `the printed key never holds the secret`() throws {
    var random = SplitMix64(seed: 50)
    let alphabet = Array("abcdefXYZ0189-._~!$&'()*+,;=:@".utf8)
    var leaks: [String] = []
    for _ in 0..<5_000 {
      // A secret may itself hold an @: the last one ends it.
      let secret = random.text(of: alphabet, length: 12 + random.below(20))
      let mode = ["", "?mode=embedded", "?mode=multi-connection"][random.below(3)]
      let printed = try AgentKey("grpcs://prod:\(secret)@app.hoop.dev:8443\(mode)").description
      if printed != "grpcs://prod:***@app.hoop.dev:8443\(mode)" { leaks.append(secret) }
    }
    for _ in 0..<1_000 {
      let secret = random.text(of: Array("0123456789abcdef".utf8), length: 64)
      let printed = try AgentKey("https://app.hoop.dev/\(secret)").description
      if printed != "https://app.hoop.dev/***" { leaks.append(secret) }
    }
    #expect(leaks.isEmpty)
  }

  @Test func `random texts are keys only if they look like one`() {
    let texts = RandomText(
      pieces: [
        ":", "//", "@", "/", "?", "&", "#", "mode=", "embedded", "[", "]", "%41", "%zz", "443",
      ],
      valid: [
        "grpcs://prod:xagt-Zm9v@app.hoop.dev:8443?mode=embedded",
        "https://dev:xagt-Zm9v@app.hoop.dev",
        "ws://_default:s@[::1]:80", "http://a:b@c/d?x=1&mode=standard#e",
        "https://app.hoop.dev/\(Self.digest)", "grpc://a:b@c?mode=multi-connection",
      ])
    let oracle = AgentKeyOracle()
    #expect(
      texts.counterexample(seed: 5) { text in
        let key = try? AgentKey(text)
        guard oracle.isKey(text) == (key != nil) || text.utf8.contains(UInt8(ascii: "%"))
        else { return false }
        guard let key else { return true }
        if key.isPathKey { return key.description == "\(key.scheme)://\(key.address)/***" }
        return text.utf8.contains(UInt8(ascii: "%"))
          ? oracle.isKey(text, orEscaped: true) : (try? AgentKey(key.description)) == key
      } == nil)
  }
}
