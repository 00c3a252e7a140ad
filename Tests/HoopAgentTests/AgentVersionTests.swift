import HoopAgent
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
}

struct VersionRequestTests {
  @Test(arguments: [nil, "", " ", "\r\n", "latest", " latest\n", "\u{a0}latest"])
  func `unset, empty and latest ask for the newest`(value: String?) {
    #expect(VersionRequest(value) == .latest)
  }

  @Test(arguments: ["1.148.0", "v1.148.0", " 1.148.0 ", "\tv1.148.0\r\n", "1.148.0\u{a0}"])
  func `a leading v and white space around a version are ignored`(value: String) {
    #expect(VersionRequest(value) == .exact(AgentVersion(1, 148, 0)))
  }

  @Test(arguments: [
    "1.2", "../../etc", "1.2.3;id", "vv1.2.3", "v 1.2.3", "V1.2.3", "v", "vlatest", "Latest",
    "latest.txt", "v\u{301}1.2.3", "1.2.3 1.2.4", "1.2.3\u{301}", "latest\u{301}",
  ])
  func `anything else is refused`(value: String) {
    #expect(VersionRequest(value) == nil)
  }
}
