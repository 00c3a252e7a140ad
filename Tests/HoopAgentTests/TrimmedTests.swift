import HoopAgent
import Testing

struct TrimmedTests {
  @Test func whatUnicodeCallsWhiteSpaceIsTakenOffAndNothingElse() {
    let scalars = (0...0xffff).lazy.compactMap { Unicode.Scalar($0 as UInt32) }
    let unlike = scalars.filter { scalar in
      "\(scalar)a\(scalar)".trimmed().unicodeScalars.elementsEqual("a".unicodeScalars)
        != scalar.properties.isWhitespace
    }
    #expect(Array(unlike) == [])
  }

  @Test(arguments: ["", " ", "\u{3000}\t\u{85}"]) func nothingElseIsLeftEmpty(_ text: String) {
    #expect(text.trimmed() == "")
  }

  @Test func whiteSpaceInsideStays() { #expect(" a \n b ".trimmed() == "a \n b") }
}
