import HoopAgent
import TestSupport
import Testing

struct AgentVersionTests {
  @Test(arguments: [
    "0.0.1", "1.14.10", "1.148.0", "999999999.999999999.999999999", "1.14.11-beta1",
    "1.2.3-a.b-c.4",
    "1.2.3--", "1.2.3-0",
  ])
  func `a version is printed as it was written`(text: String) {
    #expect(AgentVersion(text)?.description == text)
  }

  @Test func `a version has numbers and perhaps a suffix`() throws {
    let version = try #require(AgentVersion("1.14.11-beta1"))
    #expect((version.major, version.minor, version.patch) == (1, 14, 11))
    #expect(version.suffix == "beta1")
    #expect(AgentVersion("1.14.11")?.suffix == nil)
    #expect(AgentVersion("1.14.11") == AgentVersion(1, 14, 11))
  }

  @Test(arguments: [
    "", "1", "1.2", "1.2.3.4", "1..3", ".1.2", "1.2.", "v1.2.3", "latest", "1.2.x", "01.2.3",
    "1.02.3",
    "1.2.00", "-1.2.3", "+1.2.3", "1.2.3-", "1.2.3-.", "1.2.3-a.", "1.2.3-a..b", "1.2.3+build",
    "1.2.3-a_b", "1.2.3-a/b", "../../etc", "1.2.3;id", "1.2.3/..", " 1.2.3", "1.2.3 ", "1.2.3\n",
    "1.2.3\r\n", "1.2.3\0", "1.2.3\u{301}", "1.2\u{301}.3", "1.2.\u{301}3", "1\u{ff0e}2\u{ff0e}3",
    "١.٢.٣", "1.2.3-é", "1000000000.0.0", "99999999999999999999.0.0",
  ])
  func `what is not a version is refused`(text: String) {
    #expect(AgentVersion(text) == nil)
  }

  @Test func `a version has at most 64 bytes`() {
    #expect(AgentVersion("1.2.3-" + String(repeating: "a", count: 58)) != nil)
    #expect(AgentVersion("1.2.3-" + String(repeating: "a", count: 59)) == nil)
    #expect(AgentVersion(String(repeating: "1", count: 300)) == nil)
  }

  @Test func `a part of a text is read as the whole of one`() {
    #expect(AgentVersion("v1.2.3".dropFirst()) == AgentVersion(1, 2, 3))
  }

  @Test
  func `versions are ordered by their numbers, and one with a suffix comes before the one without`()
  {
    let ordered = [
      "0.0.1", "1.0.0-alpha", "1.0.0-beta", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.9.99",
      "1.14.10", "1.14.11-beta1", "1.14.11", "1.148.0", "2.0.0",
    ].compactMap { AgentVersion($0) }
    #expect(ordered.count == 13)
    for (index, version) in ordered.enumerated() {
      for (other, later) in ordered.enumerated() {
        #expect((version < later) == (index < other), "\(version) and \(later)")
      }
    }
  }

  @Test func `random texts are versions only if they look like one`() {
    let shape =
      /(?:0|[1-9][0-9]{0,8})(?:\.(?:0|[1-9][0-9]{0,8})){2}(?:-[0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*)?/
      .matchingSemantics(.unicodeScalar)
    let texts = RandomText(
      pieces: ["0", "1", "9", "10", "148", ".", ".", "-", "beta", "v", "+"],
      valid: ["1.148.0", "0.0.1", "1.14.11-beta1", "1.21.4-rc.2", "10.20.30"])
    #expect(
      texts.counterexample(seed: 1) { text in
        let expected = text.utf8.count <= 64 && text.wholeMatch(of: shape) != nil
        return AgentVersion(text)?.description == (expected ? text : nil)
      } == nil)
  }
}
