import HoopAgent
import LocalTools
import Posix
import Testing

/// Which version is installed, and what is asked of the network for it.
@Suite struct VersionTests {
  private static let archive = "\(AgentVersion.newestKnown)/\(AgentRelease.newest.file)"

  @Test(arguments: [
    (nil, "is not set"), ("", "is empty"), (" \n", "is empty"), ("latest", "is latest"),
    ("latest\n", "is latest"),
  ])
  func theNewestIsAskedFor(_ value: String?, _ reason: String) async {
    let site = ReleaseSite(.bare, .newest)
    let build = HerokuBuild(from: site, version: value)
    let outcome = await build.compile()
    #expect(
      outcome.output.contains(
        "Version \(AgentVersion.newestKnown), the newest (HOOP_VERSION \(reason))\n"))
    #expect(
      site.requests == ["latest.txt", "\(AgentVersion.newestKnown)/checksums.txt", Self.archive])

    expect(await build.compile(), output: outcome.output.usingTheCache)
    #expect(
      site.requests.dropFirst(3) == ["latest.txt", "\(AgentVersion.newestKnown)/checksums.txt"])
  }

  @Test(arguments: [
    AgentVersion.newestKnown.description, "v\(AgentVersion.newestKnown)",
    " \(AgentVersion.newestKnown)\n", "\tv\(AgentVersion.newestKnown) ",
  ])
  func anExactVersionAsksForNoOther(_ value: String) async {
    let site = ReleaseSite(.newest, .bare)
    let build = HerokuBuild(from: site, version: value)
    let outcome = await build.compile()
    #expect(outcome.output.contains("Version \(AgentVersion.newestKnown), from HOOP_VERSION\n"))
    #expect(site.requests == ["\(AgentVersion.newestKnown)/checksums.txt", Self.archive])

    expect(await build.compile(), output: outcome.output.usingTheCache)
    #expect(site.requests.dropFirst(2) == ["\(AgentVersion.newestKnown)/checksums.txt"])
  }

  @Test func aKnownDigestAsksForNoChecksums() async {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site, version: AgentVersion.newestKnown.description)
    build.set("HOOP_SHA256", AgentRelease.newest.digest)
    await build.succeed()
    #expect(site.requests == [Self.archive])
    await build.succeed()
    #expect(site.requests == [Self.archive])
  }

  @Test func aLineFeedBehindTheNewestVersionIsHarmless() async {
    let site = ReleaseSite(.newest)
    site.answer("latest.txt", .text("\(AgentVersion.newestKnown)\n"))
    await HerokuBuild(from: site).succeed()
  }

  @Test(
    arguments: [
      AgentRelease.oldest, .withWrapper, .withHoopstart, .bare, .newest,
    ])
  func everyEraIsInstalledWithoutItsOwnScripts(_ release: AgentRelease) async {
    let build = HerokuBuild(from: ReleaseSite(release))
    let outcome = await build.compile()
    #expect(outcome.status == .exited(0))
    let names = try! (build.app / ".hoop/bin").names().map(\.string)
    let helper = release.version == AgentVersion.newestKnown.description ? ["hoop_rs"] : []
    #expect(names == ["hoop"] + helper + ["hoopstart"])
    #expect((build.app / ".hoop/bin/hoopstart").content == build.program.content)
    #expect((build.app / ".hoop/version").text == "\(release.version)\n")
  }
}

extension String {
  /// A log as it is where the agent was cached.
  fileprivate var usingTheCache: String {
    replacing(
      #/ {7}Downloading .*\n( {7}SHA-256 verified.*\n)/#,
      with: { "\($0.output.1)       Using the cached agent\n" })
  }
}
