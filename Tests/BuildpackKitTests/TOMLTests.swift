import TestSupport
import Testing

@testable import BuildpackKit

/// The TOML that is read and written.
@Suite struct TOMLTests {
  @Test func readsTablesAndListsOfTables() {
    let toml = TOML(
      """
      # a comment
      api = "0.10"

      [buildpack]
        id = "hoophq/hoop"
        formats = [ "a/b" , "c", ]
      \tis-on = true
      [buildpack.more]
      is-on = false

      [[labels]]
      key = "one"
      [[labels]]
      key = "two"

      """)
    #expect(toml?["", "api"] == "0.10")
    #expect(toml?["buildpack", "id"] == "hoophq/hoop")
    #expect(toml?.list("buildpack", "formats") == ["a/b", "c"])
    #expect(toml?.isOn("buildpack", "is-on") == true)
    #expect(toml?.isOn("buildpack.more", "is-on") == false)
    #expect(toml?.count(of: "labels") == 2)
    #expect(toml?["labels", 1, "key"] == "two")
    #expect(toml?["labels", "key"] == nil)
  }

  @Test(arguments: [
    "a", "a =", "a = b", "a = \"b", "a = 'b'", "a = \"b\" c", "a = \"b\\n\"", "= \"b\"",
    "a b = \"c\"",
    "a = \"b\"\na = \"b\"", "[a]\n[a]", "[a", "a]", "[]", "[a b]", "[[a]", "[[a]\n", "[a.]",
    "a = [\"b\"", "a = [\"b\" \"c\"]", "a = [1]", "a = 1", "a = \"\"\"", "a = \"\u{0}\"",
    "a = \"\(String(repeating: "b", count: TOML.maximumBytes))\"",
  ])
  func takesNothingElse(_ text: String) { #expect(TOML(text) == nil) }

  @Test func quotesWhatItMust() {
    #expect(TOML.quoted("1.148.0") == "\"1.148.0\"")
    #expect(TOML.quoted("a\"b\\c\n\u{7f}") == #""a\"b\\c\u000a\u007f""#)
  }

  @Test func whatIsReadStandsInTheText() {
    let random = RandomText(
      pieces: ["[", "]", "=", "#", ",", "true", "false", "[[a]]", "[b]", "key", "\"value\""],
      valid: ["[metadata]\n  key = \"value\"\n", "[[labels]]\nkey = \"a\"\nvalue = [\"b\"]\n"])
    let broken = random.counterexample(seed: 1) { text in
      (TOML(text)?.texts(of: "metadata") ?? []).allSatisfy { pair in
        text.contains(pair.key) && text.contains("\"\(pair.value)\"")
      }
    }
    #expect(broken == nil)
  }
}
