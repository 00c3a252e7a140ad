import Testing

/// What a build says of a Procfile that does not use hoopstart as it should.
@Suite struct ProcfileAdviceTests {
  @Test(arguments: procfiles)
  func aBuildGivesAdvice(_ build: AdvisedBuild) async { await build.check() }

  static let procfiles = [
    AdvisedBuild(
      testDescription: "no process type uses hoopstart",
      procfile: "release: rake db:migrate\nweb: cd app && PORT=1 exec bundle exec puma\n",
      warnings: """
         !     Warning: No process type of the Procfile uses hoopstart.
         !
         !     The agent is in the slug, and nothing starts it.
         !
         !     Start the processes that should carry the agent with hoopstart:
         !
         !         web: cd app && PORT=1 exec hoopstart -- bundle exec puma


        """),
    AdvisedBuild(
      testDescription: "no process type uses hoopstart, and there is no web",
      procfile: "worker: bundle exec sidekiq\n",
      warnings: """
         !     Warning: No process type of the Procfile uses hoopstart.
         !
         !     The agent is in the slug, and nothing starts it.
         !
         !     Start the processes that should carry the agent with hoopstart:
         !
         !         worker: hoopstart -- bundle exec sidekiq


        """),
    AdvisedBuild(
      testDescription: "hoopstart without --",
      procfile: "web: hoopstart bundle exec puma\nworker: bin/hoopstart sidekiq\n",
      warnings: """
         !     Warning: The process type web uses hoopstart without --.
         !
         !     hoopstart would take the command's words for its own and not start.
         !
         !     Put -- between hoopstart and the command:
         !
         !         web: hoopstart -- bundle exec puma

         !     Warning: The process type worker uses hoopstart without --.
         !
         !     hoopstart would take the command's words for its own and not start.
         !
         !     Put -- between hoopstart and the command:
         !
         !         worker: bin/hoopstart -- sidekiq


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
      testDescription: "a Procfile that says nothing", procfile: "nonsense\n",
      warnings: """
         !     Warning: No process type of the Procfile uses hoopstart.
         !
         !     The agent is in the slug, and nothing starts it.
         !
         !     Start the processes that should carry the agent with hoopstart:
         !
         !         web: hoopstart -- COMMAND


        """),
  ]
}
