import Posix
import TestSupport
import Testing

@testable import HoopAgent

struct SettingTests {
  @Test(arguments: Setting.allCases)
  func `every setting says what there is to know`(setting: Setting) {
    let description = setting.description
    for text in [description.label, description.example, description.help] {
      #expect(!text.isEmpty)
    }
    #expect(description.help.hasSuffix("."))
    #expect(description.label.utf8.count < Row.indent)
    #expect(Setting.isRead(setting.name) && Setting.misspellings(among: [setting.name]).isEmpty)
    #expect(Setting.isRead("\(setting.name)_MYAPP") == description.isPerConnection)
    #expect(setting.value(in: { _ in " \r\n" }) == nil && setting.value(in: { _ in nil }) == nil)
    #expect(setting.value(in: { $0 == setting.name ? "\ta b\r\n" : nil }) == "a b")
  }

  /// A value that is taken, one that is not, and the code of what is said about it. Nil if the value
  /// is read by the build alone, whose tests have it.
  private static let cases: [Setting: (good: String, bad: String, code: String)?] = [
    .key: (Keys.organisation, "x", "malformed-key"), .dsn: (Keys.organisation, "x", "two-keys"),
    .connection: ("a,b", "a,,b", "malformed-connections"),
    .database: ("postgres://u:p4ss@h/d", "app", "malformed-setting"),
    .command: ("rails c", "a | b", "malformed-setting"),
    .review: ("sre,dba", "sre,", "malformed-setting"),
    .dataMasking: ("URL", "A B", "malformed-setting"),
    .keyName: ("_default", "prod", "other-key-name"),
    .dynos: ("web,worker.1", "web 1", "malformed-dynos"),
    .disabled: ("off", "ja", "not-a-switch"), .required: ("on", "ja", "not-a-switch"),
    .logLevel: ("debug", "loud", "log-level"),
    .version: nil, .sha256: nil, .releasesURL: nil, .xtrace: nil,
  ]

  @Test(arguments: Setting.allCases)
  func `every setting is parsed`(setting: Setting) throws {
    guard let one = try #require(Self.cases[setting]) else { return }
    func codes(_ value: String) -> [String] {
      switch outcome(complete.with([setting.name: value])) {
      case .launch(let plan): plan.notices.map(\.code)
      case .impossible(let problems): problems.map(\.code)
      case .disabled, .otherDyno: ["none"]
      }
    }
    #expect(codes(" \(one.good)\r\n") == [])
    #expect(codes(one.bad) == [one.code])
  }

  @Test func `the README has a row for every setting`() throws {
    let root = Path(#filePath).folder.folder.folder
    let readme = String(
      decoding: try (root / "README.md").content(atMost: 1_000_000), as: UTF8.self)
    let section = readme.splitOnce(at: "\n## Settings, by task").after?.splitOnce(at: "\n## ")
      .before
    let names = try #require(section).split { !$0.isLetter && $0 != "_" && !$0.isNumber }.map(
      String.init)
    #expect(Setting.allCases.map(\.name).filter { !names.contains($0) } == [])
  }

