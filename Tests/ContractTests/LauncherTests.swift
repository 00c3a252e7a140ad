import HoopAgent
import Posix
import Testing

/// The launchers in `bin/`, however they are called.
@Suite struct LauncherTests {
  @Test(arguments: ["/", "../"])
  func theyWorkThroughLinksFromAnyFolder(_ way: String) async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    let (link, inner) = (build.folder("links") / "my compile", build.folder("more") / "compile")
    let root = way == "/" ? build.app.folder.string : ".."
    try! inner.makeLink(to: "\(root)/buildpack/bin/compile")
    try! link.makeLink(to: "\(root)/more/compile")
    var launch = build.launch(
      ["../links/my compile", "../app", "../cache", "../platform/env"].map { Path($0) })
    launch.directory = build.folder("elsewhere")
    let outcome = await build.run(launch)
    #expect(outcome.status == .exited(0), "\(outcome)")
    #expect((build.cache / "hoop").isThere)
    #expect((build.buildpack / "export").text.contains("/app/.hoop/bin'"))
    #expect(try! build.folder("elsewhere").names() == [])
  }

  @Test(arguments: ["with a space", "with a\nnewline", "with 'quotes' and $(dollars)"])
  func theyWorkInAFolder(_ name: String) async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    let buildpack = build.folder(name) / "the buildpack"
    Buildpack.checkOut(at: buildpack)
    build.app = build.folder(name) / "the app"
    (build.app / "Procfile").write("web: hoopstart -- puma\n")
    let outcome = await build.run(build.launch([buildpack / "bin/compile"] + build.folders))
    #expect(outcome.status == .exited(0), "\(outcome)")
    let launch = ProcessConfiguration(
      Path("/bin/sh"), ["-euc", #". "$0"; hoop version"#, (buildpack / "export").string],
      environment: build.environment)
    #expect(await build.run(launch).output.contains(Log.version))
  }

  @Test(arguments: ["detect", "compile", "release", "report", "test-compile", "build"])
  func withoutAProgramForTheMachineTheySayWhatToDo(_ command: String) async {
    let build = HerokuBuild()
    try! build.program.removeFile()
    let tools = build.folder("tools")
    for name in ["uname", "readlink", "cat"] {
      try! (tools / name).makeLink(to: "/usr/bin/\(name)")
    }
    build.environment["PATH"] = tools.string
    expect(
      await build.run(command, build.folders), status: 1,
      errors: """
         !     Error: There is no program for this machine in the Hoop buildpack.
         !
         !     It runs on Linux, on x86_64 and on arm64.
         !
         !     Run it in a container, from the buildpack's folder:
         !
         !         docker run --rm -it -v "$PWD":/buildpack -w /buildpack heroku/heroku:24-build bash

        """)
  }

  @Test(arguments: [
    ("detect", 0), ("compile", 0), ("compile", 1), ("test-compile", 1), ("release", 0),
    ("report", 0), ("build", 0), ("build", 1),
  ])
  func anArgumentThatIsMissingIsAnErrorOfUsage(_ command: String, _ count: Int) async {
    let build = HerokuBuild()
    expect(
      await build.run(command, Array(build.folders.prefix(count))), status: 64,
      errors: "\(command) needs more arguments.\n\n\(Self.usage)")
    #expect(!build.cache.isThere)
    guard count == 0, ["detect", "release", "report"].contains(command) else { return }
    for name in ["absent", "app/Procfile"] {
      expect(
        await build.run(command, [build.app.folder / name]), status: 64,
        errors: "BUILD_DIR is not a folder: “/tmp/\(name)”.\n\n\(Self.usage)")
    }
  }

  /// herokuish calls release with two arguments (lib/fn-buildpack.bash), and others may add more.
  @Test func theyNeedNoMoreThanPathAndIgnoreMoreArgumentsThanAreDocumented() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    build.environment.remove { $0 != "PATH" }
    for command in ["detect", "compile", "release", "report"] {
      let outcome = await build.run(command, build.folders + [build.app, build.cache])
      #expect(outcome.status == .exited(0), "\(outcome)")
    }
  }

  @Test func theProgramAloneSaysWhatItIs() async {
    let build = HerokuBuild()
    func run(_ words: String...) async -> Outcome {
      await build.run(build.launch([build.program] + words.map { Path($0) }))
    }
    expect(await run("version"), output: "hoop-buildpack \(BuildpackVersion.current)\n")
    expect(await run("help"), output: Self.usage)
    expect(await run(), status: 64, errors: "There is no command.\n\n\(Self.usage)")
    expect(
      await run("install\u{1b}"), status: 64,
      errors: "There is no command “install\\u{1b}”.\n\n\(Self.usage)")
  }

  @Test(arguments: [":/usr/bin:/bin", ".:/usr/bin", "bin:/usr/bin:"])
  func programsOfTheAppAreNotRun(_ path: String) async {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: Log.version)
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

  private static let usage = """
    Usage:
      bin/detect BUILD_DIR
      bin/compile BUILD_DIR CACHE_DIR [ENV_DIR]
      bin/release BUILD_DIR
      bin/report BUILD_DIR [CACHE_DIR [ENV_DIR]]
      bin/test-compile BUILD_DIR CACHE_DIR [ENV_DIR]
      bin/build LAYERS_DIR PLATFORM_DIR PLAN
      bin/dry-run [APP_DIR] [OPTION…]
      bin/check [APP_DIR] [OPTION…]
      hoop-buildpack version
      hoop-buildpack help

    The Hoop agent for Heroku: https://github.com/hoophq/heroku-hoop-buildpack

    """
}
