import Glibc
import HoopAgent
import LocalTools
import Posix
import Testing

/// What the shells do with the scripts that a build leaves for them.
@Suite struct ProfileTests {
  private static let twice = #"set -eu; . "$0"; . "$0"; printf %s "$PATH""#

  @Test(arguments: [
    ("/usr/bin:/bin", "/app/.hoop/bin:/usr/bin:/bin"),
    ("/usr/bin:/app/.hoop/bin", "/usr/bin:/app/.hoop/bin"),
    ("/app/.hoop/bin/more", "/app/.hoop/bin:/app/.hoop/bin/more"),
    ("", "/app/.hoop/bin"),
  ])
  func ourProgramsComeFirstOnPathAndOnce(_ path: String, _ expected: String) async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    await build.succeed()
    let script = build.app / ".profile.d/hoop.sh"
    for shell in ["/bin/bash", "/bin/dash"] {
      var launch = ProcessConfiguration(
        Path(shell), ["-c", Self.twice, script.string], environment: Environment())
      launch.environment["PATH"] = path
      launch.environment["HOME"] = "/app"
      expect(await build.run(launch), output: expected)
    }
  }

  @Test func aShellWithoutHomeIsInApp() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    await build.succeed()
    var launch = ProcessConfiguration(
      Path("/bin/bash"), ["-c", Self.twice, (build.app / ".profile.d/hoop.sh").string],
      environment: Environment())
    launch.environment["PATH"] = "/bin"
    expect(await build.run(launch), output: "/app/.hoop/bin:/bin")
  }

  @Test func theNextBuildpackFindsTheAgent() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    await build.succeed()
    let script = #"set -eu; . "$0"; command -v hoop; command -v hoopstart; hoop version"#
    let launch = ProcessConfiguration(
      Path("/bin/bash"), ["-c", script, (build.buildpack / "export").string],
      environment: build.environment)
    expect(
      await build.run(launch),
      output: """
        /tmp/app/.hoop/bin/hoop
        /tmp/app/.hoop/bin/hoopstart
        {"version":"\(Log.version)","git_commit":"0","platform":"linux/amd64"}

        """)
  }

  @Test func aBuildpackThatCannotBeWrittenIsOnlyAWarning() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    build.runAsAnotherUser()
    for folder in [build.app, build.folder("cache")] {
      _ = folder.withCString { chown($0, Machine.nobody, Machine.nobody) }
    }
    _ = build.buildpack.withCString { chown($0, 0, 0) }
    try! build.buildpack.setMode(0o555)
    let outcome = await build.compile()
    #expect(outcome.status == .exited(0))
    #expect(
      outcome.errors
        == Said(
          kind: "Warning", "The next buildpack will not find the Hoop agent.",
          ["mkdir /tmp/buildpack: Permission denied"],
          "Let the build's user write the buildpack's folder:", "chmod u+rwx /tmp/buildpack"
        ).text())
  }
}