  /// Every setting of a connection is read, reaches the agent, and has its row in a check.
  @Test(arguments: Setting.perConnection)
  func `every setting of a connection reaches the agent, and a check`(setting: Setting) throws {
    let (example, url) = (setting.description.example, "postgres://u:p4ss@db.example.com/app")
    let plan = try plan(
      complete.with(["\(setting.name)_APP": " \(example)\n", "DATABASE_URL": url]))
    let command = plan.commands[0]
    switch setting.description.becomes {
    case Setting.agentDatabase: #expect(command.settings.database != nil)
    case let flag: #expect(command.arguments[3...4] == [flag ?? "", example])
    }
    let row = try #require(plan.outputs.first { $0.label == setting.description.label })
    #expect(
      row.lines[0].hasSuffix(", if your gateway supports it")
        == setting.description.dependsOnGateway)
    #expect(plan.settingsInWords == ["app: \(row.label.lowercased()) \(row.lines[0])"])
    #expect(
      problems(complete.with(["\(setting.name)_APP": "‘,"])).map(\.code) == ["malformed-setting"])
  }

  @Test(arguments: [
    ("HOOP_CONECTION", "HOOP_CONNECTION"), ("HOOP_CONNECTIONS", "HOOP_CONNECTION"),
    ("HOOP_KEYNAME", "HOOP_KEY_NAME"), ("HOOP_DYNO", "HOOP_DYNOS"), ("HOOP_KYE", "HOOP_KEY"),
    ("HOOPKEY", "HOOP_KEY"), ("hoop_key", "HOOP_KEY"), ("HOOP_REQURIED", "HOOP_REQUIRED"),
    ("HOOP_RELEASE_URL", "HOOP_RELEASES_URL"), ("HOOPSTART_TRACE", "HOOPSTART_XTRACE"),
    ("HOOP_DATAMASKING", "HOOP_DATA_MASKING"), ("HOOP_REVEIW_MYAPP_DB", "HOOP_REVIEW_MYAPP_DB"),
    ("HOOP_DATABASES", "HOOP_DATABASE"), ("HOOP_LOGLEVEL", "HOOP_LOG_LEVEL"),
  ])
  func `a name that is nearly a setting's was meant to be that`(name: String, meant: String) {
    #expect(Setting.misspellings(among: [name]).map(\.lines) == [["rename \(name) \(meant)"]])
  }

  @Test(arguments: [
    "HOOP_TLSCA", "HOOP_DB_URI", "HOOP_GATEWAY_URL", "HOOP_REVIEW_MYAPP", "HOOP_DATABASE_A_B",
    "HOOP_ENV", "HOOP_TOKEN", "HOOP", "HOOPS_PER_GAME", "PATH", "DATABASE_URL", "HOOP_DEV",
    String(repeating: "HOOP_KEY", count: 10_000), "",
  ])
  func `other names are the app's own, or the agent's`(name: String) {
    #expect(Setting.misspellings(among: [name]).isEmpty)
  }

  @Test(arguments: [
    ("HOOP_REVIEWS", "HOOP_REVIEW"), ("HOOP_REVEIW", "HOOP_REVIEW"),
    ("HOOP_REVIEWS_APP", "HOOP_REVIEW_APP"), ("HOOP_DATA_MASKNG", "HOOP_DATA_MASKING"),
    ("HOOP_DATAMASKING_APP", "HOOP_DATA_MASKING_APP"), ("HOOP_KEYNAME", "HOOP_KEY_NAME"),
    ("hoop_review", "HOOP_REVIEW"),
  ])
  func `a misspelled protection stops the agent, whatever the key`(name: String, meant: String) {
    for key in [Keys.organisation, Keys.embedded] {
      let found = problems(complete.with(["HOOP_KEY": key, name: "x"]))
      #expect(found.map(\.code) == ["misspelled-setting"])
      #expect(found[0].severity == .error)
      #expect(found[0].summary == "\(name) is not a known setting. Did you mean \(meant)?")
      #expect(found[0].lines == ["rename \(name) \(meant)"])
    }
  }

  @Test func `a misspelled HOOP_REQUIRED warns, and other settings are the build's`() throws {
    let warned = try plan(complete.with(["HOOP_REQUIRE": "on", "HOOP_DYNO": "web"])).notices
    #expect(warned.map(\.code) == ["misspelled-setting"])
    #expect(warned[0].severity == .warning)
    #expect(warned[0].meaning == ["It has no effect."])
    #expect(
      problems(["HOOP_REQUIRE": "on"]).map(\.code) == ["no-key", "misspelled-setting"])
  }

  @Test func `twenty thousand variables take no more look-ups than their number`() {
    var variables = complete
    for number in 0..<7_000 {
      variables["HOOP_REVIEW_\(number)"] = "dba"
      variables["HOOP_REVIEWS_\(number)_A_B_C_D_E_F_G_H_I_J_K_L_M_N_O_P_Q_R"] = "dba"
      variables["HOOP_\(number)"] = "x"
    }
    var lookups = 0
    let outcome = LaunchPlan.make(
      for: .newestKnown,
      variable: { name in
        lookups += 1
        return variables[name]
      }, names: { Array(variables.keys) })
    guard case .impossible(let problems) = outcome else {
      Issue.record("there is a plan")
      return
    }
    #expect(problems.filter { $0.code != "too-many-variables" }.count == 16)
    #expect(lookups < variables.count)
  }

  // MARK: Switches

  @Test(
    arguments: [
      ("1", true), ("true", true), ("YES", true), (" on\n", true), (nil, false), ("", false),
      ("0", false), ("False", false), ("\tno\r\n", false), ("OFF", false), ("2", nil), ("ja", nil),
      ("on off", nil), ("true\u{301}", nil), ("１", nil), ("\0", nil),
    ] as [(String?, Bool?)])
  func `a switch is on, off or neither`(value: String?, isOn: Bool?) {
    #expect(Switch.parse(value) == isOn)
    #expect(Switch.isRequired(value) == (isOn != false))
  }
}

