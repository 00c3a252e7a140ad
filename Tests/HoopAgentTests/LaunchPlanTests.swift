import HoopAgent
import Testing

/// What `variables` come to; an agent of today where no version is told.
func outcome(
  _ variables: [String: String], _ version: AgentVersion = AgentVersion.newestKnown
) -> LaunchPlan.Outcome {
  LaunchPlan.make(
    for: version, variable: { variables[$0] }, names: { variables.keys.sorted() })
}

/// The plan of `variables`, which must be launchable.
func plan(_ variables: [String: String], _ version: String = AgentVersion.newestKnown.description)
  throws -> LaunchPlan
{
  guard case .launch(let plan) = outcome(variables, try #require(AgentVersion(version))) else {
    throw NoPlan()
  }
  return plan
}

struct NoPlan: Error {}

struct LaunchPlanTests {
  private static let organisation = "grpcs://_default:xagt-Zm9v@app.hoop.dev:8443"
  private static let embedded = "grpcs://prod:xagt-Zm9v@app.hoop.dev:8443?mode=embedded"
  private static let complete = ["HOOP_KEY": organisation, "HOOP_CONNECTION": "app"]

  private func outcome(with more: [String: String]) -> LaunchPlan.Outcome {
    HoopAgentTests.outcome(Self.complete.merging(more) { $1 })
  }

  @Test(arguments: ["1", "true", "YES", " on "])
  func `HOOP_DISABLED starts nothing, however wrong the rest is`(value: String) {
    #expect(HoopAgentTests.outcome(["HOOP_DISABLED": value, "HOOP_DYNOS": ","]) == .disabled)
  }

  @Test(arguments: ["0", "", "off"])
  func `a HOOP_DISABLED that is off disables nothing`(value: String) throws {
    #expect(try plan(Self.complete.merging(["HOOP_DISABLED": value]) { $1 }).commands.count == 1)
  }

