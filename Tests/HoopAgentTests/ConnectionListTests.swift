import Testing

@testable import HoopAgent

struct ConnectionListTests {
  private static let variables = [
    "A": "Alpha", "B_2": " beta\n", "EMPTY": "", "BLANK": " \t", "LIST": "x,y", "NESTED": "Env.A",
    "QUOTED": "'x'", "BELL": "a\u{7}b", "HOOP_KEY": "s3cret", "HOOP_DSN": "s3cret",
    "a/../A": "file",
    "PROD_KEY": "grpcs://prod:s3cret@app.hoop.test:8443", "DATABASE_URL": "postgres://u:p@db/app",
    "OLD_KEY": "https://app.hoop.test/" + String(repeating: "0f", count: 32),
  ]

  /// As an agent reads them that splits the list itself, without the limit of those before 1.20.
  private static func list(_ value: String) throws(Problem) -> ConnectionList {
    try ConnectionList(value, for: .newestKnown, isRunAlone: false) { variables[$0] }
  }

  private static func names(_ value: String) throws(Problem) -> [String] {
    try list(value).names.map { $0.name }
  }

  @Test(arguments: [
    ("myapp", ["myapp"]), ("a,b", ["a", "b"]), (" A ,\tB\r\n", ["a", "b"]), ("my app", ["my app"]),
    ("ÀÉ", ["àé"]), ("\u{a0}a\u{a0},b", ["a", "b"]), ("b,a", ["b", "a"]), ("-x", ["-x"]),
    ("env", ["env"]), ("o'brien", ["o'brien"]), ("environment.a", ["environment.a"]),
    ("a, env.A", ["a", "alpha"]), (" env.B_2 ,b", ["beta", "b"]), ("env.A", ["alpha"]),
  ])
  func `names are split at commas, trimmed, lower-cased and looked up`(
    value: String, names: [String]
  ) throws {
    #expect(try Self.names(value) == names)
  }

  @Test(
    arguments: [
      ("it holds an empty name", ["", " ", ",", "a,,b", "a,", ",a", "a, ,b", "a,\u{a0}"]),
      ("it refers to the config var “C”, which is unset or empty", ["env.C", "a,env.C "]),
      ("it refers to the config var “EMPTY”, which is unset or empty", ["env.EMPTY"]),
      ("it refers to the config var “BLANK”, which is unset or empty", ["env.BLANK"]),
      ("it refers to the config var “”, which is unset or empty", ["env."]),
      ("it refers to the config var “a/../A”, which is unset or empty", ["env.a/../A"]),
      ("it refers to the config var “LIST”, whose value is not one plain name", ["env.LIST"]),
      ("it refers to the config var “NESTED”, whose value is not one plain name", ["env.NESTED"]),
      ("it refers to the config var “QUOTED”, whose value is not one plain name", ["env.QUOTED"]),
      ("it refers to the config var “HOOP_KEY”, which holds a key or a URL", ["env.HOOP_KEY"]),
      ("it refers to the config var “HOOP_DSN”, which holds a key or a URL", ["a,env.HOOP_DSN"]),
      ("it refers to the config var “PROD_KEY”, which holds a key or a URL", ["env.PROD_KEY"]),
      ("it refers to the config var “OLD_KEY”, which holds a key or a URL", ["a,env.OLD_KEY"]),
      ("it holds a key, or a URL with a password", ["grpcs://prod:s3,cret@app.hoop.test"]),
      (
        "it has quotation marks around it, or around a part of it",
        ["“shop”", "«shop»", "'a,b'", "‘env.A’", "\"\"", "a,`b"]
      ),
      ("“ENV.A” looks like env.NAME, which is the value of a config var", ["ENV.A", "a,ENV.A"]),
      ("a name holds a control character: “a\\u{0}b”", ["a\0b"]),
      ("a name holds a control character: “a\\u{7}b”", ["env.BELL"]),
      ("it names “a” twice", ["a,b,A", "a,a"]), ("it names “alpha” twice", ["alpha,env.A"]),
      ("it names “é” twice", ["\u{e9},e\u{301}"]),
      (
        "it has 101 names, and each takes memory; 100 are taken",
        [(0...100).map { "n\($0)" }.joined(separator: ",")]
      ),
    ] as [(String, [String])])
  func `a list that breaks a rule is refused`(why: String, values: [String]) {
    for value in values {
      let problem = #expect(throws: Problem.self) { try Self.names(value) }
      #expect(problem?.code == "malformed-connections")
      #expect(problem?.summary.hasPrefix("HOOP_CONNECTION cannot be read: \(why)") == true)
      #expect(problem?.meaning == ["No connection is published until this is fixed."])
    }
  }

  @Test func `a comma separates even with a combining mark behind it`() throws {
    #expect(try Self.names("a,\u{301}b").count == 2)
  }

