import TestSupport
import Testing

@testable import BuildpackKit

struct ProcfileTests {
  typealias Process = Procfile.Process

  @Test func `a line is a type, a colon and a command`() {
    let text = """
      # comment: not a type
      web: bundle exec puma -C config/puma.rb
      worker_2:   rake jobs:work  \r
      release:rails db:migrate

      no colon
      two words: x
      empty:
      :nothing
      """
    #expect(
      Procfile(text.utf8).processes == [
        Process(type: "web", command: "bundle exec puma -C config/puma.rb"),
        Process(type: "worker_2", command: "rake jobs:work"),
        Process(type: "release", command: "rails db:migrate"),
      ])
  }

  @Test func `lines that are no process types, and types that are there twice, are known`() {
    let procfile = Procfile("\u{feff}web: a\r\n# x\r\n\r\n  oops\r\nweb: b\n b: c\nd:\n".utf8)
    #expect(procfile.processes == [Process(type: "web", command: "b")])
    #expect(procfile.otherLines == [4, 6, 7])
    #expect(procfile.repeatedTypes == ["web"])
  }

  @Test func `the last command of a type counts`() {
    #expect(
      Procfile("web: a\nclock: b\nweb: c\n".utf8).processes == [
        Process(type: "web", command: "c"), Process(type: "clock", command: "b"),
      ])
  }

  @Test func `a file that is no text has no process types that it does not name`() {
    #expect(Procfile([0xff, 0xfe, 0x00, 0x3a, 0x0a]).processes.isEmpty)
    #expect(Procfile([UInt8]()).processes.isEmpty)
    let command = Procfile(Array("web: ".utf8) + [0xff]).processes.first?.command
    #expect(command == "\u{fffd}")
  }

  @Test func `no random Procfile has a type with another character`() {
    let random = RandomText(
      pieces: ["web", ":", "worker-1", "\n", "a_b", "#", "command"],
      valid: ["web: a\nworker: b\n", "web: x\r\nclock: y"])
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
