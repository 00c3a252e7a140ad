import HoopAgent
import TestSupport
import Testing

struct AdviceTests {
  private static let secret = "xagt-Zm9vYmFy"
  private static let key = try? AgentKey("grpcs://prod:\(secret)@app.hoop.dev:8443?mode=embedded")

  static let problems: [LaunchProblem] =
    [
      .notASwitch(name: "HOOP_REQUIRED", value: "ja"), .malformedDynos("web 1"),
      .unsupportedVersion(AgentVersion(1, 0, 0)), .noKey,
      .otherKeyName(wanted: "prod", found: "dev"), .otherKeyName(wanted: "prod", found: nil),
      .noConnection, .singleConnection(.oldestSupported, first: "a"),
      .tooManyVariables(bytes: 140_000),
      .settingOfNoConnection("HOOP_REVIEW_X", of: .review, suffixes: ["MYAPP"]),
      .settingOfManyConnections("HOOP_REVIEW_A_B", connections: ["a-b", "a_b"]),
    ]
    + [
      .empty, .tooLong(bytes: 70_000), .secret, .notPlain("'a"), .notACommand("A=1"), .emptyItem,
      .repeatedItem("a"), .malformedItem("a\"b"), .unsetVariable("A"),
    ].map { .malformedSetting("HOOP_COMMAND", of: .command, $0) }
    + DatabaseURL.Malformed.allCases.map {
      .malformedSetting("HOOP_DATABASE", of: .database, .url($0, variable: nil))
    }
    + [key].compactMap { $0 }.flatMap {
      [
        .settingsNotPossible(["HOOP_REVIEW"], $0, .oldestSupported, from: nil),
        .settingsNotPossible(["A", "B"], $0, .oldestSupported, from: AgentVersion(1, 21, 1)),
      ]
    }
    + [.tooLong, .quotes, .unprintable, .scheme, .host, .name, .secret, .mode(nearest: nil)]
    .map { .malformedKey(variable: "HOOP_KEY", why: $0) }
    + [.malformedKey(variable: "HOOP_DSN", why: .mode(nearest: .embedded))]
    + [key].compactMap { $0 }.map { .keyNotAccepted($0, .oldestSupported) }
    + [
      .tooLong(bytes: 256), .nameTooLong(bytes: 253), .emptyName, .unsetVariable("A"),
      .unusableVariable("A"), .reservedName("ENV.a"), .controlCharacter("a\u{7}"),
      .repeatedName("a"), .quotes(without: "a"), .secret(variable: nil), .secret(variable: "A"),
    ].map { .malformedConnections($0) }

  static let advice: [Advice] =
    problems.map(\.advice)
    + [key].compactMap { $0 }.flatMap {
      [.connectionIgnored($0, AgentVersion.newestKnown), .standardKey($0, .newestKnown)]
        as [LaunchNotice]
    }.map(\.advice)
    + [.sessionsWithoutVariables(AgentVersion(1, 21, 0)), .databaseVariableKept(connections: "a")]
    .map {
      (notice: LaunchNotice) in notice.advice
    }

  @Test(arguments: advice)
  func `every advice says what happened, what it means and what to do`(advice: Advice) {
    #expect(advice.code.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil)
    #expect(advice.summary.hasSuffix("."))
    #expect(!advice.meaning.isEmpty && advice.meaning.allSatisfy { !$0.isEmpty })
    #expect(advice.remedy.hasSuffix(":"))
    #expect(!advice.example.isEmpty && advice.example.allSatisfy { $0.hasPrefix("heroku config:") })
    #expect(!advice.lines.contains { $0.contains(Self.secret) })
    #expect(!advice.lines.contains { $0.unicodeScalars.contains { $0.value < 32 } })
  }

