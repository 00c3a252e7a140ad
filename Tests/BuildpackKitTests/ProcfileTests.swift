import TestSupport
import Testing

@testable import BuildpackKit

struct ProcfileTests {
  typealias Process = Procfile.Process

  @Test func `a line is a type, a colon and a command`() {
    let text = """
      \u{feff}web: bundle exec puma -C config/puma.rb\r
      # comment: not a type
        # another
      \t worker_2:   rake jobs:work  \r
      release:rails db:migrate

      clock bin/clock
      web.1: x
      empty:
      :nothing
      worker_2:\u{a0}rake
      """
    let procfile = Procfile(text.utf8)
    #expect(
      procfile.processes == [
        Process(type: "web", command: "bundle exec puma -C config/puma.rb"),
        Process(type: "worker_2", command: "\u{a0}rake"),
        Process(type: "release", command: "rails db:migrate"),
        Process(type: "clock", command: "bin/clock"),
      ])
    #expect(procfile.linesWithoutColon == [7])
    #expect(procfile.otherLines == [8, 9, 10])
    #expect(procfile.repeatedTypes == ["worker_2"])
  }

  @Test(
    arguments: [
      [0xff, 0xfe, 0x77, 0x00], [0xfe, 0xff, 0x00, 0x77], [0x77, 0x00, 0x65, 0x00],
    ] as [[UInt8]])
  func `a file in UTF-16 is known as that`(bytes: [UInt8]) {
    let procfile = Procfile(bytes + [0x3a, 0x00, 0x20, 0x00])
    #expect(procfile.isUTF16 && procfile.processes.isEmpty)
  }

  @Test func `a file that is not text has no process types that it does not name`() {
    #expect(Procfile([UInt8]()).processes.isEmpty)
    let command = Procfile(Array("web: ".utf8) + [0xff]).processes.first?.command
    #expect(command == "\u{fffd}")
  }

  @Test func `no random Procfile has a type with another character`() {
    let random = RandomText(
      pieces: ["web", ":", "worker-1", "\n", "a_b", "#", "command"],
      valid: ["web: a\nworker: b\n", "web: x\r\nclock y"])
    let letters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8)
    let broken = random.counterexample(seed: 3) { text in
      let processes = Procfile(text.utf8).processes
      let printed = processes.map { "\($0.line)\n" }.joined()
      return Set(processes.map(\.type)).count == processes.count
        && processes.allSatisfy { !$0.type.isEmpty && letters.isSuperset(of: $0.type.utf8) }
        && Procfile(printed.utf8).processes == processes
    }
    #expect(broken == nil)
  }
}
