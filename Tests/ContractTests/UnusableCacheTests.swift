import Glibc
import HoopAgent
import LocalTools
import Posix
import Testing

/// A cache that cannot be used as it should: the build goes on without, and says so.
@Suite struct UnusableCacheTests {
  @Test func oneThatCannotBeWrittenIsNoMoreThanAWarning() async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
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
         !     “/tmp/cache” cannot be written.
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

  /// The next build is another user's.
  private func giveToAnotherUser(_ build: HerokuBuild) {
    for folder in [build.app, build.app / ".profile.d", build.cache] {
      _ = folder.withCString { chown($0, Machine.nobody, Machine.nobody) }
    }
    for name in [".hoop", ".profile.d/hoop.sh"] { try! (build.app / name).removeTree() }
    build.runAsAnotherUser()
  }

  @Test(.enabled(if: Machine.isRoot))
  func aFolderOfAThirdUserIsLeftAloneAndThatIsSaid() async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    await build.succeed()
    let slug = FolderSnapshot(of: build.app)
    giveToAnotherUser(build)
    for path in [build.cache / "hoop", build.cache / "hoop/\(AgentRelease.newest.file)"] {
      _ = path.withCString { chown($0, Machine.nobody + 1, Machine.nobody) }
    }
    let before = FolderSnapshot(of: build.cache)
    let outcome = await build.compile()
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors.contains("Warning: The agent could not be cached."))
    #expect(!outcome.output.contains("cached agent"))
    #expect(FolderSnapshot(of: build.app) == slug)
    #expect(FolderSnapshot(of: build.cache) == before)
  }

  @Test(.enabled(if: Machine.isRoot))
  func anOlderAgentThatCannotBeRemovedIsNoMoreThanAWarning() async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    await build.succeed()
    (build.cache / "hoop/\(AgentRelease.bare.file)").write("an older agent")
    try! (build.cache / "hoop/\(AgentRelease.bare.file)").setMode(0o644)
    giveToAnotherUser(build)
    let outcome = await build.compile()
    #expect(outcome.status == .exited(0))
    #expect(outcome.output.contains("       Using the cached agent\n"))
    #expect(
      outcome.errors == """
         !     Warning: An older agent could not be removed from the cache.
         !
         !     “/tmp/cache/hoop” cannot be written.
         !     unlink: Permission denied
         !     It takes up room there, and does no other harm.
         !
         !     If this stays, empty the cache:
         !
         !         heroku builds:cache:purge


        """)
  }

  @Test func oneThatIsAFileIsNoMoreThanAWarning() async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    build.cache.write("a file")
    let outcome = await build.compile()
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors.contains("Warning: The agent could not be cached."))
    #expect(build.cache.text == "a file")
  }
}
