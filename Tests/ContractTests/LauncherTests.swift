import HoopAgent
import LocalTools
import Posix
import Testing

/// The launchers in `bin/`, however they are called.
@Suite struct LauncherTests {
  @Test(arguments: ["/", "../../"])
  func theyWorkThroughLinks(_ way: String) async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    let links = build.folder("links")
    let inner = build.folder("more") / "compile"
    let absolute = way == "/"
    try! inner.makeLink(
      to: absolute ? (build.buildpack / "bin/compile").string : "../buildpack/bin/compile")
    try! (links / "my compile").makeLink(to: absolute ? inner.string : "../more/compile")
    let outcome = await build.run(build.launch([links / "my compile"] + build.folders))
    #expect(outcome.status == .exited(0), "\(outcome)")
    #expect((build.buildpack / "export").isThere)
  }

  @Test func theyWorkFromAnyFolderWithFoldersNamedFromThere() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    var launch = build.launch(
      ["../buildpack/bin/compile", "../app", "../cache", "../env"].map { Path($0) })
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
    let outcome = await build.run(
      build.launch([buildpack / "bin/compile"] + build.folders))
    #expect(outcome.status == .exited(0), "\(outcome)")
    let launch = ProcessConfiguration(
      Path("/bin/sh"), ["-euc", #". "$0"; hoop version"#, (buildpack / "export").string],
      environment: build.environment)
    #expect(await build.run(launch).output.contains(Log.version))
  }

  @Test func theyNeedNoMoreThanPath() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    build.environment = build.environment.keeping(["PATH"])
    #expect(await build.detect().status == .exited(0))
    await build.succeed()
    #expect(await build.release().status == .exited(0))
    #expect(await build.report().status == .exited(0))
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
  }

  /// herokuish calls release with two arguments (lib/fn-buildpack.bash), and others may add more.
  @Test func moreArgumentsThanAreDocumentedAreIgnored() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    for command in ["detect", "compile", "release", "report"] {
      let outcome = await build.run(command, build.folders + [build.app, build.cache])
      #expect(outcome.status == .exited(0), "\(outcome)")
    }
  }

  @Test(arguments: ["detect", "release", "report"], ["absent", "app/Procfile"])
  func aBuildFolderThatIsNotAFolderIsAnErrorOfUsage(_ command: String, _ name: String) async {
    let build = HerokuBuild()
    build.app = build.app.folder / name
    expect(
      await build.run(command, [build.app]), status: 64,
      errors: "BUILD_DIR is not a folder: “/tmp/\(name)”.\n\n\(Self.usage)")
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
