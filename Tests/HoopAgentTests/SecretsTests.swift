import TestSupport
import Testing

@testable import HoopAgent

struct SecretsTests {
  private static let digits = String(repeating: "0123456789abcdef", count: 4)

  @Test(arguments: [
    ("HOOP_KEY", "grpcs://prod:xagt-Zm9v@h:8443?mode=embedded", "a xagt-Zm9v!", "a ***!"),
    ("HOOP_KEY", "grpcs://prod:xagt-Zm9v@h:1", "a grpcs://prod:xagt-Zm9v@h:1 b", "a *** b"),
    ("HOOP_KEY", " grpcs://prod:s3cret@h:1\n", "prod h s3cret", "prod h ***"),
    (
      "HOOP_DSN", "https://h/\(digits)", "Post https://h/\(digits)x and \(digits)",
      "Post ***x and ***"
    ),
    (
      "HOOP_DATABASE_A", "postgres://u:p%40ss%2a@db/app", "p@ss* p%40ss%2a p%40ss%2A u",
      "*** *** *** u"
    ),
    ("DATABASE_URL", "postgres://u:p4/s?s@db/app", "no p4/s?s", "no ***"),
    (
      "DATABASE_URL", "postgres://u:a'b\"c\\d@db/app", #"a'b"c\d a'b\"c\\d a'\''b"c\d"#,
      "*** *** ***"
    ),
    ("HOOP_KEY", "not-a-url-but-secret", "is not-a-url-but-secret", "is ***"),
    ("HOOP_KEY", "grpcs://prod:pw@h:1", "pw is too short alone", "pw is too short alone"),
    ("PATH", "/usr/bin:/bin-directory", "/usr/bin:/bin-directory", "/usr/bin:/bin-directory"),
    ("HOOP_KEY", "", "nothing", "nothing"),
  ])
  func `what a process has learned is masked in every form`(
    name: String, value: String, text: String, shown: String
  ) {
    var secrets = Secrets()
    secrets.learn("HOOP_CONNECTION", "myapp-console")
    secrets.learn(name, value)
    #expect(secrets.masked(text) == shown)
    #expect(secrets.masked("myapp-console") == "myapp-console")
  }

