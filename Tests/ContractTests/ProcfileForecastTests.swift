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
    #expect(
      await build.compile().errors.contains(
        "bin/hoopstart in web is not the buildpack's hoopstart."))
    try! (build.app / "bin/hoopstart").removeTree()
    #expect(await build.compile().errors.isEmpty)
    #expect(await build.compile().errors.isEmpty)
  }

  private static let example = "web: hoopstart -- bundle exec puma -C config/puma.rb"
  private static let procfiles = [
    ForecastBuild(
      "no process type uses hoopstart",
      procfile: "release: rake x\nweb: cd app && PORT=1 puma\na: A=1 sidekiq\nb: hoop start -- x\n",
      publishes: nil,
      isPlanGood: true,
      Said(
        kind: "Warning", "No process type of the Procfile uses hoopstart.",
        ["Nothing starts the agent."],
        "Start the processes that should carry the agent with hoopstart:",
        "web: hoopstart -- bash -c 'cd app && PORT=1 puma'",
        "a: hoopstart -- A=1 sidekiq", "b: hoopstart -- x")),
    ForecastBuild(
      "hoopstart as it may be called",
      procfile: """
        web: hoopstart puma
        a: cd x && exec hoopstart -- puma
        b: bash -c 'hoopstart -- puma'
        c: .hoop/bin/hoopstart A=1 puma
        d: bin/hoop-start -- puma
        """),
    ForecastBuild(
      "hoopstart without a command, and before what only a shell knows",
      procfile: "web: hoopstart -- cd x && puma\nworker: hoopstart --\nclock: hoopstart -- clock\n",
      Said(
        kind: "Warning", "There is no program after hoopstart in web and worker.",
        ["hoopstart does not know commands of a shell, such as cd. The process ends at once."],
        "Put the app's command after it:",
        "web: hoopstart -- bash -c 'cd x && puma'",
        "worker: hoopstart -- bundle exec puma -C config/puma.rb")),
    ForecastBuild(
      "a shell that may wait for hoopstart",
      procfile: "web: cd x && hoopstart -- puma\nworker: hoopstart -- a; b\n",
      Said(
        kind: "Warning", "A shell keeps the key while hoopstart runs in web and worker.",
        ["A session can read the key in the environment of that shell."],
        "Let hoopstart start the shell:",
        "web: hoopstart -- bash -c 'cd x && puma'", "worker: hoopstart -- bash -c 'a; b'")),
    ForecastBuild(
      "lines that are read otherwise than they were meant",
      procfile: "\u{feff}  web: hoopstart -- x\nweb.1: y\n\nworker z\nweb: hoopstart\u{a0}-- y\n",
      Said(
        kind: "Warning", "The Procfile has lines that may mean something else.",
        [
          "No process type in line 2. A type has letters, digits, - and _ only. It is ignored.",
          "No colon after the process type in line 4. Heroku takes the first word for the type. Other"
            + " platforms refuse the file.",
          "More than one line for web. Only the last one counts.",
        ], "A line is TYPE: COMMAND, once for each type, or begins with # if it is a comment:",
        example),
      Said(
        kind: "Warning", "A character only looks like a space in web.",
        [
          "The shell takes it for a letter of a word. It is marked here:",
          #"    web: hoopstart\u{a0}-- y"#,
        ], "Type a space in its place.")),
    ForecastBuild(
      "a Procfile in UTF-16", procfile: "w\0e\0b\0:\0 \0x\0", publishes: nil,
      isPlanGood: true,
      Said(
        kind: "Warning", "The Procfile is written in UTF-16.",
        ["Platforms read UTF-8, so it names no process type, and nothing starts the agent."],
        "Convert it:",
        "iconv -f UTF-16 -t UTF-8 Procfile >Procfile.new && mv Procfile.new Procfile")),
    ForecastBuild(
      "the app has its own bin/hoopstart, and a bin/hoop that is not called",
      procfile: "web: bin/hoopstart -- puma\n", files: ["bin/hoopstart": "", "bin/hoop": ""],
      Said(
        kind: "Warning", "bin/hoopstart in web is not the buildpack's hoopstart.",
        ["The buildpack's programs are on PATH, and not there."], "Call it by its name alone:",
        "web: hoopstart -- puma")),
    ForecastBuild(
      "a script of the app that replaces PATH",
      files: [".profile.d/paths.sh": "export PATH=/app/bin:/usr/bin:/bin\n"],
      Said(
        kind: "Warning", "“.profile.d/paths.sh” replaces PATH when a dyno starts.",
        ["The shell does not find hoopstart then, and the process ends with status 127."],
        "Keep what is on PATH there (PATH=…:$PATH), or call hoopstart by its path:",
        "web: .hoop/bin/hoopstart -- bundle exec puma")),
    ForecastBuild(
      "a path of a slug in an image", procfile: "web: bin/hoopstart -- puma\n",
      isImage: true,
      Said(
        kind: "Warning", "bin/hoopstart in web is not the buildpack's hoopstart.",
        ["The buildpack's programs are on PATH, and not there."],
        "Call it by its name alone:", "web: hoopstart -- puma")),
  ]
}
