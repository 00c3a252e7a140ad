import Posix
import Testing

/// What a build says of a Procfile that does not use hoopstart as it should.
@Suite struct ProcfileAdviceTests {
  @Test(arguments: procfiles)
  func aBuildGivesAdvice(_ build: AdvisedBuild) async { await build.check() }

  @Test func aLinkOfTheAppsOwnIsSeen() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    (build.app / "Procfile").write("web: bin/hoopstart -- puma\n")
    _ = try! (build.app / "bin").makeFolders()
    try! (build.app / "bin/hoopstart").makeLink(to: "/bin/sh")
    #expect(await build.compile().errors.contains("The app has a bin/hoopstart of its own."))
    try! (build.app / "bin/hoopstart").removeTree()
    #expect(await build.compile().errors.isEmpty)
    // The link that the build has made.
    #expect(await build.compile().errors.isEmpty)
  }

  static let procfiles = [
    AdvisedBuild(
      testDescription: "no process type uses hoopstart",
      procfile: "release: rake db:migrate\nweb: cd app && PORT=1 exec bundle exec puma\n",
      publishes: nil,
      warnings: """
         !     Warning: No process type of the Procfile uses hoopstart.
         !
         !     The agent is in the slug, and nothing starts it.
         !
         !     Start the processes that should carry the agent with hoopstart:
         !
         !         web: cd app && PORT=1 exec hoopstart -- bundle exec puma


        """, isPlanGood: true),
    AdvisedBuild(
      testDescription: "no process type uses hoopstart, and there is no web",
      procfile: "worker: bundle exec sidekiq\n", publishes: nil,
      warnings: """
         !     Warning: No process type of the Procfile uses hoopstart.
         !
         !     The agent is in the slug, and nothing starts it.
         !
         !     Start the processes that should carry the agent with hoopstart:
         !
         !         worker: hoopstart -- bundle exec sidekiq


        """, isPlanGood: true),
    AdvisedBuild(
      testDescription: "hoopstart without --",
      procfile: "web: hoopstart bundle exec puma\nworker: bin/hoopstart sidekiq\n", publishes: nil,
      warnings: """
         !     Warning: The process types web and worker use hoopstart without --.
         !
         !     hoopstart would take the command's words for its own.
         !     The processes end at once, with exit status 64.
         !
         !     Put -- between hoopstart and the command:
         !
         !         web: hoopstart -- bundle exec puma
         !         worker: bin/hoopstart -- sidekiq


        """, isPlanGood: true),
    AdvisedBuild(
      testDescription: "hoopstart before what only a shell knows",
      procfile: "web: hoopstart -- A=1 puma\n", publishes: nil,
      warnings: """
         !     Warning: The process type web starts “A=1”, which is no program.
         !
         !     hoopstart starts a program, as env and nice do; it is no shell.
         !     The process ends at once, with exit status 127.
         !
         !     Put hoopstart before the program:
         !
         !         web: hoopstart -- env A=1 puma


        """, isPlanGood: true),
    AdvisedBuild(
      testDescription: "hoopstart by nearly its name, and with nothing behind the dashes",
      procfile: "web: hoopstrat -- puma\nworker: hoopstart --\nclock: hoopstart -- clock\n",
      warnings: """
         !     Warning: The process type web starts “hoopstrat”, which is nearly hoopstart.
         !
         !     There is no such program.
         !     The process ends at once, with exit status 127.
         !
         !     Call hoopstart by its name, with -- before the command:
         !
         !         web: hoopstart -- puma

         !     Warning: The process type worker has nothing behind hoopstart --.
         !
         !     hoopstart has no program to start.
         !     The process ends at once, with exit status 64.
         !
         !     Put the app's command behind it:
         !
         !         worker: hoopstart -- bundle exec puma -C config/puma.rb


        """),
    AdvisedBuild(
      testDescription: "a byte order mark, hoopstart in a script, other lines, a type twice",
      procfile:
        "\u{feff}web: bash -c 'cd x && hoopstart -- puma'\noops\n\nweb : x\nweb: hoopstart -- y\n",
      warnings: """
         !     Warning: Lines 2 and 4 of the Procfile are no process types.
         !
         !     A line is TYPE: COMMAND, the type of letters, digits, - and _. Others are ignored.
         !
         !     Write it so, or begin it with # where it is a comment:
         !
         !         web: hoopstart -- bundle exec puma -C config/puma.rb

         !     Warning: The Procfile has more than one line for web.
         !
         !     Only the last line of a process type counts.
         !
         !     Remove the others:
         !
         !         grep -n '^web:' Procfile


        """),
    AdvisedBuild(
      testDescription: "the app has a bin/hoopstart of its own",
      procfile: "web: bin/hoopstart -- puma\n", files: ["bin/hoopstart"],
      warnings: """
         !     Warning: The app has a bin/hoopstart of its own.
         !
         !     The process type web runs that one, and not the buildpack's.
         !
         !     Remove it, or call the buildpack's by its name alone:
         !
         !         git rm bin/hoopstart


        """),
    AdvisedBuild(
      testDescription: "the app has a bin/hoop of its own that nobody calls", files: ["bin/hoop"]),
    AdvisedBuild(
      testDescription: "a Procfile that says nothing", procfile: "nonsense\n", publishes: nil,
      warnings: """
         !     Warning: The app has no Procfile, or no process type in it, and so none uses hoopstart.
         !
         !     The agent is in the slug, and nothing starts it.
         !
         !     Start the processes that should carry the agent with hoopstart:
         !
         !         web: hoopstart -- bundle exec puma -C config/puma.rb

         !     Warning: Line 1 of the Procfile is no process type.
         !
         !     A line is TYPE: COMMAND, the type of letters, digits, - and _. Others are ignored.
         !
         !     Write it so, or begin it with # where it is a comment:
         !
         !         web: hoopstart -- bundle exec puma -C config/puma.rb


        """, isPlanGood: true),
  ]
}
