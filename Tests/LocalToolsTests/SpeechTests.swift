import CPosix
import Foundation
import Posix
import TestSupport
import Testing

@testable import BuildpackKit
@testable import HoopAgent
@testable import HoopStart
@testable import LocalTools

/// Every text that tells a user what to do, in a row. With HOOP_SPEECH=1 they are printed as a log
/// has them, to be read as one who meets them.
struct SpeechTests {
  private static let version = AgentVersion(1, 148, 0)
  private static let old = AgentVersion(1, 19, 1)
  private static let url = "https://releases.hoop.dev/release/1.148.0/checksums.txt"
  private static let file = "hoop_1.148.0_Linux_x86_64.tar.gz"
  private static let key = "grpcs://prod:s3cret@app.hoop.dev:8443?mode=embedded"
  private static let keys = [key, "grpcs://org:s3cret@app.hoop.dev"].compactMap {
    try? AgentKey($0)
  }
  private static let digest = Digest(String(repeating: "0f", count: 32))

  private static let releases: [ReleaseFailure] =
    [
      .malformedVersion("1.148"), .unsupportedVersion(AgentVersion(1, 0, 0)),
      .unsupportedLatest(AgentVersion(1, 0, 0)), .malformedDigest("0f"), .malformedURL,
      .missing(version, Platform(.arm64), url: url, .status(404), isVersionPinned: true),
      .missing(version, Platform(.arm64), url: url, .curl(37), isVersionPinned: false),
      .noLatest(url: url, .deadline), .malformedLatest(url: url, body: nil),
      .malformedLatest(url: url, body: "<html>"),
    ]
    + [Checksums.Problem.missing, .conflicting, .malformed].map {
      .checksums($0, file: file, url: url)
    }
    + [.status(503), .tooLarge(limit: 1000), .deadline, .notAFile, .curl(99)].map {
      .transfer(url: url, $0)
    }
    + [1, 5, 6, 7, 18, 28, 35, 37, 47, 52, 60, 77, 97].map { .transfer(url: url, .curl($0)) }

  private static let archives: [ArchiveFailure] =
    [
      .notGzip(file: file), .notTar(file: file), .tooLarge(file: file), .tooManyMembers(file: file),
      .tooMuchMemory(file: file), .emptyAgent(file: file), .otherVersion(version, found: "1.0.0"),
      .doesNotStart(version, reason: "said nothing for 10 s"),
    ]
    + [.noAgent, .leadsOut("../x"), .tooLarge("./hoop"), .isNoFile("./hoop", .link)].map {
      .listing(file: file, $0)
    }
    + [digest].compactMap { $0 }.flatMap {
      [
        .wrongDigest(file: file, expected: ExpectedDigest($0, by: .pin), found: $0),
        .wrongDigest(file: file, expected: ExpectedDigest($0, by: .release), found: $0),
      ]
    }

  private static let denied = SystemError("open", Path("/build/Procfile"), code: EACCES)
  private static let slugs: [SlugFailure] = [
    .noFolder("BUILD_DIR", Path("/no")), .occupied("bin/hoop"), .leadsOut("bin"),
    .unreadableProcfile(denied), .unreadableProcfile(SystemError("open", code: EXDEV)),
    .hugeProcfile, .unreadableConfigVar("HOOP_VERSION", denied),
    .notASwitch(name: "HOOP_DISABLED", value: "perhaps"), .unsupportedMachine("Linux on riscv64"),
    .missingProgram("curl", purpose: "download the agent"), .notWritable(denied), .diskFull,
    .system(SystemError("fork", code: EAGAIN)),
  ]

  private static let launches: [LaunchProblem] =
    [
      .notASwitch(name: "HOOP_REQUIRED", value: "ja"), .malformedDynos("web 1"), .noKey,
      .otherKeyName(wanted: "prod", found: "dev"), .otherKeyName(wanted: "prod", found: nil),
      .malformedKey(variable: "HOOP_KEY", why: .quotes), .noConnection,
      .malformedKey(variable: "HOOP_KEY", why: .scheme),
      .malformedKey(variable: "HOOP_DSN", why: .mode(nearest: .embedded)),
      .malformedConnections(.quotes(without: "shop,redact")),
      .malformedConnections(.unusableVariable("NAMES")),
      .singleConnection(old, first: "a"), .tooManyVariables(bytes: 140_000),
      .malformedSetting("HOOP_COMMAND", of: .command, .notPlain("'a")),
      .malformedSetting("HOOP_REVIEW", of: .review, .emptyItem),
      .malformedSetting("HOOP_DATA_MASKING", of: .dataMasking, .repeatedItem("URL")),
      .malformedSetting("HOOP_DATABASE", of: .database, .url(.scheme, variable: nil)),
      .malformedSetting("HOOP_DATABASE", of: .database, .url(.host, variable: "DATABASE_URL")),
      .malformedSetting("HOOP_DATABASE", of: .database, .keyVariable("HOOP_KEY")),
      .malformedSetting("HOOP_REVIEW", of: .review, .quotes(without: "sre")),
      .settingOfNoConnection("HOOP_REVIEW_X", of: .review, suffixes: ["MYAPP"]),
      .settingOfManyConnections("HOOP_REVIEW_A_B", connections: ["a-b", "a_b"]),
    ]
    + keys.flatMap {
      [
        .keyNotAccepted($0, old), .settingsNotPossible(["HOOP_REVIEW"], $0, old, from: nil),
        .settingsNotPossible(["HOOP_REVIEW"], $0, old, from: version),
      ]
    }

