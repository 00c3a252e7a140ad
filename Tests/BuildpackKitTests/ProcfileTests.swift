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

  @Test(arguments: [
    ("bundle exec puma", Process.Use.none), ("hoopstart -- puma", .proper),
    ("bin/hoopstart -- puma", .proper), ("A=1 exec ./bin/hoopstart  -- puma", .proper),
    ("cd x && hoopstart -- puma", .proper), ("hoopstart puma", .withoutDashes),
    ("hoopstart", .withoutDashes), ("hoopstart --help -- x", .withoutDashes),
    ("echo hoopstart-not", .none), ("myhoopstart -- x", .none),
  ])
  func `the use of hoopstart is seen`(command: String, use: Process.Use) {
    #expect(Process(type: "web", command: command).use == use)
  }

  @Test(arguments: [
    ("bundle exec puma -C x", "hoopstart -- bundle exec puma -C x"),
    ("exec puma", "exec hoopstart -- puma"),
    ("RAILS_ENV=production A_1=b puma", "RAILS_ENV=production A_1=b hoopstart -- puma"),
    ("cd api && npm start", "cd api && hoopstart -- npm start"),
    ("rake db:seed; exec puma", "rake db:seed; exec hoopstart -- puma"),
    ("hoopstart puma -p 1", "hoopstart -- puma -p 1"),
    ("bin/hoopstart -- puma", "bin/hoopstart -- puma"),
    ("puma | tee log", "hoopstart -- puma | tee log"),
  ])
  func `a command is corrected where its program is`(command: String, corrected: String) {
    let process = Process(type: "web", command: command).corrected
    #expect(process == Process(type: "web", command: corrected))
    #expect(process.use == .proper)
  }

  @Test func `any corrected command uses hoopstart properly`() {
    let random = RandomText(
      pieces: ["hoopstart", "bin/", " ", "--", "&&", ";", "=", "exec", "a", "\t"],
      valid: ["bundle exec puma", "hoopstart -- x", "cd a && b"])
    let broken = random.counterexample(seed: 2) { text in
      Procfile("web: \(text)".utf8).processes.allSatisfy { $0.corrected.use == .proper }
    }
    #expect(broken == nil)
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
