import HoopAgent
import Output
import Posix
import TestSupport
import Testing

@testable import BuildpackKit

struct AppForecastTests {
  private static let key = "grpcs://_default:xagt-Zm9v@app.hoop.dev:8443"

  private static func forecast(
    _ procfile: String, _ config: [String: String] = [:], app: Path = Path("/nonexistent"),
    isConfigKnown: Bool = true, target: Wording = .slug
  ) throws -> AppForecast {
    let all = ["HOOP_KEY": key, "HOOP_CONNECTION": "myapp"].merging(config) { $1 }
    let entries = all.sorted { $0.key < $1.key }.filter { !$0.value.isEmpty }
    return AppForecast(
      for: .newestKnown, Procfile(procfile.utf8), app: app,
      try ConfigVars(
        folder: nil, environment: Environment(entries: entries.map { Array("\($0)=\($1)".utf8) })),
      isConfigKnown: isConfigKnown, target: target)
  }

  private static func lines(_ problem: Problem, _ wording: Wording) -> [String] {
    ["\(problem.severity.rawValue) \(problem.code): \(problem.summary)"] + problem.meaning
      + [problem.remedy.text] + wording.lines(for: problem.remedy)
  }

  @Test(
    arguments: [
      ("web: hoopstart -- a", [:], "carries the agent"),
      ("web: a", [:], "no agent: its command has no hoopstart"),
      ("web: hoopstart", [:], "would not start: there is no program after hoopstart"),
      ("web: hoopstart -- cd x", [:], "would not start: there is no program after hoopstart"),
      ("web: hoopstart -- a", ["HOOP_DISABLED": "1"], "no agent: HOOP_DISABLED is on"),
      ("web: hoopstart -- a", ["HOOP_DYNOS": "worker"], "no agent: HOOP_DYNOS does not name it"),
      ("web: hoopstart -- a", ["HOOP_DYNOS": "web.1"], "carries the agent in the dynos web.1"),
      ("web: hoopstart -- a", ["HOOP_KEY": ""], "no agent: there is no key"),
      ("web: hoopstart -- a", ["HOOP_KEY": "x"], "no agent: the config vars are not right"),
      (
        "web: hoopstart -- a", ["HOOP_KEY": "x", "HOOP_REQUIRED": "1"],
        "would not start: HOOP_REQUIRED asks for an agent, and the config vars are not right"
      ),
    ] as [(String, [String: String], String)])
  func `what will happen to a process type is said in a few words`(
    procfile: String, config: [String: String], words: String
  ) throws {
    #expect(try Self.forecast(procfile, config).processes.map { $0.words } == [words])
  }

  @Test func `a problem is said once for all process types`() throws {
    let malformed = try Self.forecast("web: hoopstart -- a\nb: hoopstart -- b", ["HOOP_KEY": "x"])
    #expect(malformed.problems.map { $0.code } == ["malformed-key"])
    #expect(malformed.publishes == nil)
  }

  @Test func `an app that needs the agent and cannot have it does not start`() throws {
    let config = ["HOOP_KEY": "x", "HOOP_REQUIRED": "1"]
    let problems = try Self.forecast("web: hoopstart -- a\nb: b", config).problems
    let expected = [
      "warning app-will-not-start: The app will not start: HOOP_REQUIRED is on, and no agent can be"
        + " started.",
      "hoopstart ends web with exit status 78. The reason follows.",
      "Fix that, or let the app start without an agent:", "heroku config:unset HOOP_REQUIRED",
    ]
    #expect(problems.first.map { Self.lines($0, .slug) } == expected)
    #expect(problems.dropFirst().map { $0.code } == ["malformed-key"])
  }

  @Test func `a missing key is a notice at build time, and a warning if the agent is required`()
    throws
  {
    #expect(try Self.forecast("web: hoopstart -- a", ["HOOP_KEY": ""]).problems.isGood)
    let config = ["HOOP_KEY": "", "HOOP_REQUIRED": "1"]
    #expect(try !Self.forecast("web: hoopstart -- a", config).problems.isGood)
    let unknown = try Self.forecast("web: hoopstart -- a", config, isConfigKnown: false)
    #expect(unknown.problems.isEmpty)
  }

