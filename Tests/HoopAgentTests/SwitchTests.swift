import HoopAgent
import TestSupport
import Testing

struct SwitchTests {
  @Test(arguments: ["1", "true", "yes", "on", "TRUE", "Yes", " on\n", "\r\n1\t"])
  func `1, true, yes and on are on, in any case`(value: String) {
    #expect(Switch.parse(value) == true)
  }

  @Test(arguments: [nil, "", " ", "0", "false", "no", "off", "FALSE", "No", "\toff\r\n"])
  func `0, false, no, off, empty and unset are off`(value: String?) {
    #expect(Switch.parse(value) == false)
  }

  @Test(arguments: [
    "2", "ja", "y", "n", "enabled", "01", "on off", "o n", "true\u{301}", "１", "\0",
  ])
  func `anything else is neither`(value: String) {
    #expect(Switch.parse(value) == nil)
  }

  @Test func `random texts are on or off only if they are one of the words`() {
    let shape = /\s*(?:(?<on>1|true|yes|on)|0|false|no|off)?\s*/.ignoresCase()
      .matchingSemantics(.unicodeScalar).asciiOnlyCharacterClasses(false)
    let texts = RandomText(
      pieces: ["1", "0", "t", "T", "r", "u", "e", "o", "n", "f", "N", "S", " "],
      valid: ["true", "YES", "on", "0", "off", "No", "False", "1", " 1 "])
    #expect(
      texts.counterexample(seed: 3) { text in
        Switch.parse(text) == text.wholeMatch(of: shape).map { $0.on != nil }
      } == nil)
  }
}
