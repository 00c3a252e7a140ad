import Posix
import Testing

/// Releases over HTTPS, with certificates and proxies of the user's own.
@Suite struct TLSTests {
  private static let checksums = "\(Log.version)/checksums.txt"

  private func build(from server: TLSServer, trusting isTrusted: Bool = true) -> HerokuBuild {
    let build = HerokuBuild(from: ReleaseSite(), version: Log.version)
    build.scaleWaits(by: 0.05)
    build.set("HOOP_RELEASES_URL", server.url)
    if isTrusted { build.set("CURL_CA_BUNDLE", TLSServer.certificate.string) }
    return build
  }

  private func server() -> TLSServer {
    let server = TLSServer()
    server.publish(.newest)
    return server
  }

  @Test(arguments: ["CURL_CA_BUNDLE", "SSL_CERT_FILE"], [true, false])
  func aCertificateIsTrustedByAVariable(_ name: String, _ isConfigVar: Bool) async {
    let server = server()
    let build = build(from: server, trusting: false)
    build.environment[name] = isConfigVar ? "/nowhere" : TLSServer.certificate.string
    if isConfigVar { build.set(name, TLSServer.certificate.string) }
    expect(await build.compile(), output: Log.fresh)
  }

  @Test func anUnknownCertificateIsNotTrusted() async {
    let server = server()
    let why = "its certificate is not trusted (curl 60)"
    expect(
      await build(from: server, trusting: false).compile(), status: 1,
      output: Log.text([Log.pinned]),
      errors: Said(
        "Could not download the Hoop agent.",
        ["https://127.0.0.1:1/release/\(Self.checksums): \(why)."],
        "If a proxy or a mirror has its own certificate, name the file that holds it:",
        "heroku config:set CURL_CA_BUNDLE=/path/to/certificates.pem"
      ).text())
  }

  @Test(arguments: ["CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"])
  func aFileThatExistsOnlyInTheRunningAppIsLeftOut(_ name: String) async {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: Log.version)
    build.set(name, "/app/config/ca.pem")
    expect(
      await build.compile(), output: Log.fresh,
      errors: Said(
        kind: "Notice", "\(name) names “/app/config/ca.pem”, which the build does not have.",
        ["It may exist when the app runs. The build uses the system's certificates."],
        "If the release server needs it, name a file of the build image."
      ).text())
  }

  @Test func aRedirectToHTTPSIsFollowedAndToPlainHTTPIsNot() async {
    let (target, server, site) = (server(), TLSServer(), ReleaseSite(.newest))
    for file in [Self.checksums, "\(Log.version)/\(AgentRelease.newest.file)"] {
      server.answer(file, "302 .\r\nLocation: \(target.url)/\(file)")
    }
    expect(await build(from: server).compile(), output: Log.fresh)
    server.answer(Self.checksums, "302 .\r\nLocation: \(site.url)/\(Self.checksums)")
    let why = "it does not speak HTTP, or redirects to another kind of URL than https (curl 1)"
    expect(
      await build(from: server).compile(), status: 1, output: Log.text([Log.pinned]),
      errors: Said(
        ofMirror: "Could not download the Hoop agent.",
        ["https://127.0.0.1:1/release/\(Self.checksums): \(why)."]
      ).text())
    #expect(site.requests == [])
  }

  @Test(arguments: ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"])
  func aProxyOfTheUserIsUsedOrBypassed(_ name: String) async {
    let (server, proxy) = (server(), HTTPServer(answering: .tunnel))
    let build = build(from: server)
    let url = "http://user:password@127.0.0.1:\(proxy.port)"
    let isBypassed = name.lowercased() == "no_proxy"
    if isBypassed { build.environment["HTTPS_PROXY"] = url }
    build.set(name, isBypassed ? "example.com,127.0.0.1" : url)
    expect(await build.compile(), output: Log.fresh)
    let requests = Array(repeating: "127.0.0.1:\(server.port)", count: isBypassed ? 0 : 2)
    #expect(proxy.requests == requests)
  }

  @Test(arguments: [403, 407])
  func aProxyThatRefusesIsNamed(_ status: Int) async {
    let (server, proxy) = (server(), HTTPServer(answering: .status(status)))
    let build = build(from: server)
    build.set("HTTPS_PROXY", "http://user:hunter2@127.0.0.1:\(proxy.port)")
    let why = "the proxy “127.0.0.1:1” answered \(status)"
    expect(
      await build.compile(), status: 1, output: Log.text([Log.pinned]),
      errors: Said(
        "Could not download the Hoop agent.",
        ["https://127.0.0.1:1/release/\(Self.checksums): \(why)."], "Correct the proxy:",
        "heroku config:set HTTPS_PROXY=http://HOST:PORT"
      ).text())
    #expect(proxy.requests.count == 1)
  }

  @Test func aProxyThatIsBusyIsTriedAgain() async {
    let (server, proxy) = (server(), HTTPServer())
    let refusals = [502, 503, 504].map { HTTPServer.Answer.status($0) }
    proxy.answer("127.0.0.1:\(server.port)", refusals + [.tunnel])
    let build = build(from: server)
    build.set("HTTPS_PROXY", "http://127.0.0.1:\(proxy.port)")
    let tries = zip(["1.0", "2.0", "4.0"], [502, 503, 504]).map { wait, status in
      "Trying again in \(wait) s: the proxy “127.0.0.1:1” answered \(status)"
    }
    expect(
      await build.compile(),
      output: Log.text([Log.pinned] + tries + Log.downloaded + Log.installed))
  }
}
