import TestSupport
import Testing

@testable import BuildpackKit
@testable import LocalTools

struct JSONParserTests {
  private static func printed(_ text: String) -> String? { JSON.parse(text.utf8).map(JSON.text) }

  @Test(
    arguments: [
      (
        #" {"a": [1, -2.5, true, false, null], "b": {}} "#,
        #"{"a": [1, -2.5, true, false, null], "b": {}}"#
      ),
      (#""\u00e9\ud83e\udde8\/\n\"""#, #""é🧨/\n\"""#), ("[]", "[]"), ("-0.5", "-0.5"), ("0", "0"),
    ] as [(String, String?)])
  func `a value is read as it is written`(text: String, expected: String?) {
    #expect(Self.printed(text) == expected)
  }

  @Test(arguments: [
    "", "{", "[1,]", "{,}", #"{"a"}"#, #"{"a":}"#, "tru", "01", "+1", "1.", "1.25", "1e5",
    "\"\n\"", #""\x""#, #""\u12""#, #""\ud83e""#, #""\udde8""#, "[] []", "nul",
    "99999999999999999999",
    "9223372036854775807.5", String(repeating: "[", count: 100_000),
  ])
  func `what is none is refused`(text: String) {
    #expect(JSON.parse(text.utf8) == nil)
  }

  @Test func `whatever is read from random texts is read again from what it prints as`() {
    let random = RandomText(
      pieces: ["{", "}", "[", "]", ",", ":", "\"a\"", "1", "-2.5", "true", "null", "\\u00e9"],
      valid: [#"{"a": [1, "b", {"c": null}], "d": -0.3}"#, #"["\ud83e\udde8", 1.5]"#])
    let broken = random.counterexample(seed: 7) { text in
      guard let printed = Self.printed(text) else { return true }
      return Self.printed(printed) == printed
    }
    #expect(broken == nil)
  }

  @Test func `members and items are found`() throws {
    let value = try #require(JSON.parse(#"{"a": "x", "n": 3, "l": ["y"]}"#.utf8))
    #expect(value["a"]?.text == "x")
    #expect(value["n"]?.number == 3)
    #expect(value["l"]?.list.first?.text == "y")
    #expect(value["b"] == nil)
    #expect(value["a"]?["b"] == nil)
  }
}
