import Glibc
import HoopAgent
import LocalTools
import Posix
import Testing

/// What is kept from one build to the next, and what of it is trusted.
@Suite struct CacheTests {
  private static let archive = "hoop/\(AgentRelease.newest.file)"
  private static let note = "\(archive).sha256"
  private static let older = "hoop/\(AgentRelease.bare.file)"
  private static let usesIt = "       Using the cached agent\n"
  private static let isAnother =
    "       The cached agent is not the one that was released, and is not used\n"

  @Test func itHoldsTheArchiveAndItsDigest() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    await build.succeed()
    #expect(
      FolderSnapshot(of: build.cache).listing == [
        "folder 755 hoop", "file 644 \(Self.archive)", "file 644 \(Self.note)",
      ])
    #expect((build.cache / Self.archive).content == AgentRelease.newest.archive)
    let release = AgentRelease.newest
    #expect((build.cache / Self.note).text == "\(release.digest)  \(release.file)\n")
  }

  @Test func aCachedBuildAsksForTheChecksumsAlone() async {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site, version: AgentVersion.newestKnown.description)
    await build.succeed()
    let slug = FolderSnapshot(of: build.app)
    expect(
      await build.compile(),
      output: """
        -----> Hoop agent
               Version \(AgentVersion.newestKnown), from HOOP_VERSION
               SHA-256 verified: \(AgentRelease.newest.shortDigest)
               Using the cached agent
               Installed in 0.0 s: hoop, hoop_rs, hoopstart
               Publishes myapp from every process that starts with hoopstart

        """)
    #expect(site.requests.last == "\(AgentVersion.newestKnown)/checksums.txt")
    #expect(site.requests.count == 3)
    #expect(FolderSnapshot(of: build.app) == slug)
    build.set("HOOP_SHA256", AgentRelease.newest.digest)
    #expect(await build.compile().output.contains(Self.usesIt))
    #expect(site.requests.count == 3)
  }

  @Test func aDamagedArchiveIsDownloadedAgain() async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    await build.succeed()
    let (cache, slug) = (FolderSnapshot(of: build.cache), FolderSnapshot(of: build.app))
    let path = build.cache / Self.archive
    path.write(path.content.dropLast() + [path.content.last! ^ 1])
    #expect(await build.compile().output.contains(Self.isAnother))
    #expect(FolderSnapshot(of: build.app) == slug)
    #expect(FolderSnapshot(of: build.cache) == cache)
    #expect(await build.compile().output.contains(Self.usesIt))
  }

  @Test(arguments: [archive, note, "hoop"])
  func whatIsNotThereIsThereAgain(_ name: String) async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    await build.succeed()
    let cache = FolderSnapshot(of: build.cache)
    try! (build.cache / name).removeTree()
    await build.succeed()
    #expect(FolderSnapshot(of: build.cache) == cache)
  }

  /// A release of another version under the name of the newest, and its own digest beside it.
  private func forge(_ build: HerokuBuild) {
    (build.cache / Self.archive).write(AgentRelease.bare.archive)
    (build.cache / Self.note).write(
      "\(AgentRelease.bare.digest)  \(AgentRelease.newest.file)\n")
    _ = [Self.archive, Self.note].map { try! (build.cache / $0).setMode(0o644) }
  }

  @Test(arguments: [nil, AgentRelease.newest.digest])
  func aForgedEntryDoesNotVouchForItself(_ pin: String?) async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    await build.succeed()
    let (cache, slug) = (FolderSnapshot(of: build.cache), FolderSnapshot(of: build.app))
    forge(build)
    build.set("HOOP_SHA256", pin)
    let says = pin == nil ? "that was released" : "that HOOP_SHA256 names"
    let outcome = await build.compile()
    #expect(
      outcome.output.contains("       The cached agent is not the one \(says), and is not used\n"))
    #expect(outcome.status == .exited(0))
    #expect(FolderSnapshot(of: build.app) == slug)
    #expect(FolderSnapshot(of: build.cache) == cache)
  }

  @Test func whereTheChecksumsCannotBeFetchedTheNotedDigestHasToDo() async {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site, version: AgentVersion.newestKnown.description)
    build.scaleWaits(by: 0.05)
    await build.succeed()
    site.answer("\(AgentVersion.newestKnown)/checksums.txt", .status(503))
    expect(
      await build.compile(),
      output: """
        -----> Hoop agent
               Version \(AgentVersion.newestKnown), from HOOP_VERSION
               Trying again in 1.0 s: the server answered 503
               Trying again in 2.0 s: the server answered 503
               Trying again in 4.0 s: the server answered 503
               SHA-256 as noted when it was cached: \(AgentRelease.newest.shortDigest)
               Using the cached agent
               Installed in 0.0 s: hoop, hoop_rs, hoopstart
               Publishes myapp from every process that starts with hoopstart

        """,
      errors: """
         !     Warning: The cached agent cannot be verified against its release.
         !
         !     http://127.0.0.1:1/release/\(AgentVersion.newestKnown)/checksums.txt: the server answered 503.
         !     It is compared with the digest that was noted beside it when it was cached. Whoever can
         !     write the cache, such as another buildpack, can have changed both.
         !
         !     Deploy again in a while, or pin the digest, which needs no checksums.txt:
         !
         !         heroku config:set HOOP_VERSION=\(AgentVersion.newestKnown) HOOP_SHA256=DIGEST


        """)
    #expect(await build.report().output.contains(#""code": "cached-digest""#))
  }

  @Test func withoutANoteTheChecksumsMustBeFetched() async {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site, version: AgentVersion.newestKnown.description)
    build.scaleWaits(by: 0.05)
    await build.succeed()
    try! (build.cache / Self.note).removeTree()
    site.answer("\(AgentVersion.newestKnown)/checksums.txt", .status(503))
    #expect(await build.compile().status == .exited(1))
  }

  /// That there is no such release is an answer, and no reason to take the cache's word.
  @Test func aVersionThatTheReleaseDeniesIsNotTakenFromTheCache() async {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site, version: AgentVersion.newestKnown.description)
    await build.succeed()
    site.answer("\(AgentVersion.newestKnown)/checksums.txt", .status(404))
    let outcome = await build.compile()
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("does not exist for"))
  }

  @Test func onlyTheVersionInUseStays() async {
    let site = ReleaseSite(.bare)
    let build = HerokuBuild(from: site)
    for name in ["bundle/kept", "hoop/kept", "hoop/1.2.3-linux-sparc/kept"] {
      (build.cache / name).write("another's")
    }
    try! (build.cache / "hoop").setMode(0o755)
    await build.succeed()
    #expect((build.cache / Self.older).isThere)
    site.publish(.newest)
    await build.succeed()
    #expect(
      try! (build.cache / "hoop").names().map(\.string) == [
        "1.2.3-linux-sparc", AgentRelease.newest.file, "\(AgentRelease.newest.file).sha256", "kept",
      ])
    #expect((build.cache / "bundle/kept").isThere)
  }

  @Test func whatEarlierVersionsOfTheBuildpackHaveStoredGoes() async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    await build.succeed()
    let cache = FolderSnapshot(of: build.cache)
    for name in ["1.30.0-linux-x86_64/manifest", ".hoop.tmp.1z141z3mxqke8/x/hoop"] {
      (build.cache / "hoop" / name).write("old")
    }
    await build.succeed()
    #expect(FolderSnapshot(of: build.cache) == cache)
  }

  @Test func theNewestInItHasToDoWhereNobodySaysWhichIsTheNewest() async {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site)
    build.scaleWaits(by: 0.05)
    await build.succeed()
    site.answer("latest.txt", .status(404))
    expect(
      await build.compile(),
      output: """
        -----> Hoop agent
               Version \(AgentVersion.newestKnown), the newest in the cache
               SHA-256 verified: \(AgentRelease.newest.shortDigest)
               Using the cached agent
               Installed in 0.0 s: hoop, hoop_rs, hoopstart
               Publishes myapp from every process that starts with hoopstart

        """,
      errors: """
         !     Warning: The newest version of the Hoop agent could not be found out.
         !
         !     http://127.0.0.1:1/release/latest.txt: the server answered 404.
         !
         !     This build takes \(AgentVersion.newestKnown), the newest in the cache. To ask for no other:
         !
         !         heroku config:set HOOP_VERSION=\(AgentVersion.newestKnown)


        """)
  }

  @Test func whatAKilledBuildLeftInItGoes() async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    await build.succeed()
    let cache = FolderSnapshot(of: build.cache)
    (build.cache / ".hoop.tmp.0123456789abcdeffedcba9876543210/hoop").write("half an agent")
    try! (build.cache / Self.archive).removeTree()
    await build.succeed()
    #expect(FolderSnapshot(of: build.cache) == cache)
  }

  /// What somebody may put where the cache should be; `$0` is the archive's name.
  private static let planted = [
    ("a link to the app", "rm -r hoop; ln -s /proc/self/cwd hoop"),
    ("a link to a folder", "rm -r hoop; ln -s ../precious hoop"),
    ("a file", "rm -r hoop; echo >hoop"), ("a pipe", "rm -r hoop; mkfifo hoop"),
    ("a link as the archive", "ln -sf ../../precious/file hoop/$0"),
    ("a link as the note", "ln -sf ../../precious/file hoop/$0.sha256"),
    ("a pipe as the archive", "rm hoop/$0; mkfifo hoop/$0"),
    ("a folder as the archive", "rm hoop/$0; mkdir -p hoop/$0/deep"),
    ("a device as the archive", "ln -sf /dev/zero hoop/$0"),
    ("an archive that anybody may write", "chmod 666 hoop/$0"),
    ("an endless archive", "truncate -s 2000000000 hoop/$0"),
    ("a link of an earlier version", "ln -s ../../precious hoop/1.30.0-linux-x86_64"),
    (
      "links below one of an earlier version",
      "mkdir hoop/1.30.0-linux-x86_64; ln -s ../../../precious hoop/1.30.0-linux-x86_64/x"
    ),
    (
      "a tree that is 3,000 deep",
      """
      mkdir hoop/1.30.0-linux-x86_64; cd hoop/1.30.0-linux-x86_64
      deep=$(printf '%01500d' 0 | sed 's|0|d/|g'); mkdir -p $deep; cd $deep; mkdir -p $deep
      """
    ),
  ].map { Planted(name: $0, script: $1) }

  struct Planted: CustomTestStringConvertible, Sendable {
    let name: String
    let script: String
    var testDescription: String { name }
  }

  @Test(arguments: planted) func whatIsPlantedInItDoesNoHarm(_ planted: Planted) async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    let precious = build.folder("precious")
    (precious / "file").write("precious")
    (build.app / "file").write("the app's")
    await build.succeed()
    let before = [build.app, build.cache, precious].map(FolderSnapshot.init)
    ProcessConfiguration(
      "sh", ["-c", planted.script, AgentRelease.newest.file], in: build.cache
    ).mustSucceed()
    #expect(await build.compile().status == .exited(0))
    #expect([build.app, build.cache, precious].map(FolderSnapshot.init) == before)
    #expect(await build.compile().output.contains(Self.usesIt))
  }
}
