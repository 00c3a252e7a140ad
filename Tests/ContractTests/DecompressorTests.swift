import HoopAgent
import Posix
import Testing

/// A cached archive is decompressed by zstd, or by gzip where there is none or it cannot.
@Suite(.enabled(if: Machine.canMount || !Machine.has("zstd"))) struct DecompressorTests {
  @Test(arguments: [
    "exec gzip \"$@\"", "exit 1", "cat >/dev/null", "cat >/dev/null; exit 1", "kill -9 $$",
    "gzip \"$@\" | head -c 700", "yes | head -c 9999",
  ])
  func whatZstdFailsAtIsForGzip(_ script: String) async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    await build.succeed()
    let asked = build.folder("zstd") / "asked"
    build.stand(inFor: "zstd", ": >'\(asked)'\n\(script)")
    await expectCachedAgent(build)
    #expect(asked.isThere)
  }

  @Test func whatTheCacheAloneVouchesForIsForGzip() async {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site, version: AgentVersion.newestKnown.description)
    build.scaleWaits(by: 0.05)
    await build.succeed()
    let asked = build.folder("zstd") / "asked"
    build.stand(inFor: "zstd", ": >'\(asked)'\nexec gzip \"$@\"")
    site.answer("\(AgentVersion.newestKnown)/checksums.txt", .status(503))
    await expectCachedAgent(build)
    #expect(!asked.isThere)
  }

  @Test func thereMayBeNone() async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    await build.succeed()
    if Machine.has("zstd") { build.hide(["zstd"]) }
    await expectCachedAgent(build)
  }

  /// Builds once more.
  private func expectCachedAgent(_ build: HerokuBuild) async {
    let before = [build.app, build.cache].map(FolderSnapshot.init)
    try! (build.app / ".hoop").removeTree()
    let outcome = await build.compile()
    #expect(outcome.status == .exited(0))
    #expect(outcome.output.contains("       Using the cached agent\n"))
    #expect([build.app, build.cache].map(FolderSnapshot.init) == before)
  }
}
