import Posix
import Testing

/// Whether the buildpack has something to do.
@Suite struct DetectTests {
  @Test func anAppWithAProcfileIsOurs() async {
    let build = HerokuBuild()
    expect(await build.detect(), output: "Hoop agent\n")
    expect(await ImageBuild(build).detect())
  }

  private static let missing = Said(
    "The app has no Procfile.",
    [
      "hoopstart starts the Hoop agent with a process, so a Procfile must name one.",
      "If another buildpack moves the app to its place, as for a monorepo, it must come before this"
        + " one.",
    ], "Put a file `Procfile` at the top of the repository, with your own command:",
    "web: hoopstart -- bundle exec puma -C config/puma.rb")

  @Test(arguments: ["without a Procfile", "with a folder of that name", "with a loop of links"])
  func anAppWithoutAProcfileIsNot(_ app: String) async {
    let build = HerokuBuild(procfile: nil)
    if app.hasSuffix("name") { try! (build.app / "Procfile").makeFolder() }
    if app.hasSuffix("links") { try! (build.app / "Procfile").makeLink(to: "Procfile") }
    expect(await build.detect(), status: 1, errors: Self.missing.text())
    expect(
      await ImageBuild(build).detect(), status: 100,
      errors: Self.missing.text(forImage: true))
  }

  @Test func anAppThatCannotBeReadIsAnError() async {
    let build = HerokuBuild()
    build.runAsAnotherUser()
    let hidden = build.app / "hidden"
    (hidden / "Procfile").write("web: hoopstart -- puma\n")
    try! hidden.setMode(0)
    try! (build.app / "Procfile").removeTree()
    try! (build.app / "Procfile").makeLink(to: "hidden/Procfile")
    func said(_ call: String) -> Said {
      Said(
        "The app's Procfile cannot be read.", ["\(call): Permission denied"],
        "Make it a file of the app, and let the build's user read it:", "chmod -R u+rX .")
    }
    expect(await build.detect(), status: 1, errors: said("realpath").text())
    expect(
      await ImageBuild(build).detect(), status: 1, errors: said("realpath").text(forImage: true))
    try! (build.app / "Procfile").removeTree()
    (build.app / "Procfile").write("web: hoopstart -- puma\n", mode: 0)
    build.app.giveAway()
    expect(await build.compile(), status: 1, output: Log.text([]), errors: said("open").text())
  }

  @Test(arguments: [
    "../platform/env/HOOP_KEY", "/etc/passwd", "config/../../platform/env/HOOP_KEY",
    "to-env/HOOP_KEY",
  ])
  func aProcfileThatLeadsOutOfTheAppIsNotRead(_ target: String) async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    build.set("HOOP_KEY", "web: s3cret-of-the-key\n")
    try! (build.app / "config").makeFolder()
    try! (build.app / "to-env").makeLink(to: "../platform/env")
    try! (build.app / "Procfile").removeTree()
    try! (build.app / "Procfile").makeLink(to: target)
    let said = Said(
      "The app's Procfile cannot be read.",
      ["It is a link that leads out of the app, and only files of the app are read."],
      "Make it a file of the app, and let the build's user read it:", "chmod -R u+rX .")
    expect(await build.compile(), status: 1, output: Log.text([]), errors: said.text())
    #expect(await build.detect().status == .exited(1))
    #expect(await !build.report().output.contains("s3cret"))

    try! (build.app / "Procfile").removeTree()
    (build.app / "config/Procfile").write("web: hoopstart -- puma\n")
    try! (build.app / "Procfile").makeLink(to: "./config/../config/Procfile")
    #expect(await build.detect().status == .exited(0))
    await build.succeed()
  }
}
