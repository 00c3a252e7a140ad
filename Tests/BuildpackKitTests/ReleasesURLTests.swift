import Testing

@testable import BuildpackKit

struct ReleasesURLTests {
  @Test(arguments: [
    ("https://mirror.example.com/hoop/", "https://mirror.example.com/hoop"),
    (" https://mirror.example.com\n", "https://mirror.example.com"),
    ("https://user:secret@mirror.example.com/x", "https://mirror.example.com/x"),
    ("http://localhost:8080/r", "http://localhost:8080/r"),
    ("http://127.0.0.1", "http://127.0.0.1"), ("http://127.0.0.1:9/", "http://127.0.0.1:9"),
    ("http://[::1]:80/x", "http://[::1]:80/x"), ("file:///srv/release", "file:///srv/release"),
    ("HTTPS://mirror.example.com", "https://mirror.example.com"),
  ])
  func `a mirror is https, http to this machine, or a folder`(value: String, shown: String) {
    #expect(ReleasesURL(value)?.description == shown)
  }

  @Test(arguments: [
    "", "mirror.example.com", "http://mirror.example.com", "http://localhost@evil.example",
    "http://127.0.0.1.evil.example", "http://127.0.0", "http://127.0.0.256", "http://[::2]/",
    "http://10.0.0.1/", "ftp://x/y", "file://host/x", "file://", "https://", "https://:443/",
    "https://a b/", "https://a\"/", "https://a\\b", "https://a/?x=1", "https://a/#x",
    "https://u:Pa/ss@a/r", "https://u:Pa%2Fss%40a/r", "https://u:1/ss@a/r", "https://u:1/ss%40a/r",
    "https://a:x/", "https://a:/", "https://a%2f/", "https://[::1/", "https://a:123456/",
    "https://a/\u{7f}", "https://é.example/", "https://a\nproxy = \"x\"",
  ])
  func `anything else is refused`(value: String) {
    #expect(ReleasesURL(value) == nil)
  }

  @Test func `a secret is in what curl gets and not in what people see`() throws {
    let file = try #require(ReleasesURL("https://u:s3cret@m.example/r")).file("1.2.3/x")
    #expect(file.secret == "https://u:s3cret@m.example/r/1.2.3/x")
    #expect(file.description == "https://m.example/r/1.2.3/x")
  }
}
