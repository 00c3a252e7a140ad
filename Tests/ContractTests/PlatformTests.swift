import Posix
import Testing

/// Machines that are not like Heroku's. Most need to mount something, and are skipped if that is not
/// possible.
@Suite(.enabled(if: Machine.canMount)) struct PlatformTests {
  /// Bytes that half an agent fits in.
  private static let half = AgentRelease.newest.archive.count / 2

  private static let diskFull = Said(
    "The disk is full.", ["An agent takes up to 400 MB while it is installed."],
    "Make the app smaller, or empty the build cache:", "heroku builds:cache:purge")

  /// Makes the build run on a file system of its own, in the place of a folder, with what that has.
  /// What is there at the end is copied to the folder `after`.
  ///
  /// - Parameter mount: A shell command that mounts it at `$folder`. `$old` has what was there.
  private func mount(_ build: HerokuBuild, _ folder: Path, _ mount: String) -> Path {
    let after = build.folder("after")
    let script = #"""
      folder=$0 after=$1 mount=$2 old=$(mktemp -d)
      shift 2
      cp -a "$folder/." "$old"
      eval "$mount"
      "$@"
      status=$?
      cp -a "$folder/." "$after"
      exit $status
      """#
    build.wrapper = ["unshare", "-m", "sh", "-c", script, folder.string, after.string, mount]
    return after
  }

  private static func tmpfs(_ bytes: Int, _ options: String = "") -> String {
    #"mount -t tmpfs -o size=\#(bytes)\#(options) tmpfs "$folder"; cp -a "$old/." "$folder""#
  }

  @Test(arguments: ["hoopstart", "the agent"])
  func aBuildFolderWithoutRoomStaysAsItIs(_ what: String) async {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: Log.version)
    let before = FolderSnapshot(of: build.app).listing
    let room = what == "hoopstart" ? AgentRelease.newest.archive.count * 2 : Self.half
    let after = mount(build, build.app, Self.tmpfs(room))
    let outcome = await build.compile()
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors == Self.diskFull.text())
    #expect(FolderSnapshot(of: after).listing == before)
  }

  @Test func aCacheWithoutRoomIsOnlyAWarning() async {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: Log.version)
    try! build.cache.makeFolders()
    let after = mount(build, build.cache, Self.tmpfs(Self.half))
    let outcome = await build.succeed()
    #expect(
      outcome.errors
        == CacheTests.notUpdated(
          [Self.diskFull.summary, Self.diskFull.meaning[0]],
          "Make the app smaller, or empty the build cache:", "heroku builds:cache:purge"))
    #expect(FolderSnapshot(of: after).listing == [])
  }

  /// What is in the lower layer of an overlay cannot be renamed.
  @Test func aSecondBuildOnAnOverlayWorks() async {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: Log.version)
    (build.app / "Procfile").write("web: bin/hoopstart -- puma\n")
    await build.succeed()
    let slug = FolderSnapshot(of: build.app)
    let overlay = #"""
      mkdir -p /mnt && mount -t tmpfs tmpfs /mnt && mkdir /mnt/upper /mnt/work
      mount -t overlay -o lowerdir="$old",upperdir=/mnt/upper,workdir=/mnt/work overlay "$folder"
      """#
    var after = mount(build, build.app, overlay)
    await build.succeed()
    #expect(FolderSnapshot(of: after).without("") == slug.without(""))

    let image = ImageBuild(from: ReleaseSite(.newest), version: Log.version)
    await image.succeed()
    let layers = FolderSnapshot(of: image.layers)
    after = mount(image.heroku, image.layers, overlay)
    await image.succeed()
    #expect(FolderSnapshot(of: after).without("") == layers.without(""))
  }

  @Test func aBuildFolderWithoutExecutionIsNamed() async {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: Log.version)
    _ = mount(build, build.app, Self.tmpfs(64 << 20, ",noexec"))
    let outcome = await build.compile()
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("is on a file system that is mounted noexec."))
    #expect(outcome.errors.contains("mount -o remount,exec"))
  }

  @Test func neitherDevFdNorOpensslIsNeeded() async {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: Log.version)
    build.hide(["openssl"])
    build.wrapper =
      [
        "unshare", "-m", "sh", "-c",
        "mount -t tmpfs tmpfs /dev && mknod -m 666 /dev/null c 1 3 && exec \"$@\"", "sh",
      ] + build.wrapper
    expect(await build.compile(), output: Log.fresh)
  }

  /// Busybox's tar knows few words, and BSD's others than GNU's.
  @Test(arguments: ["busybox tar", "bsdtar"])
  func anotherTarIsAsGood(_ tar: String) async {
    guard let program = tar.split(separator: " ").first, Machine.has(String(program)) else {
      return
    }
    for release in [AgentRelease.newest, .bare] {
      let build = HerokuBuild(from: ReleaseSite(release))
      build.stand(inFor: "tar", "#!/bin/sh\nexec \(tar) \"$@\"\n")
      await build.succeed()
    }
  }

  @Test func aTarThatFailsIsNamed() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    build.stand(inFor: "tar", "#!/bin/sh\necho 'tar: unknown option' >&2\nexit 64\n")
    let outcome = await build.compile()
    #expect(outcome.status == .exited(1))
    #expect(
      outcome.errors.contains("/usr/bin/tar ended with exit status 64: “tar: unknown option”"))
  }

  @Test(.enabled(if: Machine.isRoot)) func noMoreProcessesMayBeStarted() async {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: Log.version)
    build.app.giveAway()
    build.runAsAnotherUser()
    build.wrapper += ["prlimit", "--nproc=1"]
    expect(
      await build.compile(), status: 1, output: Log.text([Log.pinned]),
      errors: Said(
        "A system call failed: exec /usr/bin/curl: Resource temporarily unavailable.",
        ["This is not a fault of the app."],
        "Deploy again. If it happens again, report it with this log:",
        "https://github.com/hoophq/heroku-hoop-buildpack/issues"
      ).text())
  }
}