  private static let notices: [LaunchNotice] =
    [
      .sessionsWithoutVariables(old), .databaseVariableKept(connections: "shop"),
      .unclearRequired("ja"),
    ]
    + keys.flatMap {
      [.connectionIgnored($0, version), .connectionIgnored($0, old), .standardKey($0, version)]
    }

  private static let warnings: [BuildWarning] =
    [
      .cachedVersion(version, .release(.noLatest(url: url, .deadline))),
      .cachedDigest(version, .release(.transfer(url: url, .deadline))), .cacheNotWritten(denied),
      .cacheNotCleaned(denied), .noExport(denied),
    ]
    + [digest].compactMap { $0 }.map {
      .previousLayer(
        LayerMetadata.Agent(version: version, archive: $0),
        .release(.transfer(url: url, .deadline)), pin: .sha256)
    }

  private static let starts: [Advice] = [Start.notStarted, Start.noSupervisor(denied)]

  private static let commands: [Advice] = [
    GivenConfig.missing(for: "bin/check"), GivenConfig.exported(["HOOP_KEY"]),
    DryRun.noProgram("web", ofImage: true, isOffline: false),
    Deploy.failure("bin/compile of Hoop ended with exit status 1", again: "bin/dry-run APP_DIR"),
    Session.misuse(Options.Misuse(words: "There is no option “--jsn”."), of: "bin/check"),
  ]

  private static let app = Path("/app")
  private static let locals: [LocalFailure] = [
    .noApp(app), .noProcfile(app), .unreadableApp(app, complaint: "cp: cannot open 'x'"),
    .noBuildpack(app), .noProcess(type: "wed", of: ["web"]), .noProcess(type: "web", of: []),
    .keepIsTaken(app), .malformedConfig(argument: 2), .unreadableEnvFile(Path("-"), denied),
    .noTemporaryFolder(app, denied), .diskFull(folder: app), .forSlugsAlone(option: "--keep"),
    .lifecycle(.label), .build(.stopped(Signals.Stop(signal: 15))),
    .malformedEnvFile(app, EnvFile.Malformed(line: 3, why: .noEquals)),
  ]

  /// What a Procfile and config vars that are wrong in every way get to hear.
  private static func advice(_ procfile: String, _ config: [String] = []) -> [Advice] {
    let environment = Environment(entries: config.map { Array($0.utf8) })
    guard let variables = try? ConfigVars(folder: nil, environment: environment) else { return [] }
    let procfile = Procfile(procfile.utf8)
    let advice = BuildAdvice(for: version, procfile, app: app, variables)
    return advice.all + advice.forImages(procfile).filter { !advice.all.contains($0) }
      + procfile.advice(on: []) { $0 == "bin/hoop" || $0 == "bin/hoopstart" }
  }

  /// What stands in the place of an agent.
  private static func installation(_ files: [(name: String, text: String)]) throws -> Advice? {
    let temporary = TemporaryFolder()
    try (temporary.path / "bin").makeFolder()
    for (name, text) in files {
      try (temporary.path / name).makeFile(Array(text.utf8), mode: 0o644)
    }
    guard case .problem(let advice) = Installation(folder: temporary.path).content() else {
      return nil
    }
    return advice
  }

  private static let gateway: [GatewayAnswer] = [
    .unknownKey, .unreachable("connection refused"), .nameTaken("myapp"), .refused("no"),
    .ended("exit status 1", last: ["panic"]), .notStarted("no file"), .none(seconds: 10, last: []),
  ]

