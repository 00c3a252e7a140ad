import HoopAgent
import LocalTools
import Posix
import Testing

/// Releases over HTTPS, with certificates and proxies of the user's own.
@Suite struct TLSTests {
  private static let certificateVariables = ["CURL_CA_BUNDLE", "SSL_CERT_FILE"]

  private static let log = """
    \(FailedBuild.pinned)       Downloading \(AgentRelease.newest.file)
           SHA-256 verified: \(AgentRelease.newest.shortDigest)
           Installed in 0.0 s: hoop, hoop_rs, hoopstart
           Publishes myapp from every process that starts with hoopstart

    """

  private func build(from server: TLSServer) -> HerokuBuild {
    let build = HerokuBuild(from: ReleaseSite(), version: AgentVersion.newestKnown.description)
    build.set("HOOP_RELEASES_URL", server.url)
    return build
  }

  private func failure(_ file: String, _ why: String, remedy: String, _ example: String) -> String {
    """
     !     Error: The Hoop agent could not be downloaded.
     !
     !     https://127.0.0.1:1/release/\(file): \(why).
     !
     !     \(remedy)
     !
     !         \(example)

    """
  }

  @Test(arguments: certificateVariables)
  func aCertificateIsTrustedByTheEnvironment(_ variable: String) async {
    let server = TLSServer()
    server.publish(.newest)
    let build = build(from: server)
    build.environment[variable] = TLSServer.certificate.string
    expect(await build.compile(), output: Self.log)
  }

  @Test(arguments: certificateVariables)
  func aCertificateIsTrustedByAConfigVar(_ variable: String) async {
    let server = TLSServer()
    server.publish(.newest)
    let build = build(from: server)
    build.environment[variable] = "/nowhere"
    build.set(variable, TLSServer.certificate.string)
    expect(await build.compile(), output: Self.log)
  }

  @Test func aCertificateOfNobodyIsNotTrusted() async {
    let server = TLSServer()
    server.publish(.newest)
    expect(
      await build(from: server).compile(), status: 1, output: FailedBuild.pinned,
      errors: failure(
        "\(AgentVersion.newestKnown)/checksums.txt", "its certificate is not trusted (curl 60)",
        remedy: "If a proxy or a mirror has a certificate of its own, name the file that holds it:",
        "heroku config:set CURL_CA_BUNDLE=/path/to/certificates.pem"))
  }

  @Test func aRedirectToHTTPSIsFollowed() async {
    let (target, server) = (TLSServer(), TLSServer(.answers))
    target.publish(.newest)
    for file in [
      "\(AgentVersion.newestKnown)/checksums.txt",
      "\(AgentVersion.newestKnown)/\(AgentRelease.newest.file)",
    ] {
      server.put("release/\(file)", "HTTP/1.1 302 .\r\nLocation: \(target.url)/\(file)\r\n\r\n")
    }
    let build = build(from: server)
    build.set("CURL_CA_BUNDLE", TLSServer.certificate.string)
    expect(await build.compile(), output: Self.log)
  }

  @Test func aRedirectToPlainHTTPIsNot() async {
    let (site, server) = (ReleaseSite(.newest), TLSServer(.answers))
    let file = "\(AgentVersion.newestKnown)/checksums.txt"
    server.put("release/\(file)", "HTTP/1.1 302 .\r\nLocation: \(site.url)/\(file)\r\n\r\n")
    let build = build(from: server)
    build.set("CURL_CA_BUNDLE", TLSServer.certificate.string)
    expect(
      await build.compile(), status: 1, output: FailedBuild.pinned,
      errors: failure(
        file, "it speaks no HTTP, or redirects to another kind of URL than https (curl 1)",
        remedy: "Deploy again in a while. If it stays, see whether the server is up:",
        "curl -I https://127.0.0.1:1/release/\(file)"))
    #expect(site.requests == [])
  }

  @Test(arguments: ["HTTPS_PROXY", "https_proxy"])
  func aProxyOfTheUserIsUsed(_ variable: String) async {
    let (server, proxy) = (TLSServer(), ConnectProxy())
    server.publish(.newest)
    let build = build(from: server)
    build.set("CURL_CA_BUNDLE", TLSServer.certificate.string)
    build.set(variable, "http://user:password@127.0.0.1:\(proxy.port)")
    expect(await build.compile(), output: Self.log)
    #expect(proxy.addresses == Array(repeating: "127.0.0.1:\(server.port)", count: 2))
  }

  @Test(arguments: ["NO_PROXY", "no_proxy"])
  func aProxyIsPassedByWhereTheUserSaysSo(_ variable: String) async {
    let (server, proxy) = (TLSServer(), ConnectProxy())
    server.publish(.newest)
    let build = build(from: server)
    build.environment["CURL_CA_BUNDLE"] = TLSServer.certificate.string
    build.environment["HTTPS_PROXY"] = "http://127.0.0.1:\(proxy.port)"
    build.set(variable, "example.com,127.0.0.1")
    expect(await build.compile(), output: Self.log)
    #expect(proxy.addresses == [])
  }
}
