import Foundation
import Posix
import TestSupport
import Testing

@testable import BuildpackKit

struct HoopstartUseTests {
  private static let example = HoopstartCall.exampleCommand

  /// Lines that are right as they are.
  @Test(arguments: [
    "hoopstart -- puma", "hoopstart puma -p 1", "hoopstart A=1 puma", "hoopstart -- A=1 puma",
    "bin/hoopstart -- puma", ".hoop/bin/hoopstart -- puma", "A=1 exec ./bin/hoopstart  -- puma",
    "exec env -u A B=1 hoopstart x", "cd x && exec hoopstart -- puma", "nice -n 5 hoopstart -- x",
    "bash -c 'hoopstart -- puma'", "sh -o errexit -c 'hoopstart -- puma'", "hoopstart -- $COMMAND",
    "bash -c 'cd x && exec hoopstart -- y'", "hoopstart -- bash -c 'cd x && y'",
    "if a; then exec hoopstart -- b; fi",
    "hoopstart -- bin/hoopstats --port 3", "hoopstart -- \"$(echo \"a;b\")\" c",
    "hoopstart -- hoopstart -- x",
  ])
  func `a line that starts its app with hoopstart stays as it is`(line: String) {
    let call = HoopstartCall(in: line)
    #expect(call.use == .starts && !call.isBehindShell)
    #expect(call.suggested == line)
  }

