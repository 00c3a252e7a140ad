import LocalTools
import Posix
import Testing

/// Whether the buildpack has something to do.
@Suite struct DetectTests {
  @Test func anAppWithAProcfileIsOurs() async {
    expect(await HerokuBuild().detect(), output: "Hoop agent\n")
  }

  @Test(arguments: ["without a Procfile", "with a folder of that name", "with a loop of links"])
  func anAppWithoutAProcfileIsNot(_ app: String) async {
    let build = HerokuBuild(procfile: nil)
    if app.hasSuffix("name") { try! (build.app / "Procfile").makeFolder() }
    if app.hasSuffix("links") { try! (build.app / "Procfile").makeLink(to: "Procfile") }
    expect(
      await build.detect(), status: 1,
      errors: """
         !     Error: The app has no Procfile.
         !
         !     hoopstart starts the Hoop agent with a process, so a Procfile must name one.
         !
         !     Put a file `Procfile` at the top of the repository, with your own command:
         !
         !         web: hoopstart -- bundle exec puma -C config/puma.rb

        """)
  }

  @Test func anAppThatCannotBeReadIsNotSaidToLackOne() async {
    let build = HerokuBuild()
    build.runAsAnotherUser()
    try! build.app.setMode(0)
    expect(
      await build.detect(), status: 1, errors: FolderFailureTests.unreadableProcfile("stat"))
  }
}