  @Test func `a connection may be named after the app when it starts`() throws {
    let config = ["HOOP_CONNECTION": "env.HEROKU_APP_NAME"]
    let forecast = try Self.forecast("web: hoopstart -- a", config)
    #expect(
      forecast.publishes
        == "Publishes one named after the app when it starts from every process that starts with"
        + " hoopstart")
    #expect(forecast.problems.isGood)
  }

  @Test func `a misspelt setting is a warning, said once`() throws {
    let config = ["HOOP_REVEIW_MYAPP": "sre", "HOOP_DYNO": "web"]
    let forecast = try Self.forecast("web: hoopstart -- a", config)
    #expect(forecast.problems.map { $0.code } == ["misspelled-setting", "misspelled-setting"])
    #expect(forecast.problems.allSatisfy { $0.severity == .warning })
    #expect(forecast.processes[0].plan == nil)
  }

  @Test func `a Procfile that names nothing has no hoopstart`() throws {
    let found = try Self.forecast("nonsense\n").problems.map { $0.code }
    #expect(found.sorted() == ["no-hoopstart", "procfile-lines"])
  }

  @Test(arguments: [
    ("bin/hoopstart -- a", "hoopstart -- a"), (".hoop/bin/hoopstart -- a", "hoopstart -- a"),
    ("cd x && exec ./bin/hoopstart -- a", "cd x && exec hoopstart -- a"),
  ])
  func `an image has no programs at the paths of a slug`(command: String, suggested: String) throws
  {
    let procfile = "web: \(command)"
    #expect(try Self.forecast(procfile).problems.isEmpty)
    let problems = try Self.forecast(procfile, target: .imageBuild).problems
    #expect(problems.map { $0.code } == ["own-hoopstart"])
    #expect(Wording.imageBuild.lines(for: problems[0].remedy) == ["web: \(suggested)"])
  }

  @Test func `types that Fir has renamed are known`() throws {
    let procfile = "mail_worker: hoopstart -- a"
    let renamed = try Self.forecast(procfile, ["HOOP_DYNOS": "mail-worker"], target: .imageBuild)
    #expect(renamed.problems.isEmpty && renamed.processes[0].plan != nil)
  }

  @Test(arguments: [
    (".profile.d/path.sh", "export PATH=/app/bin\n", true),
    (".profile.d/z.sh", "PATH=\"/x:$PATH\"; export PATH", false), (".profile", "PATH=/bin", true),
    (".profile.d/app.sh", "export PATH=/app/bin", false), (".profile", "PATH=/x make all", false),
    (".profile", "# export PATH=/x\nexport PATH=/x:${PATH:-}", false),
  ])
  func `a script that replaces PATH is seen`(name: String, script: String, isSeen: Bool) throws {
    let folder = TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let app = folder.path
    try (app / name).folder.makeFolders()
    try (app / name).makeFile(Array(script.utf8), mode: 0o644)
    let problems = try Self.forecast("web: hoopstart -- a", app: app).problems
    #expect(problems.map { $0.code } == (isSeen ? ["replaced-path"] : []))
    if let problem = problems.first {
      #expect(Wording.slug.lines(for: problem.remedy) == ["web: .hoop/bin/hoopstart -- a"])
    }
    #expect(try Self.forecast("web: .hoop/bin/hoopstart -- a", app: app).problems.isEmpty)
    #expect(
      try Self.forecast("web: hoopstart -- a", app: app, target: .imageBuild).problems.isEmpty)
  }

  @Test func `config vars are read without the white space around them, whatever their number`()
    throws
  {
    let many = (0..<20_000).map { Array("NAME_\($0)= \($0)\r\n".utf8) }
    let twice = ["A=1", "A=2", "=x", "HOOP_DISABLED= on\n"].map { Array($0.utf8) }
    let vars = try ConfigVars(folder: nil, environment: Environment(entries: many + twice))
    #expect(vars.names.count == 20_002)
    for index in 0..<20_000 { #expect(try vars.value("NAME_\(index)") == "\(index)") }
    #expect(try vars.value("A") == "1" && vars.value("B") == nil && vars.value("../x") == nil)
    #expect(try vars.isDisabled())
  }
}
