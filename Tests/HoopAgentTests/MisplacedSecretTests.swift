import HoopAgent
import Testing

struct MisplacedSecretTests {
  private static let digits = String(repeating: "0f", count: 32)

  @Test(arguments: [
    "grpcs://prod:s3cret@app.hoop.dev:8443?mode=embedded", "https://app.hoop.dev/\(digits)",
    " 'https://app.hoop.dev/\(digits)'\n", "https://h/" + String(repeating: "z", count: 64),
    "postgres://u:p@h/d", "a,grpcs://x@y", "xagt-Zm9v", "key=xagt-Zm9v",
    "grpcs//_default:s3cret@app.hoop.dev", "grpcs:/_default:s3cret@h", "user:s3cret@host",
    "postgres://h/db?user=u&Password=s3cret", "app.hoop.dev:8443/\(digits)",
    "https://app.hoop.dev/\(digits.dropLast())",
  ])
  func `a key, a URL with a password and a part of a key are not quoted`(text: String) {
    #expect(MisplacedSecret.mayBe(in: text))
    #expect(quoted(text) == "“***”")
  }

  @Test(arguments: [
    "", "prod", "web.1,worker.*", "https://app.hoop.dev", "a@b.c", digits, "myapp-redact", "://",
    "ssh git@github.com:app", "bin/run a:b me@example.com", "/app/\(digits.prefix(40))",
  ])
  func `what holds none is`(text: String) {
    #expect(!MisplacedSecret.mayBe(in: text))
    #expect(quoted(text).hasPrefix("“\(text.prefix(60))"))
  }
}
