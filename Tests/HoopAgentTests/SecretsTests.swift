import HoopAgent
import Testing

@Suite struct SecretsTests {
  private static let digits = String(repeating: "0123456789abcdef", count: 4)

  @Test(arguments: [
    ("grpcs://prod:xagt-Zm9v@h:8443?mode=embedded", "dial h: xagt-Zm9v!", "dial h: ***!"),
    ("grpcs://prod:xagt-Zm9v@h", "a grpcs://prod:xagt-Zm9v@h b", "a *** b"),
    ("https://h/\(digits)", "Post https://h/\(digits)x and \(digits)", "Post ***x and ***"),
    ("postgres://u:p%40ss@db/app", "p@ss p%40ss app u", "*** *** app u"),
    ("postgres://u:p/s?s@db/app", "no p/s?s", "no ***"),
    ("no-url-but-secret", "is no-url-but-secret", "is ***"),
    ("", "nothing", "nothing"),
  ])
  func `A secret is masked in whatever form it comes`(
    _ url: String, _ text: String, _ shown: String
  ) {
    #expect(Secrets([url, ""]).masked(text) == shown)
  }
}
