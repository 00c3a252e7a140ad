import Glibc
import Posix
import Testing

/// What the shells do with the scripts that a build leaves for them.
@Suite struct ProfileTests {
  @Test func ourProgramsComeFirstOnPathAndOnce() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    await build.succeed()
    let script = (build.app / ".profile.d/hoop.sh").string
    for (path, home, expected) in [
      ("/usr/bin:/bin", "/app", "/app/.hoop/bin:/usr/bin:/bin"),
      ("/usr/bin:/app/.hoop/bin", "/app", "/usr/bin:/app/.hoop/bin"),
      ("/app/.hoop/bin/more", "/app", "/app/.hoop/bin:/app/.hoop/bin/more"),
      ("", "/app", "/app/.hoop/bin"), ("/bin", nil, "/app/.hoop/bin:/bin"),
    ] {
      for shell in ["/bin/bash", "/bin/dash"] {
        var launch = ProcessConfiguration(
          Path(shell), ["-c", #"set -eu; . "$0"; . "$0"; printf %s "$PATH""#, script],
          environment: Environment())
        launch.environment["PATH"] = path
        launch.environment["HOME"] = home
        expect(await build.run(launch), output: expected)
      }
    }
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
    for folder in [build.app, build.folder("cache")] { folder.giveAway() }
    if Machine.isRoot { chown(build.buildpack.string, 0, 0) }
    try! build.buildpack.setMode(0o555)
    #expect(
      await build.succeed().errors
        == Said(
          kind: "Warning", "The file “export” could not be written.",
          [
            "“/tmp/buildpack” cannot be written.", "mkdir: Permission denied",
            "The next buildpack will not find the Hoop agent.",
          ], "Give the build's user the right to write there:", "chmod u+rwx /tmp/buildpack"
        ).text())
  }
}
