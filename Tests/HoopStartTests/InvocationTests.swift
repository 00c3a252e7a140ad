import Glibc
import HoopAgent
import Posix
import Testing

/// How hoopstart is called, and how it is not.
@Suite struct InvocationTests {
  @Test func `Help and version go to stdout, and a full disk is an error`() async throws {
    let slug = try Slug()
    let help = try slug.run([slug.hoopstart.string, "--help"])
    #expect(try await help.end() == .exited(0))
    #expect(help.output.hasPrefix("usage: hoopstart [--] [NAME=VALUE…] COMMAND [ARGUMENT…]\n"))
    for setting in Setting.allCases where setting.isReadAtStart {
      #expect(help.output.contains("\n  \(setting.name) "))
    }
    let version = try slug.run([slug.hoopstart.string, "--version"])
    #expect(try await version.end() == .exited(0))
    #expect(version.output == "hoopstart \(BuildpackVersion.current)\n")
    let full = try slug.run([slug.hoopstart.string, "--help"], output: "/dev/full")
    #expect(try await full.end() == .exited(1))
  }

  @Test(arguments: [
    ([], "There is no command."), (["--"], "There is no command."),
    (["A=1"], "There is no command."), (["--", "A=s3cret"], "There is no command."),
    (["--chek"], "There is no option “--chek”."), (["-v", "--", "x"], "There is no option “-v”."),
    (["-s3cret"], "There is no option “-***”."),
    (["--help", "x"], "--help takes nothing else."),
    (["--check", "--json"], "--check takes --no-connect and nothing else."),
    (["--check", "--no-connect", "x"], "--check takes --no-connect and nothing else."),
  ])
  func `A word that is missing or unknown is a usage error`(_ words: [String], what: String)
    async throws
  {
    let slug = try Slug()
    let run = try slug.run([slug.hoopstart.string] + words)
    #expect(try await run.end() == .exited(64))
    #expect(run.output.isEmpty)
    #expect(run.lines[0].hasPrefix("hoopstart: \(what) Name the app's command: hoopstart -- "))
    #expect(!run.errors.contains("s3cret"))
  }

  @Test(arguments: [
    ["env"], ["--", "env"], ["A=1", "env"],
    ["--", "A=1", "PATH=/usr/bin:/bin", "B=x=y", "A=2", "env"],
  ])
  func `Dashes may be left out, and NAME=VALUE goes into the environment as env has it`(
    _ words: [String]
  ) async throws {
    let slug = try Slug()
    var outputs: [String] = []
    for way in [[slug.hoopstart.string] + words, ["/usr/bin/env"] + words.filter { $0 != "--" }] {
      let run = try slug.run(way, ["HOOP_KEY": nil, "HOOP_DISABLED": "1", "A": "0"])
      #expect(try await run.end() == .exited(0))
      outputs.append(run.output)
    }
    #expect(outputs[0] == outputs[1])
    #expect(outputs[0].contains("HOOP_DISABLED=1"))
  }
}
