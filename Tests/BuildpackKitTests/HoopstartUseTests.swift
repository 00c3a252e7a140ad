import TestSupport
import Testing

@testable import BuildpackKit

struct HoopstartUseTests {
  private static func process(_ command: String) -> Procfile.Process {
    Procfile.Process(type: "web", command: command)
  }

  private static let uses: [(String, HoopstartUse)] = [
    ("bundle exec puma", HoopstartUse.none), ("hoopstart -- puma", .proper),
    ("bin/hoopstart -- puma", .proper), ("A=1 exec ./bin/hoopstart  -- puma", .proper),
    ("cd x && hoopstart -- puma", .proper), ("bundle exec hoopstart -- puma", .proper),
    ("bash -c 'hoopstart -- puma'", .proper),
    ("exec bash -lc \"cd x; hoopstart -- puma\"", .proper),
    ("sh -o errexit -c 'hoopstart -- puma'", .proper), ("hoopstart -- $COMMAND", .proper),
    ("bash -c 'bash -c \"hoopstart puma\"'", .withoutDashes),
    ("hoopstart puma", .withoutDashes), ("hoopstart", .withoutDashes),
    ("hoopstart --help -- x", .withoutDashes), ("hoopstart — puma", .withoutDashes),
    ("hoopstart --", .withoutCommand), ("hoopstart -- && puma", .withoutCommand),
    ("hoopstart -- >log", .withoutCommand), ("hoopstart -- # puma", .withoutCommand),
    ("hoopstart -- A=1 puma", .withoutProgram("A=1")),
    ("hoopstart -- cd x && puma", .withoutProgram("cd")),
    ("hoopstart -- exec puma", .withoutProgram("exec")),
    ("hoopstart -- if x; then y; fi", .withoutProgram("if")),
    ("hoopstart -- 'bundle exec puma'", .withoutProgram("bundle exec puma")),
    ("hoopstart -- -C x", .withoutProgram("-C")), ("hoopstart -- 'cd' x", .proper),
    ("hoopstart --check", .question), ("hoopstrat -- puma", .misspelled("hoopstrat")),
    ("hoopstart-- puma", .misspelled("hoopstart--")), ("echo hoopstart-not", .none),
    ("myhoopstart -- x", .none), ("puma # hoopstart -- x", .none),
    ("echo 'a hoopstart -- x'", .none),
    ("$(command -v hoopstart && echo --) bundle exec puma", .proper),
    ("$(command -v hoopstart && echo --) cd x", .withoutProgram("cd")),
    ("$(command -v hoopstart && echo --)", .withoutCommand),
    ("Hoopstart -- puma", .misspelled("Hoopstart")), ("hoopstart -- hoopstart -- x", .proper),
    ("hoopstart -- hoopstart x", .withoutDashes), ("hoopstart -- bin/hoopstats --port 3", .proper),
    ("hoopstart -- hoopstrat -- puma", .withoutProgram("hoopstrat")),
    ("{ hoopstrat -- puma; }", .misspelled("hoopstrat")),
    ("hoopstart -- — puma", .withoutProgram("—")), ("hoopstart -- '' puma", .withoutProgram("")),
    ("bash hoopstart.sh", .none), ("bash -x script -c 'hoopstart -- x'", .none),
  ]

  @Test(arguments: uses)
  func `the use of hoopstart is seen`(command: String, use: HoopstartUse) {
    #expect(Self.process(command).use == use)
  }