struct TextTests {
  @Test func `a quoted value is one line of at most 60 characters`() {
    let sixty = String(repeating: "x", count: 60)
    for (value, text) in [
      ("", "“”"), ("a b", "“a b”"), ("a\r\nb", "“a\\u{d}\\u{a}b”"), ("é🧨", "“é🧨”"),
      (sixty, "“\(sixty)”"), ("\(sixty)x", "“\(sixty)…”"),
      (String(repeating: "x", count: 70_000), "a value of 70000 bytes"),
    ] { #expect(quoted(value) == text) }
  }

  @Test func `a printable text moves no cursor and turns nothing around`() {
    #expect(printable("plain é 日本") == "plain é 日本" && printable("\u{1b}[2J") == "\\u{1b}[2J")
    for code: UInt32 in [0, 0x7f, 0x9b, 0x202e, 0x2028, 0xfeff, 0x2066, 0x200d] {
      let text = Unicode.Scalar(code).map { String($0) } ?? ""
      #expect(printable(text) == "\\u{\(String(code, radix: 16))}")
    }
  }

  @Test func `a word is quoted for a shell if it needs that`() {
    for (word, text) in [
      ("", "''"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("a/b.c,d@e:%+=_-", "a/b.c,d@e:%+=_-"),
      ("$(id)", "'$(id)'"), ("é", "'é'"), ("a\nb", "'a\\u{a}b'"),
    ] { #expect(shellWord(word) == text) }
  }

  @Test func `what Unicode calls white space is trimmed, and nothing else`() {
    let scalars = (0...0xffff).lazy.compactMap { Unicode.Scalar($0 as UInt32) }
    let unlike = scalars.filter { scalar in
      "\(scalar)a\(scalar)".trimmed().unicodeScalars.elementsEqual("a".unicodeScalars)
        != scalar.properties.isWhitespace
    }
    #expect(Array(unlike) == [])
    #expect(" a \n b ".trimmed() == "a \n b" && " \u{301}a".trimmed().utf8.count == 3)
  }

  @Test(arguments: [
    ("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("--boot", "--bot", 1), ("ab", "ba", 1),
  ])
  func `the distance of two texts is how many bytes differ`(
    left: String, right: String, distance: Int
  ) {
    #expect(editDistance(left.utf8, right.utf8) == distance)
    #expect(editDistance(right.utf8, left.utf8) == distance)
  }

  @Test func `lists are written as one says them`() {
    #expect(
      [[], ["a"], ["a", "b"], ["a", "b", "c"]].map(\.asList) == ["", "a", "a and b", "a, b and c"])
    #expect(few((1...9).map(String.init)) == "1, 2, 3, 4, 5, 6, 7, 8 and 1 more")
    #expect("a: b: c".splitOnce(at: ": ") == ("a", "b: c") && "a".splitOnce(at: "b").after == nil)
  }
}
