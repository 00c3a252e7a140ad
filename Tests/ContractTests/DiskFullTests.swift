import Glibc
import HoopAgent
import LocalTools
import Posix
import Testing

/// Disks that are full. Each is a small file system that no other process sees.
@Suite(.enabled(if: Machine.canMount)) struct DiskFullTests {
  private static let words = """
     !     Error: The disk is full.
     !
     !     An agent takes up to 400 MB while it is installed.
     !
     !     Make the app smaller, or empty the build cache:
     !
     !         heroku builds:cache:purge

    """

  /// Bytes that half an agent fits in.
  private let half = AgentRelease.newest.archive.count / 2

  /// Runs the words that follow with a file system of `$1` bytes in the folder `$0`, which has what
  /// the folder had, and copies what is there afterwards to `$2`.
  private static let mount = #"""
    folder=$0 size=$1 after=$2 before=$(mktemp -d)
    shift 2
    cp -a "$folder/." "$before"
    mount -t tmpfs -o size="$size" tmpfs "$folder"
    cp -a "$before/." "$folder"
    rm -r "$before"
    "$@"
    status=$?
    cp -a "$folder/." "$after"
    exit $status
    """#

  private func compile(_ build: HerokuBuild, filling folder: Path, room: Int) async -> Outcome {
    let after = build.folder("after")
    build.wrapper = [
      "unshare", "-m", "sh", "-c", Self.mount, folder.string, "\(room)", after.string,
    ]
    return await build.compile()
  }

  @Test(arguments: ["no room for hoopstart", "no room for the agent"])
  func aBuildFolderThatIsFullStaysAsItIs(_ room: String) async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    let hoopstart = build.program.content.count
    let isTight = room.hasSuffix("hoopstart")
    let before = FolderSnapshot(of: build.app)
    expect(
      await compile(build, filling: build.app, room: hoopstart + (isTight ? -100_000 : half)),
      status: 1, output: isTight ? "-----> Hoop agent\n" : FailedBuild.downloading,
      errors: Self.words)
    #expect(FolderSnapshot(of: build.folder("after")).listing == before.listing)
    #expect(!build.cache.isThere)
  }

  @Test func aCacheThatIsFullIsNoMoreThanAWarning() async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    build.cache.makeFolders(mode: 0o755)
    let outcome = await compile(build, filling: build.cache, room: half)
    #expect(outcome.status == .exited(0))
    #expect(
      outcome.errors == """
         !     Warning: The agent could not be cached.
         !
         !     The disk is full.
         !     An agent takes up to 400 MB while it is installed.
         !     The agent is in the slug all the same; the next deploy downloads it again.
         !
         !     If this stays, empty the cache:
         !
         !         heroku builds:cache:purge


        """)
    #expect(FolderSnapshot(of: build.folder("after")).listing == [])
    #expect((build.app / ".hoop/bin/hoop").isThere)
  }
}