  @Test(arguments: [
    (
      "grpcs://prod:s3cret@app.hoop.dev:8443?mode=embedded",
      "grpcs://***@app.hoop.dev:8443?mode=embedded"
    ),
    ("see https://app.hoop.dev/\(digits) now", "see https://app.hoop.dev/*** now"),
    ("postgres://u:p@h/d", "postgres://***@h/d"), ("a,grpcs://x@y", "a,grpcs://***@y"),
    ("https://token@github.com/a", "https://***@github.com/a"),
    ("postgres://u:p/s?s@db/app", "postgres://***@db/app"), ("xagt-Zm9v", "xagt-***"),
    ("key=xagt-Zm9v", "key=xagt-***"), ("grpcs//_default:s3cret@app.hoop.dev", "***@app.hoop.dev"),
    ("user:s3cret@host", "***@host"),
    ("postgres://h/db?Password=s3cret&a=b", "postgres://h/db?Password=***&a=b"),
    ("PASSWORD=s3cret", "PASSWORD=***"), ("app.hoop.dev:8443/\(digits)", "app.hoop.dev:8443/***"),
    ("https://app.hoop.dev/\(digits.dropLast())", "https://app.hoop.dev/***"),
    (#"dial "grpcs://a:b@c": EOF"#, #"dial "grpcs://***@c": EOF"#),
    (#"postgres://u:a"b'c@h/d"#, "postgres://***@h/d"),
  ])
  func `what looks like a secret is masked`(text: String, shown: String) {
    #expect(printable(text) == shown)
    #expect(SecretText.isLikely(in: text))
  }

  @Test(arguments: [
    "", "prod", "web.1,worker.*", "https://app.hoop.dev", "a@b.c", digits, "myapp-redact", "://",
    "ssh git@github.com:app", "bin/run a:b me@example.com", "/app/\(digits.prefix(40))",
    "grpcs://prod:***@app.hoop.dev:8443?mode=embedded", "https://host/@scope/name",
    "grpcs://_default:SECRET@HOST:8010",
  ])
  func `what does not is left alone`(text: String) {
    #expect(!SecretText.isLikely(in: text))
    #expect(printable(text) == text)
  }

  @Test func `masking comes before cutting`() {
    let padding = String(repeating: "x", count: 40)
    #expect(quoted("\(padding) grpcs://prod:s3cret-s3cret@h:1") == "“\(padding) grpcs://***@h:1”")
  }

  @Test func `the app does not have what was set for the agent, and has what is its own`() {
    let url = "postgres://u:p4ss@h/d"
    let variables = [
      "HOOP_KEY": "x", "HOOP_DSN": "x", "HOOP_CONNECTION": "My App,env.DB", "DB": "orders",
      "A": url,
      "HOOP_DATABASE": url, "HOOP_DATABASE_ORDERS": " \(url)", "HOOP_DATABASE_URL": url,
      "HOOP_DATABASE_MY_APP": "env.A",
    ]
    #expect(
      Setting.hiddenFromApp(among: Array(variables.keys), variable: { variables[$0] })
        == ["HOOP_KEY", "HOOP_DSN", "HOOP_DATABASE", "HOOP_DATABASE_ORDERS"])
  }

  static let places = [
    "HOOP_KEY_NAME", "HOOP_DYNOS", "HOOP_DISABLED", "HOOP_REQUIRED", "HOOP_CONNECTION", "K",
    "HOOP_LOG_LEVEL", "HOOP_REVIEW", "HOOP_COMMAND", "HOOP_TLSCA", "HOOP_TLS_SKIP_VERIFY",
  ]

  @Test(arguments: places)
  func `a key in the wrong place is not quoted`(name: String) {
    for secret in ["grpcs://prod:s3cret@h:1", "wss://a:s3cret@h\n", Keys.client, "xagt-s3cret"] {
      let base = complete.with(["HOOP_CONNECTION": "a,env.K", "K": "b"])
      let outcome = outcome(base.with([name: secret]))
      var text = "\(outcome)"
      switch outcome {
      case .launch(let plan):
        #expect(["HOOP_REQUIRED", "HOOP_LOG_LEVEL", "HOOP_TLS_SKIP_VERIFY"].contains(name))
        text += plan.notices.map(\.text).joined()
      case .impossible(let problems): text += problems.map(\.text).joined()
      case .disabled, .otherDyno: break
      }
      for piece in ["s3cret", "0b2f2f1c"] { #expect(!text.contains(piece)) }
    }
  }

  @Test func `no configuration gets a secret into a text`() {
    var random = SplitMix64(seed: 70)
    let alphabet = Array("abcdefXYZ0189-._~/?#%@:".utf8)
    let forms = [
      "grpcs://prod:*@h:1", "ws://prod:*@h?mode=standard", "*", "*://a:b@c", "ws://a:b@c:*",
      "grpcs://_default:*@h:1", "grpcs://_default:*@h:1?mode=embedded",
    ]
    for _ in 0..<2_000 {
      let secret = random.text(of: alphabet, length: 16)
      let form = forms[random.below(forms.count)].split(
        separator: "*", omittingEmptySubsequences: false)
      let name = ["HOOP_KEY", "HOOP_DSN"][random.below(2)]
      let outcome = outcome(
        [
          name: form.joined(separator: secret), "HOOP_CONNECTION": "a,env.\(name)",
          "HOOP_KEY_NAME": "prod",
        ], AgentVersion(1, random.below(2) == 0 ? 19 : 148, 0))
      var text = "\(outcome)"
      if case .impossible(let problems) = outcome { text += problems.map(\.text).joined() }
      if case .launch(let plan) = outcome {
        text += plan.summary + plan.notices.map(\.text).joined()
      }
      #expect(!text.contains(secret), "\(form)")
    }
  }
}