  private static let corrections: [(String, String)] = [
    ("bundle exec puma -C x", "hoopstart -- bundle exec puma -C x"),
    ("exec puma", "exec hoopstart -- puma"),
    ("RAILS_ENV=production A_1='b c' puma", "RAILS_ENV=production A_1='b c' hoopstart -- puma"),
    ("cd api && npm start", "cd api && hoopstart -- npm start"),
    ("rake db:seed; exec puma", "rake db:seed; exec hoopstart -- puma"),
    ("hoopstart puma -p 1", "hoopstart -- puma -p 1"),
    ("bin/hoopstart -- puma", "bin/hoopstart -- puma"),
    ("puma | tee log", "hoopstart -- puma | tee log"),
    ("hoopstart — x", "hoopstart -- x"), ("hoopstart – x", "hoopstart -- x"),
    ("hoopstart - x", "hoopstart -- x"), ("hoopstart --help -- x", "hoopstart -- x"),
    ("hoopstrat x", "hoopstart -- x"), ("bin/hoop-start -- x", "bin/hoopstart -- x"),
    ("hoopstart-- x", "hoopstart -- x"),
    ("if a; then thin; fi", "hoopstart -- bash -c 'if a; then thin; fi'"),
    ("(cd x; puma)", "hoopstart -- bash -c '(cd x; puma)'"),
    ("puma & sidekiq", "hoopstart -- bash -c 'puma & sidekiq'"),
    ("echo 'a' && cd b", #"hoopstart -- bash -c 'echo '\''a'\'' && cd b'"#),
    ("echo \"open", "hoopstart -- bash -c 'echo \"open'"),
    ("hoopstart -- A=1 B=2 puma", "hoopstart -- env A=1 B=2 puma"),
    ("hoopstart A=1 puma", "hoopstart -- env A=1 puma"),
    (
      "hoopstart -- A=1 B='c d' cd x && puma",
      #"hoopstart -- bash -c 'A=1 B='\''c d'\'' cd x && puma'"#
    ),
    ("hoopstart -- A=1 exec puma", "hoopstart -- bash -c 'A=1 exec puma'"),
    ("hoopstart -- A=1", "hoopstart -- bundle exec puma -C config/puma.rb"),
    ("Hoopstart -- puma", "hoopstart -- puma"), ("HOOPSTART puma", "hoopstart -- puma"),
    ("hoopstart -- hoopstrat -- puma", "hoopstart -- puma"),
    ("hoopstart -- — puma", "hoopstart -- puma"), ("hoopstart -- '' puma", "hoopstart -- puma"),
    ("A=1 exec hoopstart -- cd x && puma", "A=1 cd x && hoopstart -- puma"),
    ("hoopstart -- exec puma", "hoopstart -- puma"),
    ("hoopstart -- 'bundle exec puma'", "hoopstart -- bash -c 'bundle exec puma'"),
    ("bash -c 'hoopstart puma'", "bash -c 'hoopstart -- puma'"),
    ("hoopstart --", "hoopstart -- bundle exec puma -C config/puma.rb"),
    ("hoopstart -- -C x", "hoopstart -- bundle exec puma -C config/puma.rb"),
    ("$(command -v hoopstart && echo --) A=1 x", "$(command -v hoopstart && echo --) env A=1 x"),
    ("$(command -v hoopstart && echo --) cd x && y", "cd x && hoopstart -- y"),
    ("hoopstart -- A=1 hoopstrat -- x", "hoopstart -- bundle exec puma -C config/puma.rb"),
    ("hoopstart -- hoopstart x", "hoopstart -- bundle exec puma -C config/puma.rb"),
    ("hoopstart", "hoopstart -- bundle exec puma -C config/puma.rb"),
    ("hoopstart --check", "hoopstart --check"),
  ]

  @Test(arguments: corrections)
  func `a command is corrected where its program is`(command: String, corrected: String) {
    #expect(Self.process(command).corrected.command == corrected)
  }

  @Test(arguments: [
    ("hoopstart -- a && b", "hoopstart -- bash -c 'a && b'"),
    ("A=1 hoopstart -- a -x; cd c", "hoopstart -- bash -c 'A=1 a -x; cd c'"),
    ("exec hoopstart -- a && b", nil), ("{ hoopstart -- a; }", nil),
    ("if a; then hoopstart -- b; fi", nil), ("bash -c 'hoopstart -- a && b'", nil),
    ("$(command -v hoopstart && echo --) a b; c", "hoopstart -- bash -c 'a b; c'"),
    ("hoopstart -- a | b && c", nil), ("hoopstart -- a || b", nil), ("hoopstart -- a;", nil),
    ("a && hoopstart -- b", nil), ("hoopstart -- a && hoopstart -- b", nil),
  ])
  func `what follows the command that hoopstart starts is seen`(line: String, whole: String?) {
    let advice = Procfile("web: \(line)".utf8).advice(on: []) { _ in false }
      .filter { $0.code == "part-of-a-command" }
    #expect(advice.map { $0.example } == (whole.map { [["web: \($0)"]] } ?? []))
  }

  @Test func `any corrected command uses hoopstart properly`() {
    let random = RandomText(
      pieces: [
        "hoopstart", "bin/", " ", "--", "&&", ";", "=", "exec", "a", "\t", "'", "\"", "$(", ")",
        "|",
        "bash -c ", "cd", "\\", "#", ">", "if ", "—", "`", "${", "}", "(",
      ],
      valid: [
        "bundle exec puma", "hoopstart -- x", "cd a && b", "bash -c 'hoopstart a'",
        "hoopstart -- A=1 b", "echo \"$(a 'b')\" `c`",
      ])
    let broken = random.counterexample(seed: 2) { text in
      Procfile("web: \(text)".utf8).processes.allSatisfy {
        $0.corrected.use == .proper || $0.corrected.use == .question
      }
    }
    #expect(broken == nil)
  }

  @Test func `a command of any depth and length is read in time`() {
    let nested = String(repeating: "hoopstart -- ", count: 80_000)
    #expect(Self.process(nested + "puma").use == .proper)
    #expect(Self.process(nested + "hoopstart puma").use == .withoutDashes)
    let pieces = ["$(", "\"$(", "bash -c '", "'", "\"", "((", "`", "bash -c -c ", "${", "\\"]
    for piece in pieces {
      let command = String(repeating: piece, count: 100_000 / piece.utf8.count)
      #expect(Self.process(command).use == .none)
    }
  }

  @Test(arguments: [
    ("a  b\tc", ["a", "b", "c"]), ("a'b c'd \"e f\"", ["ab cd", "e f"]),
    (#"a\ b "c\"d" 'e\'"#, ["a b", #"c"d"#, #"e\"#]), ("a 2>&1 >log b", ["a", "b"]),
    ("a>b c", ["a", "c"]), ("\"$(b \"c d\")\" e", ["$(b \"c d\")", "e"]),
    ("a# #b", ["a#"]), ("a;b&&c|d", ["a", "b", "c", "d"]), ("${a b} c", ["${a b}", "c"]),
  ])
  func `a line is taken apart as bash does`(line: String, words: [String]) {
    #expect(ShellCommand(Array(line.utf8)).words().map { $0.text } == words)
  }
}
