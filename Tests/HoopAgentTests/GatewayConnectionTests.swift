import HoopAgent
import Testing

struct GatewayConnectionTests {
  private static let pem = "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n"

  private static let neither =
    "is neither file:// and a whole path nor a certificate in PEM format."
  private static let lines = pem.split(separator: "\n").joined(separator: "\\n")

  @Test(
    arguments: [
      ("/app/ca.pem", neither, "file:///app/ca.pem"), ("ca.pem", neither, nil),
      ("file://ca.pem", neither, nil),
      (lines, "is a certificate with \\n where its lines should end.", nil),
    ] as [(String, String, String?)])
  func `a HOOP_TLSCA that the agent cannot use is a problem`(
    value: String, summary: String, set: String?
  ) {
    let found = problems(complete.with(["HOOP_TLSCA": value]))
    #expect(found.map(\.code) == ["malformed-tlsca"])
    #expect(found[0].summary == "HOOP_TLSCA \(summary)")
    #expect(found[0].lines == ["set HOOP_TLSCA=\(set ?? "file:///app/config/ca.pem")"])
  }

  @Test func `a file of HOOP_TLSCA must be there when a dyno starts`() throws {
    let variables = complete.with(["HOOP_TLSCA": "file:///app/ca.pem\n"])
    let there = { (file: String) in file == "/app/ca.pem" }
    for plan in [try plan(variables), try plan(variables, at: there)] {
      #expect(plan.notices.isEmpty)
      #expect(plan.commands[0].variables.contains { $0.value == "file:///app/ca.pem" })
    }
    #expect(
      problems(variables, at: dyno).map(\.summary)
        == ["HOOP_TLSCA names the file “/app/ca.pem”, which does not exist."])
    #expect(try plan(complete.with(["HOOP_TLSCA": Self.pem])).notices.isEmpty)
    let old = try plan(variables, "1.23.2").notices
    #expect(old.map(\.summary) == ["HOOP_TLSCA has no effect with Hoop agent 1.23.2."])
  }

  private static let (unverified, noEffect) = ("gateway-not-verified", "variable-without-effect")

  @Test(arguments: [
    (
      "true", "1.148.0", unverified,
      "is on: the agent does not check that it talks to your gateway."
    ),
    ("1", "1.148.0", noEffect, "is “1”, which has no effect: only true counts."),
    ("True", "1.148.0", noEffect, "is “True”, which has no effect: only true counts."),
    ("true", "1.42.0", noEffect, "has no effect with Hoop agent 1.42.0."),
  ])
  func `HOOP_TLS_SKIP_VERIFY is always a warning`(
    value: String, version: String, code: String, summary: String
  )
    throws
  {
    for key in [Keys.organisation, Keys.embedded] {
      let base = key == Keys.organisation ? complete : ["HOOP_KEY": key]
      let notices = try plan(base.with(["HOOP_TLS_SKIP_VERIFY": value]), version).notices
      #expect(
        notices.map(\.code) == [code]
          && notices.map(\.summary) == ["HOOP_TLS_SKIP_VERIFY \(summary)"])
      #expect(notices[0].severity == .warning)
    }
    #expect(try plan(complete.with(["HOOP_TLS_SKIP_VERIFY": ""])).notices.isEmpty)
  }

  @Test(
    arguments: [
      (["HTTPS_PROXY": "http://proxy.test:3128"], "proxy.test:3128"),
      (["https_proxy": "proxy.test"], "proxy.test"),
      (["HTTPS_PROXY": "http://u:p4ss@proxy.test:1/"], "proxy.test:1"),
      (["HTTP_PROXY": "http://p:1"], nil),
      (["ALL_PROXY": "http://p:1"], nil), (["HTTPS_PROXY": ""], nil),
      (["HTTPS_PROXY": "p:1", "NO_PROXY": "a, .hoop.dev"], nil),
      (["HTTPS_PROXY": "p:1", "NO_PROXY": "*"], nil),
      (["HTTPS_PROXY": "p:1", "no_proxy": "app.hoop.dev:8443"], nil),
      (["HTTPS_PROXY": "p:1", "NO_PROXY": "hoop.test,oop.dev"], "p:1"),
    ] as [([String: String], String?)])
  func `the proxy is the one that the agent asks`(variables: [String: String], address: String?)
    throws
  {
    #expect(try plan(complete.with(variables)).proxy?.address == address)
  }
}
