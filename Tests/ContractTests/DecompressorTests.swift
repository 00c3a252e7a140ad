import HoopAgent
import Posix
import Testing

/// A cached archive is decompressed by zstd, or by gzip where there is none or it cannot.
@Suite(.enabled(if: Machine.canMount && Machine.has("zstd"))) struct DecompressorTests {
  @Test(arguments: [
    "exec gzip \"$@\"", "exit 1", "cat >/dev/null", "cat >/dev/null; exit 1", "kill -9 $$",
    "gzip \"$@\" | head -c 700", "yes | head -c 9999",
  ])
  func whatZstdFailsAtIsForGzip(_ script: String) async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    await build.succeed()
    let asked = build.folder("zstd") / "asked"
    build.stand(inFor: "zstd", "#!/bin/sh\n: >'\(asked)'\n\(script)\n")
    await expectCachedAgent(build)
    #expect(asked.isThere)
  }

  @Test func whatTheCacheAloneVouchesForIsForGzip() async {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site, version: AgentVersion.newestKnown.description)
    build.scaleWaits(by: 0.05)
    await build.succeed()
    let asked = build.folder("zstd") / "asked"
    build.stand(inFor: "zstd", "#!/bin/sh\n: >'\(asked)'\nexec gzip \"$@\"\n")
    site.answer("\(AgentVersion.newestKnown)/checksums.txt", .status(503))
    await expectCachedAgent(build)
    #expect(!asked.isThere)
  }

  @Test func thereMayBeNone() async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    await build.succeed()
    build.hide(["zstd"])
    // Where the system has none, PATH has no say in it.
    let folder = build.folder("vendor")
    (folder / "zstd").write("#!/bin/sh\n: >'\(folder)/asked'\nexec gzip \"$@\"\n", mode: 0o755)
    build.environment["PATH"] = "\(folder):/usr/bin:/bin"
    await expectCachedAgent(build)
    #expect(!(folder / "asked").isThere)
  }

  @Test(arguments: ["no program\n", "", "#!/no/such/shell\n", "#!/etc/passwd\n"])
  func thereMayBeOneThatCannotBeExecuted(_ content: String) async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    await build.succeed()
    build.stand(inFor: "zstd", content)
    await expectCachedAgent(build)
  }

  /// zstd knows more formats than gzip, and a release has one whether it is cached or not.
  @Test func whatGzipCannotReadIsRefusedFromTheCacheToo() async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    await build.succeed()
    let archive = build.cache / "hoop" / AgentRelease.newest.file
    ProcessConfiguration(
      "sh", ["-c", "gzip -dc \"$0\" | zstd -qc >\"$0.x\" && cat \"$0.x\" >\"$0\"", archive.string]
    ).mustSucceed()
    let sum: Outcome = await ProcessConfiguration("sha256sum", [archive.string]).outcome()
    build.set("HOOP_SHA256", String(sum.output.prefix(64)))
    let outcome = await build.compile()
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("It is not compressed by gzip"))
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
