import HoopAgent
import Output
import Testing

struct LogLineTests {
  @Test func aValueIsQuotedOnlyIfItHasTo() {
    let line = LogLine("agent-exit").with("pid", 7).with("reason", #"a "b" \c"#).with("empty", "")
    #expect(line.text == #"buildpack=hoop at=agent-exit pid=7 reason="a \"b\" \\c" empty="""#)
  }

  @Test func aLongValueIsCutBetweenCharactersAndStaysQuoted() {
    let line = LogLine("no-agent").with("reason", String(repeating: "é ", count: 2000))
    #expect(line.text.hasSuffix("é …\"") || line.text.hasSuffix(" …\""))
    #expect(line.text.utf8.count < 2000)
  }

  @Test func aLineFitsAPipeAndLosesWholeFields() {
    var line = LogLine("trace")
    for number in 0..<9 { line = line.with("f\(number)", String(repeating: "x", count: 1000)) }
    #expect(line.text.utf8.count < 4096)
    #expect(line.text.hasSuffix("x"))
  }
}
