import HoopAgent
import LocalTools
import Posix
import Testing

/// Apps, mirrors and archives that are out to do harm.
@Suite struct UntrustedAppTests {
  @Test(arguments: [":/usr/bin:/bin", ".:/usr/bin", "bin:/usr/bin:"])
  func programsOfTheAppAreNotRun(_ path: String) async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    let mark = build.folder("marks") / "mark"
    build.set("HOOP_SHA256", AgentRelease.newest.digest)
    for folder in ["", "bin/"] {
      for name in ["curl", "tar", "gzip", "openssl", "sha256sum", "cat"] {
        (build.folder("work") / "\(folder)\(name)").write("#!/bin/sh\n: >'\(mark)'\n", mode: 0o755)
      }
    }
    let program = ProcessConfiguration(
      Path("/bin/sh"),
      ["-c", #"cd "$0" && export PATH="$1" && shift && exec "$@""#, build.folder("work").string]
        + [path, build.program.string, "compile"] + build.folders.map(\.string),
      environment: build.environment)
    for _ in 1...2 { #expect(await build.run(program).status == .exited(0)) }
    #expect(!mark.isThere)
  }

  @Test(arguments: [
    "../env/HOOP_KEY", "/etc/passwd", "config/../../env/HOOP_KEY", "to-env/HOOP_KEY",
  ])
  func aProcfileThatLeadsOutOfTheAppIsNotRead(_ target: String) async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    build.set("HOOP_KEY", "web: s3cret-of-the-key\n")
    try! (build.app / "config").makeFolder()
    try! (build.app / "to-env").makeLink(to: "../env")
    try! (build.app / "Procfile").removeTree()
    try! (build.app / "Procfile").makeLink(to: target)
    let words = """
       !     Error: Procfile is a link that leads out of the app.
       !
       !     What is there is not the app's, and is not read.
       !
       !     Put the file itself into the repository:
       !
       !         cp --remove-destination FILE Procfile && git add Procfile

      """
    expect(await build.compile(), status: 1, output: "-----> Hoop agent\n", errors: words)
    #expect(await build.detect().status == .exited(1))
    #expect(await !build.report().output.contains("s3cret"))
  }

  @Test func aProcfileThatIsALinkInTheAppIsRead() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    try! (build.app / "config").makeFolder()
    try! (build.app / "Procfile").rename(to: build.app / "config/Procfile", .keep)
    try! (build.app / "Procfile").makeLink(to: "./config/../config/Procfile")
    #expect(await build.detect().status == .exited(0))
    #expect(await build.compile().output.contains("Publishes myapp"))
  }

  @Test(arguments: ["latest.txt", "\(AgentVersion.newestKnown)/checksums.txt"])
  func aPipeInAMirrorIsNoFile(_ name: String) async {
    let build = HerokuBuild(from: ReleaseSite())
    let mirror = build.folder("a mirror")
    (mirror / "latest.txt").write(AgentVersion.newestKnown.description)
    (mirror / "\(AgentVersion.newestKnown)/checksums.txt").write(ReleaseSite.checksums(.newest))
    try! (mirror / name).removeTree()
    ProcessConfiguration("mkfifo", [(mirror / name).string]).mustSucceed()
    build.set("HOOP_RELEASES_URL", "file://\(mirror.string.replacing(" ", with: "%20"))")
    let outcome = await build.compile()
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("\(name): it is no regular file."))
  }

  /// A header of some bytes that makes tar ask for gigabytes.
  @Test func anArchiveThatTakesTooMuchMemoryIsRefused() async {
    var archive = TarArchive()
    let records = ["GNU.sparse.size=10", "GNU.sparse.numblocks=250000000"].map { record in
      // A record begins with its own length.
      let length = record.utf8.count + 4
      return "\(length) \(record)\n"
    }
    archive.add("./PaxHeaders/hoop", .extended, Array(records.joined().utf8))
    archive.add(
      "./hoop", .file, AgentRelease.program(AgentVersion.newestKnown.description), mode: 0o755)
    let release = AgentRelease(
      AgentVersion.newestKnown.description, archive: archive.finished.gzipped)
    let build = HerokuBuild(from: ReleaseSite(release))
    let outcome = await build.compile()
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("Unpacking it takes more than 256 MiB of memory."))
  }

  /// Of an attempt that was cut off nothing stays beside the agent of the next.
  @Test func whatAnAttemptThatWasCutHasLeftIsNotInstalled() async {
    let site = ReleaseSite(.bare)
    let build = HerokuBuild(from: site)
    build.scaleWaits(by: 0.05)
    let other = AgentRelease("1.30.0", beside: ["hoop_rs"])
    site.answer(
      "1.30.0/\(other.file)", .cut(other.archive, after: other.archive.count - 10),
      .content(AgentRelease.bare.archive))
    await build.succeed()
    #expect(!(build.app / ".hoop/bin/hoop_rs").isThere)
  }
}
