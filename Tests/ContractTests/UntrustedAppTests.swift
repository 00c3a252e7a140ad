import HoopAgent
import LocalTools
import Posix
import Testing

/// Apps and servers that could do harm.
@Suite struct UntrustedAppTests {
  @Test(arguments: [":/usr/bin:/bin", ".:/usr/bin", "bin:/usr/bin:"])
  func programsOfTheAppAreNotRun(_ path: String) async {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: Log.version)
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

  @Test func nothingOfAnAttemptThatWasCutIsInstalled() async {
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
