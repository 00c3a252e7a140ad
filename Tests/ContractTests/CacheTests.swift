import Glibc
import HoopAgent
import LocalTools
import Posix
import Testing

/// What is kept from one build to the next, and how little it is trusted.
@Suite struct CacheTests {
  private static let archive = "hoop/\(AgentRelease.newest.file)"
  private static let note = "\(archive).sha256"
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

  @Test func itHoldsTheArchiveAndItsDigest() async {
    let build = await built()
    #expect(
      FolderSnapshot(of: build.cache).listing == [
        "folder 755 hoop", "file 644 \(Self.archive)", "file 644 \(Self.note)",
      ])
    #expect((build.cache / Self.archive).content == AgentRelease.newest.archive)
    let release = AgentRelease.newest
    #expect((build.cache / Self.note).text == "\(release.digest)  \(release.file)\n")
  }

  @Test(arguments: [archive, note, "hoop"])
  func whatIsMissingIsThereAgain(_ name: String) async {
    let build = await built()
    let cache = FolderSnapshot(of: build.cache)
    try! (build.cache / name).removeTree()
    await build.succeed()
    #expect(FolderSnapshot(of: build.cache) == cache)
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
      (build.cache / Self.note).write(
        "\(AgentRelease.bare.digest)  \(AgentRelease.newest.file)\n")
    }
    let isPinned = what.hasSuffix("HOOP_SHA256")
    if isPinned { build.set("HOOP_SHA256", AgentRelease.newest.digest) }
    let names = isPinned ? "that HOOP_SHA256 names" : "that was released"
    #expect(
      await build.succeed().output.contains(
        "       The cached agent is not the one \(names), and is not used\n"))
    #expect([build.app, build.cache].map(FolderSnapshot.init) == before)
    #expect(await build.compile().output.contains(Self.isUsed))
  }

  /// As archives of caches and some CI systems bring it back.
  @Test func aCacheThatEverybodyMayWriteIsUsed() async {
    let build = await built()
    for name in ["", "hoop", Self.archive, Self.note] {
      try! (build.cache / name).setMode(name.contains("tar") ? 0o666 : 0o777)
    }
    #expect(await build.succeed().output.contains(Self.isUsed))
  }

  @Test func onlyTheVersionInUseStays() async {
    let site = ReleaseSite(.bare)
    let build = await built(site, version: nil)
    for name in ["bundle/kept", "hoop/1.30.0-linux-x86_64/hoop", "hoop/.hoop.tmp.1z14/x/hoop"] {
      (build.cache / name).write("old")
    }
    (build.cache / ".hoop.tmp.0123456789abcdef/hoop").write("of a killed build")
    site.publish(.newest)
    await build.succeed()
    #expect(
      FolderSnapshot(of: build.cache).listing == [
        "folder 755 bundle", "file 644 bundle/kept", "folder 755 hoop", "file 644 \(Self.archive)",
        "file 644 \(Self.note)",
      ])
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

  private func notUpdated(_ reason: String...) -> Said {
    Said(
      kind: "Warning", "The build cache could not be updated.",
      reason + ["The agent is in the slug all the same. The next deploy may download it again."],
      "If this happens again, empty the cache:", "heroku builds:cache:purge")
  }

  @Test func oneThatCannotBeWrittenIsOnlyAWarning() async {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: Log.version)
    build.runAsAnotherUser()
    _ = build.app.withCString { chown($0, Machine.nobody, Machine.nobody) }
    try! build.cache.makeFolders()
    try! build.cache.setMode(0o555)
    expect(
      await build.compile(), output: Log.text([Log.pinned] + Log.downloaded + Log.installed),
      errors: notUpdated("“/tmp/cache” cannot be written.", "mkdir: Permission denied").text())
    #expect((build.app / ".hoop/bin/hoop").isThere)
    #expect(try! build.cache.names() == [])
  }

  @Test func oneThatIsAFileIsOnlyAWarning() async {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: Log.version)
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
    let (one, other) = (
      HerokuBuild(from: site, version: Log.version), HerokuBuild(from: site, version: version)
    )
    other.cache = one.cache
    async let first = one.succeed()
    async let second = other.succeed()
    _ = await (first, second)
    #expect((one.app / ".hoop/version").text == "\(Log.version)\n")
    #expect((other.app / ".hoop/version").text == "\(version ?? Log.version)\n")
    await one.succeed()
    #expect(
      try! (one.cache / "hoop").names().map { Path("hoop") / $0 } == [
        Path(Self.archive), Path(Self.note),
      ])
    #expect(one.leftovers + other.leftovers == [])
  }
}
