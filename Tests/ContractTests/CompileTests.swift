import HoopAgent
import LocalTools
import Posix
import Testing

/// What the user of a deploy reads.
@Suite struct CompileTests {
  private static let publishes =
    "       Publishes myapp from every process that starts with hoopstart\n"

  private static let installed = """
           Downloading \(AgentRelease.newest.file) (1.5 MB)
           SHA-256 verified: \(AgentRelease.newest.shortDigest)
           Installed in 0.0 s: hoop, hoop_rs, hoopstart
    \(publishes)
    """

  private static let cached = """
           SHA-256 verified: \(AgentRelease.newest.shortDigest)
           Using the cached agent
           Installed in 0.0 s: hoop, hoop_rs, hoopstart
    \(publishes)
    """

  @Test func takesTheNewestAgentWhereNothingIsPinned() async {
    let build = HerokuBuild(from: ReleaseSite(.bare, .newest))
    expect(
      await build.compile(),
      output: """
        -----> Hoop agent
               Version \(AgentVersion.newestKnown), the newest (HOOP_VERSION is not set)
        \(Self.installed)
        """)
  }

  @Test func takesAPinnedAgentFromTheCache() async {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site, version: AgentVersion.newestKnown.description)
    expect(await build.compile(), output: FailedBuild.pinned + Self.installed)
    expect(await build.compile(), output: FailedBuild.pinned + Self.cached)
  }

  @Test func triesAgainWhatMayPass() async {
    let site = ReleaseSite(.newest)
    site.answer(
      "\(AgentVersion.newestKnown)/checksums.txt", .status(503), .nothing, .status(429),
      .text(ReleaseSite.checksums(.newest)))
    let archive = AgentRelease.newest.archive
    site.answer(
      "\(AgentVersion.newestKnown)/\(AgentRelease.newest.file)",
      .cut(archive, after: archive.count / 2),
      .content(archive))
    let build = HerokuBuild(from: site, version: AgentVersion.newestKnown.description)
    build.scaleWaits(by: 0.1)
    expect(
      await build.compile(),
      output: """
        \(FailedBuild.pinned)       Trying again in 1.0 s: the server answered 503
               Trying again in 2.0 s: the connection was cut (curl 52)
               Trying again in 4.0 s: the server answered 429
               Downloading \(AgentRelease.newest.file) (1.5 MB)
               Trying again in 1.0 s: the connection was cut before all had come (curl 18)
               SHA-256 verified: \(AgentRelease.newest.shortDigest)
               Installed in 0.0 s: hoop, hoop_rs, hoopstart
        \(Self.publishes)
        """)
  }

  @Test func takesAnAgentWhoseDigestTheUserKnows() async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    build.set("HOOP_SHA256", " \(AgentRelease.newest.digest.uppercased())\n")
    expect(
      await build.compile(),
      output: """
        \(FailedBuild.downloading)       SHA-256 verified against HOOP_SHA256: \
        \(AgentRelease.newest.shortDigest)
               Installed in 0.0 s: hoop, hoop_rs, hoopstart
        \(Self.publishes)
        """)
  }

  @Test(arguments: ["1", "TRUE", " yes\n", "on"])
  func installsNoAgentWhereItIsDisabled(_ value: String) async {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site)
    build.set("HOOP_DISABLED", value)
    build.set("HOOP_VERSION", "nonsense")
    expect(
      await build.compile(),
      output: """
        -----> Hoop agent
               HOOP_DISABLED is on: the slug gets no agent
               Installed in 0.0 s: hoopstart

        """)
    #expect(site.requests == [])
    #expect(!build.cache.isThere)
    #expect((build.app / ".hoop/bin/hoopstart").isThere)
  }

  @Test func doesTheSameForHerokuCI() async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    expect(await build.testCompile(), output: FailedBuild.pinned + Self.installed)
  }

  @Test func readsTheEnvironmentWhereAnOldCallerNamesNoFolder() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    for name in try! build.configVars!.names() {
      build.environment[name.string] = (build.configVars! / name).text
    }
    build.environment["HOOP_VERSION"] = AgentVersion.newestKnown.description
    build.configVars = nil
    expect(await build.compile(), output: FailedBuild.pinned + Self.installed)
  }

  @Test func takesReleasesFromAFolder() async {
    let build = HerokuBuild(from: ReleaseSite(), version: AgentVersion.newestKnown.description)
    let mirror = build.folder("mirror")
    (mirror / "\(AgentVersion.newestKnown)/checksums.txt").write(ReleaseSite.checksums(.newest))
    (mirror / AgentVersion.newestKnown.description / AgentRelease.newest.file).write(
      AgentRelease.newest.archive)
    build.set("HOOP_RELEASES_URL", "file://\(mirror)/")
    expect(await build.compile(), output: FailedBuild.pinned + Self.installed)
  }

  @Test(.enabled(if: Machine.canMount)) func hashesBySha256sumWhereThereIsNoOpenssl() async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    build.hide(["openssl"])
    expect(await build.compile(), output: FailedBuild.pinned + Self.installed)
  }
}
