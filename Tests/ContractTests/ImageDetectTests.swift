import LocalTools
import Posix
import Testing

/// Whether the buildpack has something to do, as the lifecycle asks.
@Suite struct ImageDetectTests {
  @Test func anAppWithAProcfileIsOurs() async {
    expect(await ImageBuild(HerokuBuild()).detect())
  }

  @Test func anAppWithoutOneIsNot() async {
    expect(
      await ImageBuild(HerokuBuild(procfile: nil)).detect(), status: Lifecycle.notDetected,
      errors: """

        ! Error: The app has no Procfile.
        !
        ! hoopstart starts the Hoop agent with a process, so a Procfile must name one.
        !
        ! Put a file `Procfile` at the top of the repository, with your own command:
        !
        !     web: hoopstart -- bundle exec puma -C config/puma.rb

        """)
  }

  @Test func anAppThatCannotBeReadIsAnError() async {
    let heroku = HerokuBuild()
    heroku.runAsAnotherUser()
    let image = ImageBuild(heroku)
    try! (heroku.app / "Procfile").removeTree()
    let hidden = heroku.app / "hidden"
    (hidden / "Procfile").write("web: hoopstart -- puma\n")
    try! hidden.setMode(0)
    try! (heroku.app / "Procfile").makeLink(to: "hidden/Procfile")
    let outcome = await image.detect()
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.hasPrefix("\n! Error: The app's Procfile cannot be read.\n"))
    #expect(outcome.errors.hasSuffix("\n!     chmod -R u+rX .\n"))
  }
}
