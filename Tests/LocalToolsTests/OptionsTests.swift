import Posix
import TestSupport
import Testing

@testable import LocalTools

struct OptionsTests {
  private static let options = DryRun.options

  private static func words(_ texts: [String]) -> [Path] { texts.map { Path($0) } }

  @Test func `an option's value stands behind it or behind an equals sign`() throws {
    let parsed = try Self.options.parse(
      Self.words(["--config", "A=1", "app", "--config=B=2", "--stack=heroku-22", "--offline"]))
    #expect(parsed.operand == Path("app"))
    #expect(parsed.values(["--config"]).map(\.value) == [Path("A=1"), Path("B=2")])
    #expect(parsed.value("--stack") == Path("heroku-22"))
    #expect(parsed.isOn("--offline"))
    #expect(!parsed.isOn("--json"))
  }

  @Test func `what follows two dashes is no option, and a dash is none`() throws {
    #expect(try Self.options.parse(Self.words(["--", "--json"])).operand == Path("--json"))
    #expect(
      try Self.options.parse(Self.words(["--env-file", "-"])).value("--env-file") == Path("-"))
  }

  @Test(arguments: [
    (["--bot", "web"], "There is no option “--bot”. The nearest is --boot."),
    (["--of-line"], "There is no option “--of-line”. The nearest is --offline."),
    (["--release-url=x"], "There is no option “--release-url”. The nearest is --releases-url."),
    (["--zip"], "There is no option “--zip”."),
    (["-x"], "There is no option “-x”."),
    (["--keep"], "--keep needs a value: --keep DIR."),
    (["--json=1"], "--json takes no value."),
    (["a", "b"], "There is one word too many: “b”."),
    (
      ["--stack", "cedar"],
      "--stack is one of heroku-22, heroku-24 and heroku-26, not “cedar”."
    ),
  ])
  func `what is wrong is said, with the nearest that is right`(words: [String], problem: String) {
    #expect(throws: Options.Misuse(words: problem)) { try Self.options.parse(Self.words(words)) }
  }

  @Test(arguments: [DryRun.options, CheckCommand.options])
  func `the help names every option and fits a terminal of 80 by 24`(options: Options) {
    #expect(options.help.count < 24)
    #expect(options.help.allSatisfy { $0.count <= 80 })
    for option in options.table {
      #expect(options.help.contains { $0.hasPrefix("  \(option.name) ") })
    }
  }
}
