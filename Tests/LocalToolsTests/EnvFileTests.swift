import HoopAgent
import Posix
import TestSupport
import Testing

@testable import LocalTools

struct EnvFileTests {
  private static func pairs(_ text: String) throws -> [String] {
    try EnvFile(text.utf8).variables.map {
      "\($0.name)=\(String(decoding: $0.value, as: UTF8.self))"
    }
  }

  @Test(arguments: [
    ("A=1\nB=\n", ["A=1", "B="]), ("\u{feff}A=1\r\nB=2\r\n", ["A=1", "B=2"]),
    ("# x\n\n  export A=1 # y\nexport\tB=#c\n", ["A=1", "B="]),
    ("export=1", ["export=1"]), ("A = b c  ", ["A=b c"]), ("A=x#y", ["A=x#y"]),
    // What the Heroku CLI writes (packages/cli/src/lib/config/quote.ts).
    ("A='two words'", ["A=two words"]), (#"A='a\\b'"#, [#"A=a\b"#]), (#"A="it's""#, ["A=it's"]),
    (#"A="a\nb\$c\`d\!e\"f\\n""#, ["A=a\nb$c`d!e\"f\\n"]),
    // What a shell writes.
    (#"A='it'\''s'"#, ["A=it's"]), ("A='a\nb'\nB=2", ["A=a\nb", "B=2"]), (#"A=a\ b"#, [#"A=a\ b"#]),
    (#"A=postgres\://u\@h"#, ["A=postgres://u@h"]), (#"A=C:\new"#, [#"A=C:\new"#]),
    (#"A="a\zb""#, [#"A=a\zb"#]), (#"A={"a":1}"#, [#"A={"a":1}"#]), ("A=$HOME", ["A=$HOME"]),
    ("A='1'\nA='2' # last", ["A=1", "A=2"]),
  ])
  func `a line is a name and a value`(text: String, expected: [String]) throws {
    #expect(try Self.pairs(text) == expected)
  }

  private static let name =
    "its name has other characters than letters, digits and _, or begins with a digit"
  private static let noEquals = "it has no = after a name"
  private static let open = "its quote is never closed"
  private static let rest = "something follows the closing quote"

  @Test(arguments: [
    ("=== myapp Config Vars", 1, name), ("A", 1, noEquals), ("\nA B", 2, noEquals),
    ("1A=x", 1, name), ("A-B=x", 1, name), ("=x", 1, name), ("é=x", 1, name),
    ("A=1\nB='x\ny\n", 2, open), ("A=\"x\\\"", 1, open), ("A='x' y", 1, rest),
    ("A='x'y", 1, rest), ("A='1\n2'\nB='x'\"y\"z", 3, rest), ("A='1\n2' x", 1, rest),
    ("A=\0", 1, "it has a NUL byte"),
  ])
  func `what is wrong is said with its line`(text: String, line: Int, why: String) throws {
    do throws(Problem) {
      _ = try EnvFile(text.utf8)
      Issue.record("\(text) was read")
    } catch {
      #expect(error.summary == "Line \(line) of the env file cannot be read: \(why).")
    }
  }

  @Test func `config vars may be many`() throws {
    // It took the square of their number once: minutes for these.
    let text = (0..<20_000).map { "A\($0)=1\n" }.joined() + "A7=2\n"
    let bench = try Bench()
    try bench.write("vars", text)
    let words = [Path("--env-file"), bench.folder / "vars"]
    var config = try GivenConfig(DryRun.options.parse(words))
    config["A8"] = nil
    #expect(config.variables.count == 19_999)
    #expect(config["A7"] == [0x32])
    #expect(config["A9"] == [0x31])
    #expect(config["A8"] == nil)
  }
}
