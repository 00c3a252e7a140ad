import Posix
import Testing

/// What a build says about a Procfile that does not use hoopstart as it should.
@Suite struct ProcfileForecastTests {
  @Test(arguments: procfiles)
  func `a build says what is not right in a Procfile`(_ build: ForecastBuild) async {
    await build.check()
  }

  @Test func `a link of the app is its own program, and one of the build is not`() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    (build.app / "Procfile").write("web: bin/hoopstart -- puma\n")
    try! (build.app / "bin").makeFolders()
    try! (build.app / "bin/hoopstart").makeLink(to: "/bin/sh")
    #expect(await build.compile().errors.contains("The app has its own bin/hoopstart."))
    try! (build.app / "bin/hoopstart").removeTree()
    #expect(await build.compile().errors.isEmpty)
    #expect(await build.compile().errors.isEmpty)
  }

  private static let example = "web: hoopstart -- bundle exec puma -C config/puma.rb"
  private static let line =
    "A line is TYPE: COMMAND, once for each type, or begins with # if it is a comment:"

  private static let procfiles = [
    ForecastBuild(
      testDescription: "no process type uses hoopstart",
      procfile: "release: rake db:migrate\nweb: cd app && PORT=1 puma\nworker: A=1 sidekiq\n",
      publishes: nil,
      said: [
        Said(
          kind: "Warning", "No process type of the Procfile uses hoopstart.",
          ["The agent is installed, and nothing starts it."],
          "Start the processes that should carry the agent with hoopstart:",
          "web: hoopstart -- bash -c 'cd app && PORT=1 puma'",
          "worker: hoopstart -- A=1 sidekiq")
      ], isPlanGood: true),
    ForecastBuild(
      testDescription: "programs of the app with nearly its name, and older setups",
      procfile: "web: bin/hoop-start -- puma\na: bundle exec rake hoopstart\nb: hoop start -- x\n",
      publishes: nil,
      said: [
        Said(
          kind: "Warning", "No process type of the Procfile uses hoopstart.",
          ["The agent is installed, and nothing starts it."],
          "Start the processes that should carry the agent with hoopstart:",
          "web: hoopstart -- bin/hoop-start -- puma",
          "a: hoopstart -- bundle exec rake hoopstart", "b: hoopstart -- x")
      ], isPlanGood: true),
    ForecastBuild(
      testDescription: "hoopstart as it may be called",
      procfile: """
        web: hoopstart puma
        a: cd x && exec hoopstart -- puma
        b: bash -c 'hoopstart -- puma'
        c: .hoop/bin/hoopstart A=1 puma
        d: bin/hoop-start -- puma
        """),
    ForecastBuild(
      testDescription: "hoopstart without a command, and before what only a shell knows",
      procfile: "web: hoopstart -- cd x && puma\nworker: hoopstart --\nclock: hoopstart -- clock\n",
      said: [
        Said(
          kind: "Warning", "hoopstart has no program to start in web and worker.",
          ["It does not know commands of a shell, such as cd. The process ends at once."],
          "Put the app's command behind it:",
          "web: hoopstart -- bash -c 'cd x && puma'",
          "worker: hoopstart -- bundle exec puma -C config/puma.rb")
      ]),
    ForecastBuild(
      testDescription: "a shell that may wait for hoopstart",
      procfile: "web: cd x && hoopstart -- puma\nworker: hoopstart -- a; b\n",
      said: [
        Said(
          kind: "Warning", "A shell may wait for hoopstart and keep the key in web and worker.",
          ["A session can read the key in the environment of that shell."],
          "Let hoopstart take the place of the shell, or start the shell:",
          "web: cd x && exec hoopstart -- puma", "worker: hoopstart -- bash -c 'a; b'")
      ]),
    ForecastBuild(
      testDescription: "lines that are read otherwise than they were meant",
      procfile: "\u{feff}  web: hoopstart -- x\nweb.1: y\n\nworker z\nweb: hoopstart\u{a0}-- y\n",
      said: [
        Said(
          kind: "Warning", "The Procfile has no process type in line 2.",
          ["A type has letters, digits, - and _ only. The line is ignored."], line, example),
        Said(
          kind: "Warning", "The Procfile has no colon after the process type in line 4.",
          ["Heroku takes the first word for the type. Other platforms refuse the file."],
          line, example),
        Said(
          kind: "Warning", "The Procfile has more than one line for web.",
          ["Only the last line of a process type counts."], line, example),
        Said(
          kind: "Warning", "A character only looks like a space in web.",
          [
            "The shell takes it for a letter of a word. It is marked here:",
            "    web: hoopstart[U+00A0]-- y",
          ], "Type a space in its place:", "web: hoopstart -- y"),
      ]),
    ForecastBuild(
      testDescription: "a Procfile that says nothing", procfile: "nonsense\n", publishes: nil,
      headings: [
        "Warning: The app has no Procfile, or no process type in it, so none uses hoopstart.",
        "Warning: The Procfile has no process type in line 1.",
      ], isPlanGood: true),
    ForecastBuild(
      testDescription: "a Procfile in UTF-16", procfile: "w\0e\0b\0:\0 \0x\0", publishes: nil,
      said: [
        Said(
          kind: "Warning", "The Procfile is written in UTF-16.",
          ["Platforms read UTF-8, so it names no process type, and nothing starts the agent."],
          "Convert it:",
          "iconv -f UTF-16 -t UTF-8 Procfile >Procfile.new && mv Procfile.new Procfile")
      ], isPlanGood: true),
    ForecastBuild(
      testDescription: "the app has its own bin/hoopstart, and a bin/hoop that is not called",
      procfile: "web: bin/hoopstart -- puma\n", files: ["bin/hoopstart": "", "bin/hoop": ""],
      said: [
        Said(
          kind: "Warning", "The app has its own bin/hoopstart.",
          ["The process type web runs that one, not the buildpack's."],
          "Remove it, or call the buildpack's by its name alone:", "git rm bin/hoopstart")
      ]),
    ForecastBuild(
      testDescription: "a script of the app that replaces PATH",
      files: [".profile.d/paths.sh": "export PATH=/app/bin:/usr/bin:/bin\n"],
      said: [
        Said(
          kind: "Warning", "“.profile.d/paths.sh” replaces PATH when a dyno starts.",
          ["The shell does not find hoopstart then, and the process ends with status 127."],
          "Keep what is on PATH there (PATH=…:$PATH), or call hoopstart by its path:",
          "web: .hoop/bin/hoopstart -- bundle exec puma")
      ]),
    ForecastBuild(
      testDescription: "a path of a slug in an image", procfile: "web: bin/hoopstart -- puma\n",
      said: [
        Said(
          kind: "Warning", "An image does not have hoopstart at the path in web.",
          ["The agent has its own layer there, and its programs are on PATH."],
          "Call it by its name alone:", "web: hoopstart -- puma")
      ], isImage: true),
  ]
}