  private static func answers() -> [Advice] {
    let config = [
      "HOOP_KEY": key.replacing("embedded", with: "multi-connection"),
      "HOOP_CONNECTION": "myapp",
    ]
    let outcome = LaunchPlan.make(for: version, variable: { config[$0] }, names: { [] })
    guard case .launch(let plan) = outcome else { return [] }
    return gateway.compactMap {
      $0.advice(of: plan, $0.words(of: plan, after: 100), taken: ["myapp"])
    }
  }

  private static let procfiles: [Advice] =
    advice("web: puma") + advice("web: hoopstart -- a && b")
    + advice("web: hoopstart puma\nweb: hoopstart --\njunk\na: hoopstrat -- x")
    + advice("a: hoopstart FOO=1\nb: hoopstart -- cd x\nc: hoopstart -- a", ["HOOP_REQUIRED=on"])
    + advice(
      "web: bin/hoopstart -- a\nb: bin/hoop version", ["HOOP_KEY=\(key)", "HOOP_DYNOS=web.1"])
    + advice(
      "web: hoopstart -- a",
      ["HOOP_KEY=\(key)", "HOOP_DYNOS=wed.1", "HOOP_CONECTION=a", "HOOP_REVEIW=b"])
    + advice("web: hoopstart -- a", ["HOOP_KEY=\(key)", "HOOP_DYNOS=web,wed"])

  static let all: [Advice] = {
    let ofBuilds: [[Advice]] = [
      releases.map { $0.advice }, archives.map { $0.advice }, slugs.map { $0.advice },
      warnings.map { $0.advice }, [Procfile.missing], procfiles,
    ]
    let ofAgents: [[Advice]] = [
      launches.map { $0.advice }, notices.map { $0.advice }, answers(), starts,
      [
        try? installation([]), try? installation([("version", "new"), ("bin/hoop", "")]),
        try? installation([("version", "1.148.0"), ("bin/hoop", "")]),
      ].compactMap { $0 },
    ]
    let ofCommands: [[Advice]] = [locals.map { $0.advice(for: "bin/check") }, commands]
    return Array((ofBuilds + ofAgents + ofCommands).joined())
  }()

  /// What the Heroku CLI has (Dev Center, "Heroku CLI Commands") and is spoken of here.
  private static let herokuCommands = [
    "buildpacks", "buildpacks:add", "builds:cache:purge", "config", "config:get", "config:set",
    "config:unset", "ps:restart", "run",
  ]

  @Test func `they are printed on request`() {
    guard Environment.current["HOOP_SPEECH"] == "1" else { return }
    BuildLog().advise(Self.all)
  }

  @Test(arguments: all)
  func `an advice has a form that a user can rely on`(advice: Advice) {
    #expect(advice.code.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil)
    #expect(!["the", "no", "it", "there"].contains(advice.summary.prefix { $0 != " " }))
    // What an agent said last is quoted below.
    #expect(advice.summary.hasSuffix(".") || advice.summary.hasSuffix("lines:"))
    #expect(!advice.summary.contains(". "))
    #expect(advice.remedy.hasSuffix(advice.example.isEmpty ? "." : ":"))
    // A URL or a path may be as long as it is.
    let lines = [advice.summary, advice.remedy] + advice.meaning
    #expect(!lines.contains { $0.count > 110 && !$0.contains("://") })
    #expect(!(lines + advice.example).contains { $0.contains("s3cret") })
  }

  @Test(arguments: all)
  func `an example can be pasted`(advice: Advice) {
    for line in advice.example {
      #expect(!line.contains("—") && !line.replacing("'grpcs://…'", with: "").contains("…"))
      for part in line.replacing("$(", with: "|").split(separator: "|")
      where part.trimmed().hasPrefix("heroku ") {
        let words = part.split(separator: " ")
        #expect(Self.herokuCommands.contains(String(words[1])), "\(line)")
      }
    }
  }

  @Test func `no advice in the sources is left out`() throws {
    let sources = (Bench.repository / "Sources").string
    let files = try FileManager.default.subpathsOfDirectory(atPath: sources)
    let codes = try files.filter { $0.hasSuffix(".swift") }.flatMap { file in
      let text = String(
        decoding: try Path("\(sources)/\(file)").content(atMost: 1 << 20), as: UTF8.self)
      return text.matches(of: /code: "([a-z-]+)"/).map { String($0.output.1) }
    }
    #expect(codes.count > 70)
    #expect(Set(codes).subtracting(Self.all.map { $0.code }).sorted() == [])
  }

  @Test func `a code means one thing`() {
    // The same thing of another subject, or for another reason.
    let remedies = Dictionary(grouping: Self.all) { $0.code }.mapValues {
      Set($0.map { $0.remedy })
    }
    for (code, remedies) in remedies { #expect(remedies.count <= 4, "\(code): \(remedies)") }
  }
}
