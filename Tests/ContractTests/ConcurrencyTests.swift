import HoopAgent
import LocalTools
import Posix
import Testing

/// Builds that run at the same time.
@Suite struct ConcurrencyTests {
  /// The newest archive and its digest, and nothing else.
  private static let cached = [AgentRelease.newest.file, "\(AgentRelease.newest.file).sha256"]

  @Test(arguments: 0..<4)
  func twoOnOneCacheBothSucceed(_ round: Int) async {
    let site = ReleaseSite(.newest)
    let (one, other) = (HerokuBuild(from: site), HerokuBuild(from: site))
    other.cache = one.cache
    await expectBothSucceed(one.compiling, other.compiling)
    let slug = await Undisturbed.build.value.slug
    #expect(FolderSnapshot(of: one.app) == slug)
    #expect(FolderSnapshot(of: other.app) == slug)
    #expect(try! (one.cache / "hoop").names().map(\.string) == Self.cached)
    #expect(one.leftovers + other.leftovers == [])
    #expect(await one.compile().output.contains("Using the cached agent"))
  }

  @Test func twoVersionsOnOneCacheBothSucceed() async {
    let site = ReleaseSite(.bare, .newest)
    let one = HerokuBuild(from: site, version: AgentVersion.newestKnown.description)
    let other = HerokuBuild(from: site, version: "1.30.0")
    other.cache = one.cache
    await expectBothSucceed(one.compiling, other.compiling)
    #expect((one.app / ".hoop/version").text == "\(AgentVersion.newestKnown)\n")
    #expect((other.app / ".hoop/version").text == "1.30.0\n")
    #expect(one.leftovers == [])
    await one.succeed()
    #expect(try! (one.cache / "hoop").names().map(\.string) == Self.cached)
  }

  private func expectBothSucceed(_ one: ProcessConfiguration, _ other: ProcessConfiguration) async {
    async let first: Outcome = one.outcome()
    async let second: Outcome = other.outcome()
    for outcome in await [first, second] {
      #expect(outcome.status == .exited(0), "\(outcome.output)\(outcome.errors)")
    }
  }
}
