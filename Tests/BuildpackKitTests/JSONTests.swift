import Testing

@testable import BuildpackKit

struct JSONTests {
  @Test func `values print on one line, with every text escaped`() {
    let value = JSON.Value.object([
      ("a\"b", .text("\\ \n \u{1} \u{7f} é")), ("n", .null),
      ("l", .list([.number(-1), .tenths(23)])),
    ])
    #expect(
      JSON.text(value) == #"{"a\"b": "\\ \n \u0001 \u007f é", "n": null, "l": [-1, 2.3]}"#)
  }

  @Test(arguments: [
    (#"{"version":"1.148.0","git_commit":"x"}"#, "1.148.0"),
    (#"{ "go_version": "go1", "version" : "unknown" }"#, "unknown"),
    ("noise\n{\"version\":\"1.2.3\"}\n", "1.2.3"),
  ])
  func `a member's text is found`(text: String, value: String) {
    #expect(JSON.string("version", in: text) == value)
  }

  @Test(arguments: [
    "", "{}", #"{"version":1}"#, #"{"version"}"#, #"{"version":"1.2"#, #"{"version":"a\u0041"}"#,
    "version 1.2.3",
  ])
  func `where there is none, none is found`(text: String) {
    #expect(JSON.string("version", in: text) == nil)
  }
}
