import Testing

@testable import HoopAgent

struct SessionVariablesTests {
  private static let key = "grpcs://_default:s3cret@h:1"

  private func exported(_ variables: [String: String]) throws -> [[String]] {
    let base = ["HOOP_KEY": Self.key, "HOOP_CONNECTION": "app"]
    return try plan(base.with(variables)).commands.map { command in
      guard let flag = command.arguments.firstIndex(of: "--export") else { return [] }
      return command.arguments[flag + 1].split(separator: ",").map(String.init)
    }
  }

  @Test func `sessions get what the app has, without our secrets`() throws {
    let secrets = [
      "HOOP_DSN": "x", "HOOP_DB_URI": "x", "HOOP_RELEASES_URL": "https://u:p@h/r", "A": "1",
      "DATABASE_URL": "postgres://u:p@h/d", "LOG_LEVEL": "warn",
      "HOOP_DATABASE_URL": "x://u:p4ss@h",
    ]
    #expect(
      try exported(secrets) == [["A", "DATABASE_URL", "HOOP_CONNECTION", "HOOP_DATABASE_URL"]])
    #expect(try exported(["A,B": "1", "": "2", "a.b": "3"]) == [["HOOP_CONNECTION", "a.b"]])
  }

  @Test func `if there is nothing to name there is HOOP_CONNECTION`() throws {
    for names in [[], ["HOOP_KEY", "A,B", "\u{fffd}"]] {
      #expect(try AgentCommand.exports(of: names, without: ["HOOP_KEY"]) == "HOOP_CONNECTION")
    }
  }

  @Test func `names that do not fit one argument are a problem, and never all of them`() throws {
    let own = "HOOP_CONNECTION".utf8.count + 1
    for (length, fits) in [(131_071 - own, true), (131_072 - own, false)] {
      let variables = [
        "HOOP_KEY": Self.key, "HOOP_CONNECTION": "app", String(repeating: "N", count: length): "",
      ]
      switch outcome(variables) {
      case .launch(let plan):
        #expect(fits && plan.commands[0].arguments.last?.utf8.count == 131_071)
      case .impossible(let problems):
        #expect(!fits && problems.map(\.code) == ["too-many-variables"])
        #expect(problems[0].summary.contains("131072 bytes"))
      default: Issue.record("neither")
      }
    }
  }

  @Test func `a session of a database has no other way to one`() throws {
    let variables = [
      "HOOP_CONNECTION": "app,db", "HOOP_DATABASE_DB": "env.DATABASE_URL", "A": "1",
      "DATABASE_URL": "postgres://u:s3cret@h/d",
    ]
    #expect(
      try exported(variables) == [
        ["A", "DATABASE_URL", "HOOP_CONNECTION", "HOOP_DATABASE_DB"],
        ["A", "HOOP_CONNECTION", "HOOP_DATABASE_DB"],
      ])
  }
}