  @Test func `every kind of problem has a code of its own`() {
    // Written out, with no default, so that a new kind cannot be forgotten here.
    for problem in Self.problems {
      let code =
        switch problem {
        case .notASwitch: "not-a-switch"
        case .malformedDynos: "malformed-dynos"
        case .unsupportedVersion: "unsupported-version"
        case .noKey: "no-key"
        case .malformedKey: "malformed-key"
        case .otherKeyName: "other-key-name"
        case .noConnection: "no-connection"
        case .malformedConnections: "malformed-connections"
        case .keyNotAccepted: "key-not-accepted"
        case .singleConnection: "single-connection"
        case .tooManyVariables: "too-many-variables"
        case .settingsNotPossible: "settings-not-possible"
        case .malformedSetting: "malformed-setting"
        case .settingOfNoConnection: "setting-of-no-connection"
        case .settingOfManyConnections: "setting-of-many-connections"
        }
      #expect(problem.advice.code == code)
    }
    #expect(Set(Self.advice.map(\.code)).count == 19)
    #expect(Set(Self.advice.map(\.summary)).count == Self.advice.count)
  }

  @Test func `no configuration gets a secret into a text`() {
    var random = SplitMix64(seed: 70)
    let alphabet = Array("abcdefXYZ0189-._~/?#%@:".utf8)
    let forms = [
      "grpcs://prod:*@h:1", "ws://prod:*@h?mode=standard", "*", "*://a:b@c", "ws://a:b@c:*",
    ]
    let names = ["HOOP_KEY", "HOOP_DSN"]
    for _ in 0..<2_000 {
      let secret = random.text(of: alphabet, length: 16)
      let form = forms[random.below(forms.count)].split(
        separator: "*", omittingEmptySubsequences: false)
      let name = names[random.below(2)]
      let outcome = outcome(
        [
          name: form.joined(separator: secret), "HOOP_CONNECTION": "a,env.\(name)",
          "HOOP_KEY_NAME": "prod",
        ], AgentVersion(1, random.below(2) == 0 ? 19 : 148, 0))
      var text = "\(outcome)"
      if case .impossible(let problems) = outcome { text += "\(problems.map(\.advice))" }
      if case .launch(let plan) = outcome {
        text += "\(plan.summary) \(plan.notices.map(\.advice))"
      }
      #expect(!text.contains(secret), "\(form)")
    }
  }

  @Test(arguments: [
    ("", "“”"), ("a b", "“a b”"), ("a\r\nb", "“a\\u{d}\\u{a}b”"), ("é🧨", "“é🧨”"),
    (String(repeating: "x", count: 60), "“\(String(repeating: "x", count: 60))”"),
    (String(repeating: "x", count: 61), "“\(String(repeating: "x", count: 60))…”"),
  ])
  func `a quoted value is one line of at most 60 characters`(value: String, text: String) {
    #expect(quoted(value) == text)
  }

  @Test(arguments: [
    ("plain é 日本", "plain é 日本"), ("\u{1b}[2J", "\\u{1b}[2J"), ("\0", "\\u{0}"),
    ("\u{7f}", "\\u{7f}"),
    ("\u{9b}", "\\u{9b}"), ("\u{202e}", "\\u{202e}"), ("\u{2028}", "\\u{2028}"),
    ("\u{feff}", "\\u{feff}"),
    ("\u{2066}", "\\u{2066}"), ("\u{200d}", "\\u{200d}"),
  ])
  func `a printable text moves no cursor and turns nothing around`(value: String, text: String) {
    #expect(printable(value) == text)
  }

  @Test(arguments: [
    ("", ""), (" ", ""), ("a", "a"), (" a b ", "a b"), ("\r\na\r\n", "a"),
    ("\u{a0}\u{2003}a\u{85}", "a"),
    ("a \u{301}", "a \u{301}"), (" \u{301}a", "\u{301}a"), ("\u{200b}a", "\u{200b}a"), ("\0", "\0"),
  ])
  func `a trimmed text has no white space at its ends`(value: String, text: String) {
    #expect(Array(value.trimmed().utf8) == Array(text.utf8))
    #expect(value[...].trimmed() == text)
  }
}

extension Advice {
  fileprivate var lines: [String] { [code, summary, remedy] + meaning + example }
}
