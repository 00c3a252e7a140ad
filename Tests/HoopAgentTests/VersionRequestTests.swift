import HoopAgent
import Testing

struct VersionRequestTests {
  @Test(arguments: [nil, "", " ", "\r\n", "latest", " latest\n", "\u{a0}latest"])
  func `unset, empty and latest ask for the newest`(value: String?) {
    #expect(VersionRequest(value) == .latest)
  }

  @Test(arguments: ["1.148.0", "v1.148.0", " 1.148.0 ", "\tv1.148.0\r\n", "1.148.0\u{a0}"])
  func `a leading v and white space around a version are ignored`(value: String) {
    #expect(VersionRequest(value) == .exact(AgentVersion(1, 148, 0)))
  }

  @Test func `a suffix is kept`() throws {
    #expect(VersionRequest("v1.14.11-beta1") == .exact(try #require(AgentVersion("1.14.11-beta1"))))
  }

  @Test(arguments: [
    "1.2", "../../etc", "1.2.3;id", "vv1.2.3", "v 1.2.3", "V1.2.3", "v", "vlatest", "Latest",
    "latest.txt", "v\u{301}1.2.3", "1.2.3 1.2.4", "1.2.3\u{301}", "latest\u{301}",
  ])
  func `anything else is refused`(value: String) {
    #expect(VersionRequest(value) == nil)
  }
}