  @Test(arguments: [("1.14.15", false), ("1.19.63", false), ("1.20.0", true)])
  func `a list has at most 255 bytes with an agent before 1_20, resolved or not`(
    version: String, isLongTaken: Bool
  ) throws {
    let version = try #require(AgentVersion(version))
    let (short, long) = (String(repeating: "a", count: 126), String(repeating: "b", count: 128))
    let spaces = String(repeating: " ", count: 255)
    for value in ["\(short),\(long)", "c\(short),\(long)", "a\(spaces)", "env.A,c\(short)"] {
      let list = try? ConnectionList(value, for: version) { _ in long }
      #expect((list != nil) == (isLongTaken || value == "\(short),\(long)"))
    }
  }

  @Test(arguments: [128, 129, 10_000])
  func `a name has at most 128 characters`(length: Int) {
    let name = String(repeating: "é", count: length)
    for value in ["a,\(name)", "env.A"] {
      do throws(Problem) {
        let list = try ConnectionList(value, for: .newestKnown) { _ in name }
        #expect(list.names.last?.shown.utf8.count == 128)
      } catch {
        #expect(length > 128)
        #expect(
          error.summary.contains("… has") || error.summary.contains("” has \(length) characters"))
        #expect(error.lines == ["set HOOP_CONNECTION=myapp,myapp-db"])
      }
    }
  }

  @Test(arguments: [
    ("App", "app"), ("Ação", "acao"), ("e\u{301}te\u{301}", "ete"), ("ÅNGSTRÖM", "angstrom"),
    ("Việt", "viet"), ("a_b-c.d", "a_b-c.d"), ("İ", "i"), ("My  App", "my__app"),
    ("my/app", "my/app"),
  ])
  func `the dashboard shows a name in lower case, without accents and spaces`(
    name: String, shown: String
  ) throws {
    #expect(try ConnectionList(name, for: .newestKnown) { _ in nil }.names.map(\.shown) == [shown])
    #expect(
      try ConnectionList("env.A", for: .newestKnown) { _ in name }.names.map(\.shown) == [shown])
    #expect(
      try plan(["HOOP_KEY": Keys.embedded, "HOOP_CONNECTION": name], "1.19.0").publication
        == "prod:\(name.lowercased())")
  }

  @Test(arguments: [
    ("приложение", "п"), ("🚀", "🚀"), ("straße", "ß"), ("øre", "ø"), ("a,日本", "日"),
    ("a\u{a0}b", "\u{a0}"),
  ])
  func `a name with other letters than ASCII's never gets a session`(list: String, letter: String) {
    let summaries = problems(complete.with(["HOOP_CONNECTION": list])).map(\.summary)
    #expect(summaries.count == 1)
    #expect(summaries[0].hasSuffix("” holds “\(printable(letter))”, which is not ASCII."))
  }

  @Test(arguments: [("café,cafe", "cafe"), ("a b,a_b", "a_b")])
  func `two names that the agent would make one are refused`(list: String, name: String) {
    #expect(
      problems(complete.with(["HOOP_CONNECTION": list])).map(\.summary)
        == ["HOOP_CONNECTION cannot be read: it names “\(name)” twice."])
  }

  @Test(arguments: [
    ("my app", "“my app” is published as “my_app”"),
    ("x,ma;mb", "“ma;mb” is published as “ma;mb”"), ("Café", "“Café” is published as “cafe”"),
    ("$HEROKU_APP_NAME", "“$HEROKU_APP_NAME” is published as “$heroku_app_name”"),
    ("${A}", "“${A}” is published as “${a}”"),
  ])
  func `what the dashboard shows otherwise is said`(list: String, words: String) throws {
    let notices = try plan(complete.with(["HOOP_CONNECTION": list])).notices
    #expect(notices.map(\.summary) == ["The connection \(words)."])
    #expect(notices[0].severity == .notice)
    #expect(try plan(complete.with(["HOOP_CONNECTION": "MyApp, b"])).notices.isEmpty)
  }

  @Test func `a connection may have the name that Heroku gives the app when it starts`() throws {
    let named = complete.with(["HOOP_CONNECTION": "env.HEROKU_APP_NAME,db", "HOOP_REVIEW_X": "dba"])
    let early = try plan(named)
    #expect(early.notices.isEmpty)
    #expect(early.publication == "one named after the app when it starts and db")
    #expect(early.outputs.first == Row("Publishes", "one named after the app when it starts"))
    let late = try plan(named.with(["HEROKU_APP_NAME": "x"]), at: dyno)
    #expect(late.publication == "x and db")
    let missing = problems(named.with(["HOOP_REVIEW_X": ""]), at: dyno)
    #expect(missing[0].summary.hasSuffix("var “HEROKU_APP_NAME”, which is unset or empty."))
    #expect(
      missing.map(\.lines) == [
        ["heroku labs:enable runtime-dyno-metadata", "set HOOP_CONNECTION=myapp"]
      ])
    #expect(
      try plan(["HOOP_KEY": Keys.embedded, "HOOP_CONNECTION": "env.HEROKU_APP_NAME"], "1.19.0")
        .publication == "one named after the app when it starts")
  }
}
