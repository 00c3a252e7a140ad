import HoopAgent
import Posix
import TestSupport
import Testing

@testable import LocalTools

struct OptionsTests {
  private static let options = DryRun.options

  private static func words(_ texts: [String]) -> [Path] { texts.map { Path($0) } }

  @Test func `an option's value follows it or an equals sign`() throws {
    let parsed = try Self.options.parse(
      Self.words(["--config", "A=1", "app", "--config=B=2", "--stack=heroku-22", "--offline"]))
    #expect(parsed.operand == Path("app"))
    #expect(parsed.values("--config") == [Path("A=1"), Path("B=2")])
    #expect(parsed.value("--stack") == Path("heroku-22"))
    #expect(parsed.isOn("--offline"))
    #expect(!parsed.isOn("--json"))
  }

  @Test func `after two dashes there are no options, and a dash is not one`() throws {
    #expect(try Self.options.parse(Self.words(["--", "--json"])).operand == Path("--json"))
    #expect(
      try Self.options.parse(Self.words(["--env-file", "-"])).value("--env-file") == Path("-"))
  }

  @Test(arguments: [
    (["--bot", "web"], "There is no option “--bot”. Did you mean --boot?"),
    (["--of-line"], "There is no option “--of-line”. Did you mean --offline?"),
    (["--release-url=x"], "There is no option “--release-url”. Did you mean --releases-url?"),
    (["--zip"], "There is no option “--zip”."),
    (["-x"], "There is no option “-x”."),
    (["--keep"], "--keep needs a value: --keep DIR."),
    (["--json=1"], "--json does not take a value."),
    (["a", "b"], "There is one argument too many: “b”."),
  ])
  func `what is wrong is said, with the option that was probably meant`(
    words: [String], problem: String
  ) {
    do throws(Problem) {
      _ = try Self.options.parse(Self.words(words))
      Issue.record("parsed: \(words)")
    } catch { #expect(error.summary == problem) }
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