  @Test func `a HOOP_DISABLED that is neither on nor off is a problem`() {
    #expect(
      outcome(with: ["HOOP_DISABLED": "ja"])
        == .impossible([.notASwitch(name: "HOOP_DISABLED", value: "ja")]))
  }

  @Test func `a HOOP_REQUIRED that is neither on nor off keeps no agent from starting`() throws {
    let plan = try plan(Self.complete.merging(["HOOP_REQUIRED": "ja"]) { $1 })
    #expect(plan.notices == [.unclearRequired("ja")])
    #expect(plan.notices[0].advice.meaning[0].hasPrefix("It counts as on"))
  }

  @Test func `a dyno that HOOP_DYNOS does not name gets no agent, however wrong the rest is`() {
    #expect(
      HoopAgentTests.outcome(["HOOP_DYNOS": "web.1", "DYNO": "worker.1"]) == .otherDyno("worker.1"))
  }

  @Test(arguments: [nil, "", "web.1"])
  func `a named dyno, and none at all, gets one`(dyno: String?) throws {
    var variables = Self.complete.merging(["HOOP_DYNOS": "web"]) { $1 }
    variables["DYNO"] = dyno
    #expect(try plan(variables).dynos.patterns == ["web.*"])
  }

  @Test func `a malformed HOOP_DYNOS is a problem`() {
    #expect(outcome(with: ["HOOP_DYNOS": "a,,b"]) == .impossible([.malformedDynos("a,,b")]))
  }

  @Test func `HOOP_KEY wins over HOOP_DSN, and an empty one is unset`() throws {
    let both = try plan(["HOOP_KEY": Self.embedded, "HOOP_DSN": Self.organisation])
    #expect(both.key.name == "prod")
    #expect((both.keyVariable.source, both.keyVariable.target) == ("HOOP_KEY", "HOOP_KEY"))
    let empty = try plan(["HOOP_KEY": "", "HOOP_DSN": Self.embedded])
    #expect((empty.keyVariable.source, empty.keyVariable.target) == ("HOOP_DSN", "HOOP_KEY"))
  }

  @Test func `without a key nothing is started, whatever HOOP_CONNECTION says`() {
    #expect(HoopAgentTests.outcome([:]) == .impossible([.noKey]))
    #expect(HoopAgentTests.outcome(["HOOP_KEY": "", "HOOP_DSN": ""]) == .impossible([.noKey]))
    #expect(
      HoopAgentTests.outcome(["HOOP_CONNECTION": "a,,b"])
        == .impossible([.noKey, .malformedConnections(.emptyName)]))
  }

  @Test func `a malformed key is a problem, and so is HOOP_KEY before a good HOOP_DSN`() {
    #expect(
      outcome(with: ["HOOP_KEY": "x", "HOOP_DSN": Self.embedded])
        == .impossible([.malformedKey(variable: "HOOP_KEY", why: .scheme)]))
    #expect(
      outcome(with: ["HOOP_KEY": "", "HOOP_DSN": Self.organisation + "\n"])
        == .impossible([.malformedKey(variable: "HOOP_DSN", why: .unprintable)]))
  }

  @Test func `HOOP_KEY_NAME guards against a key of another environment`() throws {
    let guarded = ["HOOP_KEY": Self.embedded, "HOOP_KEY_NAME": " prod\n"]
    #expect(try plan(guarded).key.name == "prod")
    #expect(
      outcome(with: ["HOOP_KEY_NAME": "prod"])
        == .impossible([.otherKeyName(wanted: "prod", found: "_default")]))
    let path = "https://app.hoop.dev/" + String(repeating: "0f", count: 32)
    #expect(
      outcome(with: ["HOOP_KEY": path, "HOOP_KEY_NAME": "prod"])
        == .impossible([.otherKeyName(wanted: "prod", found: nil)]))
    #expect(try plan(Self.complete.merging(["HOOP_KEY_NAME": " "]) { $1 }).commands.count == 1)
  }

  @Test(arguments: [nil, "", " \n"])
  func `a key that is bound to no agent needs HOOP_CONNECTION`(list: String?) {
    var variables = Self.complete
    variables["HOOP_CONNECTION"] = list
    #expect(HoopAgentTests.outcome(variables) == .impossible([.noConnection]))
  }

  @Test func `an agent that splits the list itself needs HOOP_CONNECTION with every key`() {
    #expect(
      HoopAgentTests.outcome(["HOOP_KEY": Self.embedded], AgentVersion(1, 19, 0))
        == .impossible([.noConnection]))
  }

  @Test func `a bound key needs no HOOP_CONNECTION, and no notice is given without one`() throws {
    let plan = try plan(["HOOP_KEY": Self.embedded, "HOOP_CONNECTION": " "])
    #expect(plan.notices.isEmpty)
    #expect(plan.publication == "the connections of agent prod in the dashboard")
  }

  @Test func `a list that is ignored need not be right`() throws {
    let plan = try plan(["HOOP_KEY": Self.embedded, "HOOP_CONNECTION": "a,,b"])
    #expect(plan.notices == [.connectionIgnored(plan.key, plan.version)])
  }

  @Test func `a list that is needed must be right`() {
    #expect(
      outcome(with: ["HOOP_CONNECTION": "a,env.B"])
        == .impossible([.malformedConnections(.unsetVariable("B"))]))
  }

  @Test func `an old agent gets the list resolved`() throws {
    let plan = try plan(
      ["HOOP_DSN": Self.embedded, "HOOP_CONNECTION": "A, env.B", "B": "Bee"], "1.16.0")
    let variables = plan.commands.flatMap { $0.variables }
    #expect(variables.map { "\($0.name)=\($0.value)" } == ["HOOP_CONNECTION=a,bee"])
  }

  @Test(arguments: [("café,cafe", "cafe"), ("a b,a_b", "a_b")])
  func `two names that the agent would make one are refused`(list: String, name: String) {
    #expect(
      outcome(with: ["HOOP_CONNECTION": list])
        == .impossible([.malformedConnections(.repeatedName(name))]))
  }

  @Test func `a name of which the agent would leave nothing is refused`() {
    #expect(
      outcome(with: ["HOOP_CONNECTION": "a,\u{301}"])
        == .impossible([.malformedConnections(.emptyName)]))
  }

  @Test func `all problems are told at once`() {
    let all: [String: String] = [
      "HOOP_REQUIRED": "?", "HOOP_DYNOS": "?", "HOOP_KEY": "x", "HOOP_CONNECTION": ",",
    ]
    #expect(
      HoopAgentTests.outcome(all, AgentVersion(1, 0, 0))
        == .impossible([
          .malformedDynos("?"), .unsupportedVersion(AgentVersion(1, 0, 0)),
          .malformedKey(variable: "HOOP_KEY", why: .scheme), .malformedConnections(.emptyName),
          .notASwitch(name: "HOOP_REQUIRED", value: "?"),
        ]))
  }

  @Test func `a plan says what it publishes and from where`() throws {
    #expect(
      try plan(["HOOP_DSN": Self.embedded, "HOOP_CONNECTION": "a,b,c"], "1.19.0").summary
        == "Publishes prod:a, prod:b and prod:c from every process that starts with hoopstart")
    #expect(
      try plan(["HOOP_KEY": Self.organisation, "HOOP_CONNECTION": "a", "HOOP_DYNOS": "web.1,run"])
        .summary
        == "Publishes a from the dynos web.1 and run.* that start with hoopstart")
    let path = "https://app.hoop.dev/" + String(repeating: "0f", count: 32)
    #expect(
      try plan(["HOOP_KEY": path]).publication
        == "the connections that the dashboard gives this key")
    #expect(
      try plan(["HOOP_KEY": path, "HOOP_CONNECTION": "a,b"], "1.19.0").publication
        == "KEYNAME:a and KEYNAME:b (the gateway alone knows KEYNAME, the key's name)")
  }

  @Test func `HOOP_KEY_NAME is compared byte by byte`() {
    let kelvin = ["HOOP_KEY": "grpcs://%E2%84%AA:s@h?mode=embedded", "HOOP_KEY_NAME": "K"]
    #expect(
      HoopAgentTests.outcome(kelvin)
        == .impossible([.otherKeyName(wanted: "K", found: "\u{212a}")]))
  }

  static let misplaced = [
    "HOOP_KEY_NAME", "HOOP_DYNOS", "HOOP_DISABLED", "HOOP_REQUIRED", "HOOP_CONNECTION", "K",
  ]

  @Test(arguments: misplaced)
  func `a key in the wrong place is refused there, and not quoted`(name: String) {
    let client = "https://app.hoop.test/" + String(repeating: "0f", count: 32)
    for secret in ["grpcs://prod:s3cret@h:1", "wss://a:s3cret@h\n", client, "xagt-s3cret"] {
      var variables = Self.complete.merging(["HOOP_CONNECTION": "a,env.K", "K": "b"]) { $1 }
      variables[name] = secret
      var text = "\(HoopAgentTests.outcome(variables))"
      switch HoopAgentTests.outcome(variables) {
      case .launch(let plan):
        #expect(name == "HOOP_REQUIRED")
        text = "\(plan.notices.map(\.advice)) \(plan.summary)"
      case .impossible(let problems): text = "\(problems.map(\.advice))"
      default: break
      }
      for piece in ["s3cret", "0f0f0f"] { #expect(!text.contains(piece)) }
    }
  }

  @Test(arguments: [
    ([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"),
  ])
  func `a list is written as one says it`(words: [String], text: String) {
    #expect(words.asList == text)
  }
}
