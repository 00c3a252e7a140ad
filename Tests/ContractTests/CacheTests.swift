import Posix
import Testing

/// What is kept from one build to the next, and how little it is trusted.
@Suite struct CacheTests {
  private static let archive = "hoop/\(AgentRelease.newest.file)"
  private static let note = "\(archive).sha256"
  private static let listing = ["folder 755 hoop", "file 644 \(archive)", "file 644 \(note)"]
  private static let isUsed = "       Using the cached agent\n"

  /// A build that succeeded once.
  private func built(
    _ site: ReleaseSite = ReleaseSite(.newest), version: String? = Log.version
  ) async -> HerokuBuild {
    let build = HerokuBuild(from: site, version: version)
    build.scaleWaits(by: 0.05)
    await build.succeed()
    return build
  }

  /// What is missing is there again.
  @Test(arguments: ["nothing", archive, note, "hoop"])
  func itHoldsTheArchiveAndItsDigest(_ missing: String) async {
    let build = await built()
    if missing != "nothing" {
      try! (build.cache / missing).removeTree()
      await build.succeed()
    }
    #expect(FolderSnapshot(of: build.cache).listing == Self.listing)
    #expect((build.cache / Self.archive).content == AgentRelease.newest.archive)
    let release = AgentRelease.newest
    #expect((build.cache / Self.note).text == "\(release.digest)  \(release.file)\n")
  }

  /// Content is what counts: an archive with its own digest beside it does not vouch for itself, and
  /// permissions do not matter.
  @Test(arguments: ["a damaged archive", "a forged entry", "a forged entry, with HOOP_SHA256"])
  func anotherArchiveIsNotUsed(_ what: String) async {
    let build = await built()
    let before = [build.app, build.cache].map(FolderSnapshot.init)
    let path = build.cache / Self.archive
    if what == "a damaged archive" {
      path.write(path.content.dropLast() + [path.content.last! ^ 1])
    } else {
      path.write(AgentRelease.bare.archive)
      (build.cache / Self.note).write("\(AgentRelease.bare.digest)  \(AgentRelease.newest.file)\n")
    }
    let isPinned = what.hasSuffix("HOOP_SHA256")
    if isPinned { build.set("HOOP_SHA256", AgentRelease.newest.digest) }
    let names = isPinned ? "that HOOP_SHA256 names" : "that was released"
    let line = "       The cached agent is not the one \(names), and is not used\n"
    #expect(await build.succeed().output.contains(line))
    #expect([build.app, build.cache].map(FolderSnapshot.init) == before)
    // Archives of caches and some CI systems bring it back like this.
    ProcessConfiguration("chmod", ["-R", "a+rwX", build.cache.string]).mustSucceed()
    #expect(await build.succeed().output.contains(Self.isUsed))
  }

  @Test func onlyTheVersionInUseStays() async {
    let site = ReleaseSite(.bare)
    let build = await built(site, version: nil)
    for name in ["bundle/kept", "hoop/1.30.0-linux-x86_64/hoop", "hoop/.hoop.tmp.1z14/x/hoop"] {
      (build.cache / name).write("old")
    }
    site.publish(.newest)
    let kept = ["folder 755 bundle", "file 644 bundle/kept"]
    for _ in ["downloaded", "cached"] {
      (build.cache / ".hoop.tmp.0123456789abcdef/hoop").write("of a killed build")
      await build.succeed()
      #expect(FolderSnapshot(of: build.cache).listing == kept + Self.listing)
    }
  }

  @Test(arguments: [
    "rm -r hoop; ln -s ../precious hoop", "rm -r hoop; echo >hoop", "rm hoop/$0; mkdir hoop/$0",
    "rm hoop/$0; ln -s /dev/zero hoop/$0", "rm hoop/$0; mkfifo hoop/$0", "truncate -s 3G hoop/$0",
  ])
  func whatIsInItsPlaceIsReplaced(_ script: String) async {
    let build = await built()
    let before = FolderSnapshot(of: build.cache)
    (build.cache.folder / "precious/kept").write("kept")
    ProcessConfiguration("sh", ["-euc", script, AgentRelease.newest.file], in: build.cache)
      .mustSucceed()
    await build.succeed()
    #expect(FolderSnapshot(of: build.cache) == before)
    #expect((build.cache.folder / "precious/kept").isThere)
  }

  static func notUpdated(_ reason: [String], _ remedy: String, _ step: String) -> String {
    Said(
      kind: "Warning", "The build cache could not be updated.",
      reason + ["The next deploy may download the agent again."], remedy, step
    ).text()
  }

  @Test func oneThatCannotBeWrittenIsOnlyAWarning() async {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: Log.version)
    build.runAsAnotherUser()
    build.app.giveAway()
    try! build.cache.makeFolders()
    try! build.cache.setMode(0o555)
    expect(
      await build.compile(), output: Log.fresh,
      errors: Self.notUpdated(
        ["“/tmp/cache” cannot be written.", "mkdir: Permission denied"],
        "Give the build's user the right to write there:", "chmod u+rwx /tmp/cache"))
    #expect((build.app / ".hoop/bin/hoop").isThere)
    #expect(try! build.cache.names() == [])

    build.wrapper = []
    try! build.cache.removeTree()
    build.cache.write("a file")
    #expect(await build.succeed().errors.contains("The build cache could not be updated."))
    #expect(build.cache.text == "a file")
  }

  /// zstd takes half of gzip's time. What it fails at, gzip has the last word on.
  @Test(
    .enabled(if: Machine.canMount && Machine.has("zstd")),
    arguments: [
      "#!/bin/sh\nexec gzip \"$@\"", "#!/bin/sh\nexit 1", "#!/bin/sh\ncat >/dev/null",
      "#!/bin/sh\nkill -9 $$", "#!/bin/sh\ngzip \"$@\" | head -c 700",
      "#!/bin/sh\nyes | head -c 9999", "no program\n", "#!/no/such/shell\n", "",
    ])
  func whatZstdFailsAtIsForGzip(_ program: String) async {
    let build = await built()
    let before = [build.app, build.cache].map(FolderSnapshot.init)
    if program.isEmpty { build.hide(["zstd"]) } else { build.stand(inFor: "zstd", program) }
    #expect(await build.succeed().output.contains(Self.isUsed))
    #expect([build.app, build.cache].map(FolderSnapshot.init) == before)
  }

  @Test(arguments: [nil, "1.30.0"])
  func twoBuildsOnOneCacheBothSucceed(_ version: String?) async {
    let site = ReleaseSite(.bare, .newest)
    let one = HerokuBuild(from: site, version: Log.version)
    let other = HerokuBuild(from: site, version: version)
    other.cache = one.cache
    async let first = one.succeed()
    async let second = other.succeed()
    _ = await (first, second)
    #expect((one.app / ".hoop/version").text == "\(Log.version)\n")
    #expect((other.app / ".hoop/version").text == "\(version ?? Log.version)\n")
    await one.succeed()
    #expect(FolderSnapshot(of: one.cache).listing == Self.listing)
    #expect(one.leftovers + other.leftovers == [])
  }
}
