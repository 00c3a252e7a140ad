import HoopAgent
import Output
import Testing

struct JSONTests {
  @Test func textsAreEscapedSoThatAnyReaderTakesThem() {
    let cases = [
      ("a\"b\\c\nd", #""a\"b\\c\u000ad""#), ("\u{1}\u{7f}", #""\u0001\u007f""#),
      ("\u{200b}\u{202e}", #""\u200b\u202e""#), ("\u{e0001}", #""\udb40\udc01""#), ("é🚀", "\"é🚀\""),
    ]
    for (text, json) in cases { #expect(JSON.text(.text(text)) == json) }
  }

  @Test func valuesOfAllKindsAreWritten() {
    let value = JSON.Value.object([
      ("a", .list([.null, .bool(true), .number(-3), .tenths(-23)])), ("b", .optional(nil)),
      ("c", .raw("{}")), ("d", .texts(["x"])),
    ])
    #expect(JSON.text(value) == #"{"a": [null, true, -3, -2.3], "b": null, "c": {}, "d": ["x"]}"#)
  }

  @Test func aMemberIsReadIfItIsText() {
    #expect(Bytes(#"{"x": 1, "version" : "1.2.3"}"#.utf8).jsonText(of: "version") == "1.2.3")
    #expect(Bytes(#"{"version":"a\"b\u00e9"}"#.utf8).jsonText(of: "version") == "a\"bé")
    for text in ["", "{}", #"{"version": 1}"#, #"{"version": "a"#] {
      #expect(Bytes(text.utf8).jsonText(of: "version") == nil)
    }
  }
}
