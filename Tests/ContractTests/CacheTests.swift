import Glibc
import LocalTools
import Posix
import Testing

/// What is kept from one build to the next, and what of it is trusted.
@Suite struct CacheTests {
  private static let entry = "hoop/1.148.0-linux-\(AgentRelease.architecture)"
  private static let older = "hoop/1.30.0-linux-\(AgentRelease.architecture)"
  private static let usesIt = "       Using the cached agent\n"
  private static let isDamaged = "       The cached agent is damaged and is not used\n"

  @Test func itHoldsTheAgentAndAManifest() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    await build.succeed()
    #expect(
      FolderSnapshot(of: build.cache).listing == [
        "folder 755 hoop", "folder 755 \(Self.entry)", "file 644 \(Self.entry)/hoop.1",
        "file 644 \(Self.entry)/hoop_rs.1", "file 644 \(Self.entry)/manifest",
      ])
  }

  @Test(arguments: ["hoop.1", "hoop_rs.1", "manifest"])
  func aDamagedFileIsDownloadedAgain(_ file: String) async {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site, version: "1.148.0")
    await build.succeed()
    let path = build.cache / Self.entry / file
    let (content, slug) = (path.content, FolderSnapshot(of: build.app))
    path.write(content.dropLast() + [content.last! ^ 1])

    #expect(await build.compile().output.contains(Self.isDamaged))
    #expect(site.requests.count == 4)
    #expect(FolderSnapshot(of: build.app) == slug)
    #expect(await build.compile().output.contains(Self.usesIt))
  }

  @Test(arguments: ["hoop.1", "hoop_rs.1", "manifest", ""])
  func aFileThatIsNotThereIsDownloadedAgain(_ file: String) async {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: "1.148.0")
    await build.succeed()
    try! (build.cache / Self.entry / file).removeTree()
    if file.isEmpty { try! (build.cache / Self.entry).makeLink(to: "/nowhere") }
    #expect(await build.compile().output.contains(Self.isDamaged))
    #expect(await build.compile().output.contains(Self.usesIt))
  }

  @Test func anotherArchiveThanTheUserNamesIsNotUsed() async {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: "1.148.0")
    await build.succeed()
    build.set("HOOP_SHA256", AgentRelease.newest.digest)
    #expect(await build.compile().output.contains(Self.usesIt))
    build.set("HOOP_SHA256", AgentRelease.bare.digest)
    let outcome = await build.compile()
    #expect(
      outcome.output.contains("       The cached agent is not the one that HOOP_SHA256 names\n"))
    #expect(outcome.status == .exited(1))
  }

  @Test func onlyTheVersionInUseStays() async {
    let site = ReleaseSite(.bare)
    let build = HerokuBuild(from: site)
    (build.cache / "bundle/kept").write("another buildpack's")
    await build.succeed()
    #expect((build.cache / Self.older).isThere)
    site.publish(.newest)
    await build.succeed()
    #expect(try! (build.cache / "hoop").names().map(\.string) == [(Path(Self.entry)).name.string])
    #expect((build.cache / "bundle/kept").isThere)
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
               Version 1.148.0, the newest in the cache
               Using the cached agent
               Installed in 0.0 s: hoop, hoop_rs, hoopstart
               Publishes myapp from every process that starts with hoopstart

        """,
      errors: """
         !     Warning: The newest version of the Hoop agent could not be found out.
         !
         !     http://127.0.0.1:1/release/latest.txt: the server answered 404.
         !
         !     This build takes 1.148.0, the newest in the cache. To ask for no other:
         !
         !         heroku config:set HOOP_VERSION=1.148.0


        """)
  }

  @Test func whatAKilledBuildLeftInItGoes() async {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: "1.148.0")
    await build.succeed()
    let cache = FolderSnapshot(of: build.cache)
    (build.cache / "hoop/.hoop.tmp.0123456789abcdeffedcba9876543210/hoop").write("half an agent")
    #expect(await build.compile().output.contains(Self.usesIt))
    #expect(FolderSnapshot(of: build.cache) == cache)
  }

  @Test func oneThatCannotBeWrittenIsNoMoreThanAWarning() async {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: "1.148.0")
    build.runAsAnotherUser()
    _ = build.app.withCString { chown($0, Machine.nobody, Machine.nobody) }
    build.cache.makeFolders(mode: 0o555)
    let before = FolderSnapshot(of: build.cache)
    let outcome = await build.compile()
    #expect(outcome.status == .exited(0))
    #expect(
      outcome.errors == """
         !     Warning: The agent could not be cached.
         !
         !     “/tmp/cache/hoop” cannot be written.
         !     mkdir: Permission denied
         !     The agent is in the slug all the same; the next deploy downloads it again.
         !
         !     If this stays, empty the cache:
         !
         !         heroku builds:cache:purge


        """)
    #expect((build.app / ".hoop/bin/hoop").isThere)
    #expect(FolderSnapshot(of: build.cache) == before)
  }

  /// The next build is another user's, in whose cache only the owner of an entry may move it.
  private func giveToAnotherUser(_ build: HerokuBuild) {
    try! (build.cache / "hoop").setMode(0o1777)
    for folder in [build.app, build.app / ".profile.d"] {
      _ = folder.withCString { chown($0, Machine.nobody, Machine.nobody) }
    }
    for name in [".hoop", ".profile.d/hoop.sh"] { try! (build.app / name).removeTree() }
    build.runAsAnotherUser()
  }

  @Test(.enabled(if: Machine.isRoot))
  func anEntryThatCannotBeReplacedIsNoMoreThanAWarning() async {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: "1.148.0")
    await build.succeed()
    let (slug, manifest) = (FolderSnapshot(of: build.app), build.cache / Self.entry / "manifest")
    manifest.write("damaged")
    giveToAnotherUser(build)
    let before = FolderSnapshot(of: build.cache)
    let outcome = await build.compile()
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors.contains("Warning: The agent could not be cached."))
    #expect(FolderSnapshot(of: build.app) == slug)
    #expect(FolderSnapshot(of: build.cache) == before)
  }

  @Test func anAgentThatIsAnotherVersionIsDownloadedAgain() async {
    let site = ReleaseSite(.bare)
    let build = HerokuBuild(from: site, version: "1.30.0")
    await build.succeed()
    try! (build.cache / Self.older).rename(to: build.cache / Self.entry, .keep)
    site.publish(.newest)
    build.set("HOOP_VERSION", "1.148.0")
    let outcome = await build.compile()
    #expect(outcome.status == .exited(0))
    #expect(
      outcome.output.contains("       The cached agent does not work and is not used\n"))
    #expect((build.app / ".hoop/bin/hoop_rs").isThere)
    #expect(await build.compile().output.contains(Self.usesIt))
  }

  @Test func oneOfAnotherFormatIsDownloadedAgainWithoutAWord() async {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: "1.148.0")
    await build.succeed()
    let manifest = build.cache / Self.entry / "manifest"
    manifest.write(manifest.text.replacing("buildpack cache 2", with: "buildpack cache 1"))
    let outcome = await build.compile()
    #expect(!outcome.output.contains("cached agent"))
    #expect(outcome.output.contains("Downloading"))
    #expect(await build.compile().output.contains(Self.usesIt))
  }

  @Test(.enabled(if: Machine.isRoot))
  func anOlderAgentThatCannotBeRemovedIsNoMoreThanAWarning() async {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: "1.148.0")
    await build.succeed()
    (build.cache / Self.older / "hoop.1").write("an older agent")
    giveToAnotherUser(build)
    let outcome = await build.compile()
    #expect(outcome.status == .exited(0))
    #expect(outcome.output.contains(Self.usesIt))
    #expect(
      outcome.errors == """
         !     Warning: An older agent could not be removed from the cache.
         !
         !     “/tmp/cache/hoop” cannot be written.
         !     rename: Operation not permitted
         !     It takes up room there, and does no other harm.
         !
         !     If this stays, empty the cache:
         !
         !         heroku builds:cache:purge


        """)
  }

  @Test func oneThatIsAFileIsNoMoreThanAWarning() async {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: "1.148.0")
    build.cache.write("a file")
    let outcome = await build.compile()
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors.contains("Warning: The agent could not be cached."))
    #expect(build.cache.text == "a file")
  }
}