  /// Lines without hoopstart, and what to put in their place.
  @Test(arguments: [
    ("bundle exec puma -C x", "hoopstart -- bundle exec puma -C x"),
    ("exec puma", "hoopstart -- puma"), ("puma # web", "hoopstart -- puma # web"),
    (
      "RAILS_ENV=production A_1='b c' exec puma -p $PORT",
      "hoopstart -- RAILS_ENV=production A_1='b c' puma -p $PORT"
    ),
    ("cd api && npm start", "hoopstart -- bash -c 'cd api && npm start'"),
    ("puma | tee log", "hoopstart -- bash -c 'puma | tee log'"),
    ("puma >log 2>&1", "hoopstart -- bash -c 'puma >log 2>&1'"),
    ("A=$B puma", "hoopstart -- bash -c 'A=$B puma'"),
    ("if a; then thin; fi", "hoopstart -- bash -c 'if a; then thin; fi'"),
    ("(cd x; puma)", "hoopstart -- bash -c '(cd x; puma)'"),
    ("echo 'a;b' && c", #"hoopstart -- bash -c 'echo '\''a;b'\'' && c'"#),
    ("time puma", "hoopstart -- bash -c 'time puma'"), ("a\tb", "hoopstart -- a b"),
    ("hoop start -- x", "hoopstart -- x"), ("hoopwrapper -- x y", "hoopstart -- x y"),
    ("cd a && hoop start -- x", "hoopstart -- bash -c 'cd a && x'"),
    ("bin/hoop-start -- x", "hoopstart -- bin/hoop-start -- x"),
    ("bundle exec rake hoopstart", "hoopstart -- bundle exec rake hoopstart"),
    ("echo 'hoopstart -- x'", "hoopstart -- echo 'hoopstart -- x'"),
    ("puma # hoopstart -- x", "hoopstart -- puma # hoopstart -- x"),
    ("bash hoopstart.sh", "hoopstart -- bash hoopstart.sh"),
    ("bash x -c 'hoopstart -- y'", "hoopstart -- bash x -c 'hoopstart -- y'"),
    ("# nothing", example), ("hoopstart --check", example),
    (String(repeating: "a", count: 1001), example),
  ])
  func `a line without hoopstart gets it`(line: String, suggested: String) {
    let call = HoopstartCall(in: line)
    #expect(call.use == HoopstartUse.none)
    #expect(call.suggested == suggested)
  }

  @Test(
    arguments: [
      ("hoopstart", .withoutProgram, example), ("hoopstart -- && puma", .withoutProgram, example),
      ("hoopstart -- cd x && puma", .withoutProgram, "hoopstart -- bash -c 'cd x && puma'"),
      ("A=1 exec hoopstart -- cd x", .withoutProgram, "hoopstart -- bash -c 'A=1 cd x'"),
      ("hoopstart -- exec puma", .withoutProgram, "hoopstart -- puma"),
      ("hoopstart -x puma", .withoutProgram, example),
    ] as [(String, HoopstartUse, String)])
  func `a line that starts no app is corrected`(
    line: String, use: HoopstartUse, suggested: String
  ) {
    let call = HoopstartCall(in: line)
    #expect(call.use == use)
    #expect(call.suggested == suggested)
  }

  @Test(arguments: [
    ("cd x && hoopstart -- puma", "hoopstart -- bash -c 'cd x && puma'"),
    ("cd x; A=1 hoopstart -- y", "hoopstart -- bash -c 'cd x; A=1 y'"),
    ("cd x && env A=1 hoopstart -- y", "hoopstart -- bash -c 'cd x && env A=1 y'"),
    ("hoopstart -- puma 2>&1", "hoopstart -- bash -c 'puma 2>&1'"),
    ("hoopstart -- a && b", "hoopstart -- bash -c 'a && b'"),
    ("hoopstart -- a; hoopstart -- b", "hoopstart -- bash -c 'a; b'"),
    ("hoopstart -- a | tee log", "hoopstart -- bash -c 'a | tee log'"),
    ("cat x | hoopstart -- y", "hoopstart -- bash -c 'cat x | y'"),
    ("a && hoopstart -- y &", "hoopstart -- bash -c 'a && y &'"),
    ("{ cd x; hoopstart -- y; }", "hoopstart -- bash -c '{ cd x; y; }'"),
    ("exec bash -lc \"cd x; hoopstart -- y\"", #"hoopstart -- bash -lc "cd x; y""#),
    ("cd a && bash -c 'hoopstart -- y'", #"hoopstart -- bash -c 'cd a && bash -c '\''y'\'''"#),
  ])
  func `a shell that may wait for hoopstart is seen`(line: String, suggested: String) {
    let call = HoopstartCall(in: line)
    #expect(call.use == .starts && call.isBehindShell)
    #expect(call.suggested == suggested)
  }

  @Test(arguments: [
    ("hoopstart\u{a0}-- puma", true), ("cd\u{2003}x", true), ("a\u{200b}b", true),
    ("bash -c 'hoopstart\u{a0}-- x'", true), ("puma é\t", false),
  ])
  func `a space that is not the shell's is seen`(line: String, hasOddSpace: Bool) {
    #expect(line.unicodeScalars.contains(where: \.isOddSpace) == hasOddSpace)
  }

  @Test func `what is suggested starts an app with hoopstart`() {
    let random = RandomText(
      pieces: [
        "hoopstart", "bin/", " ", "--", "&&", ";", "=", "exec", "a", "\t", "'", "\"", "$(", ")",
        "|", "bash -c ", "cd", "\\", "#", ">", "if ", "—", "`", "${", "}", "(", "\u{a0}",
      ],
      valid: [
        "bundle exec puma", "hoopstart -- x", "cd a && b", "bash -c 'hoopstart a'",
        "hoopstart -- A=1 b", "echo \"$(a 'b')\" `c`", "a && hoopstart -- b | c",
      ])
    let broken = random.counterexample(seed: 2) { text in
      let suggested = HoopstartCall(in: text).suggested
      let call = HoopstartCall(in: suggested)
      return (call.use == .starts && !call.isBehindShell)
        && call.suggested == suggested
    }
    #expect(broken == nil)
  }

  @Test func `a long line is read in time`() {
    let nested = String(repeating: "hoopstart -- ", count: 80_000)
    #expect(HoopstartCall(in: nested + "puma").use == .starts)
    for piece in ["$(", "\"$(", "bash -c '", "'", "\"", "((", "`", "bash -c -c ", "${", "\\", ";"] {
      let line = String(repeating: piece, count: 100_000 / piece.utf8.count)
      #expect(HoopstartCall(in: line).use == HoopstartUse.none)
    }
  }

  /// Each of them is to start puma.
  @Test(arguments: [
    "puma", "exec puma", "A=1 B='c d' puma", "A=$(printf 'x y') puma", "cd x && puma", "puma 2>&1",
    "{ cd x; puma; }", "if true; then hoopstart -- puma; fi", "hoopstart -- true; puma",
    "hoopstart -- cd x && puma", "hoop start -- puma",
    "cd x && A=1 hoopstart -- puma", "bash -c 'cd x && hoopstart -- puma'",
    "hoopstart\u{a0}-- puma",
  ])
  func `bash starts the app by the line that is suggested`(line: String) throws {
    let folder = TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    try (folder.path / "x").makeFolder()
    let programs = ["puma": "echo runs", "hoopstart": "[ \"$1\" = -- ] && shift\nexec env \"$@\""]
    for (name, script) in programs {
      try (folder.path / name).makeFile(Array("#!/bin/sh\n\(script)\n".utf8), mode: 0o755)
    }
    let (bash, output) = (Process(), Foundation.Pipe())
    bash.executableURL = URL(filePath: "/bin/bash")
    bash.currentDirectoryURL = URL(filePath: folder.path.string)
    bash.environment = ["PATH": "\(folder.path):/usr/bin:/bin"]
    bash.arguments = ["-c", HoopstartCall(in: line).suggested]
    bash.standardOutput = output
    try bash.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(text == "runs\n")
  }
}
