import Glibc
import Posix
import Testing

struct PipelineTests {
  private let signals: Signals

  init() throws { signals = try Signals() }

  private func shell(_ script: String) -> ProcessConfiguration {
    ProcessConfiguration(Path("/bin/sh"), ["-c", script], environment: Environment())
  }

  @Test func `what a program reads and writes flows`() throws {
    let programs = Pipeline(signals: signals)
    var cat = shell("cat; exit 3")
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    try programs.feed(bytes, to: &cat.descriptors[0])
    let output = try programs.collect(from: &cat.descriptors[1], limit: 1 << 20)
    try programs.start(cat)
    try programs.run()
    #expect(output.bytes == bytes)
    #expect(!output.isOverLimit)
    #expect(programs.statuses == [.exited(3)])
  }

  @Test func `what is over the limit is left, and the writer ends`() throws {
    let programs = Pipeline(signals: signals)
    var yes = shell("exec yes")
    let output = try programs.collect(from: &yes.descriptors[1], limit: 1000)
    try programs.start(yes)
    try programs.run(until: .now + 20_000)
    #expect(output.bytes.count == 1000)
    #expect(output.isOverLimit)
  }

  @Test func `what is over a limit ends the programs where that is asked for`() throws {
    let programs = Pipeline(signals: signals)
    // It goes on although nobody reads.
    var yes = shell("trap '' PIPE; while :; do echo y; done 2>/dev/null")
    let output = try programs.collect(from: &yes.descriptors[1], limit: 1000, endsAll: true)
    try programs.start(yes, shell("exec sleep 1000"))
    try programs.run(until: .now + 20_000)
    #expect(output.isOverLimit)
    #expect(programs.statuses == [nil, nil])
  }

  @Test func `what is cut ends the writer, and its readers see the end`() throws {
    let programs = Pipeline(signals: signals)
    var yes = shell("exec yes")
    var (first, second) = (shell("exec cat"), shell("cat >/dev/null; echo the end"))
    let tap = try programs.tee(
      from: &yes.descriptors[1], to: &first.descriptors[0], and: &second.descriptors[0],
      limit: .max)
    let copy = try programs.collect(from: &first.descriptors[1], limit: .max) {
      if $0.count > 100_000 { tap.cut() }
    }
    let end = try programs.collect(from: &second.descriptors[1], limit: 100)
    try programs.start(yes, first, second)
    try programs.run(until: .now + 20_000)
    #expect(copy.bytes.count > 100_000)
    #expect(!tap.isOverLimit)
    #expect(end.text == "the end\n")
    #expect(programs.statuses == [.killed(signal: SIGPIPE), .exited(0), .exited(0)])
  }

  @Test func `a program's end is seen where SIGCHLD was ignored`() throws {
    signal(SIGCHLD, SIG_IGN)
    let programs = Pipeline(signals: try Signals())
    try programs.start(shell("exit 3"))
    try programs.run(until: .now + 20_000)
    #expect(programs.statuses == [.exited(3)])
  }

  @Test func `a program that takes too long is killed with its group`() throws {
    let programs = Pipeline(signals: signals)
    var hanging = shell("sleep 1000 & exec sleep 1000")
    hanging.isInOwnGroup = true
    let output = try programs.collect(from: &hanging.descriptors[1], limit: 10)
    try programs.start(hanging)
    #expect(throws: Pipeline.Failure.timedOut) { try programs.run(until: .now + 50) }
    #expect(output.bytes.isEmpty)
  }

  @Test func `a program that cannot be executed leaves no child`() {
    let programs = Pipeline(signals: signals)
    #expect(throws: Pipeline.Failure.self) {
      try programs.start(ProcessConfiguration(Path("/dev/null"), [], environment: Environment()))
    }
    #expect(programs.statuses.isEmpty)
  }

  @Test(arguments: ["cat", "head -c 10 >/dev/null", ":"])
  func `both readers of a tap get everything, whatever the other does`(other: String) throws {
    let programs = Pipeline(signals: signals)
    let size = 3_000_000
    var source = shell("exec head -c \(size) /dev/zero")
    var first = shell("exec wc -c")
    var second = shell("\(other) >/dev/null")
    let tap = try programs.tee(
      from: &source.descriptors[1], to: &first.descriptors[0], and: &second.descriptors[0],
      limit: size)
    let count = try programs.collect(from: &first.descriptors[1], limit: 100)
    try programs.start(source, first, second)
    try programs.run(until: .now + 20_000)
    #expect(count.text == "\(size)\n")
    #expect(tap.count == size)
    #expect(!tap.isOverLimit)
  }

  @Test func `a tap with one reader left serves it, whichever it is`() throws {
    let programs = Pipeline(signals: signals)
    let size = 3_000_000
    var source = shell("exec head -c \(size) /dev/zero")
    var first = shell("exec <&-; exit 0")
    var second = shell("exec wc -c")
    let tap = try programs.tee(
      from: &source.descriptors[1], to: &first.descriptors[0], and: &second.descriptors[0],
      limit: 1 << 30)
    let count = try programs.collect(from: &second.descriptors[1], limit: 100)
    try programs.start(source, first, second)
    try programs.run(until: .now + 20_000)
    #expect(count.text == "\(size)\n")
    #expect(tap.count == size)
  }

  @Test func `a tap ends at its limit`() throws {
    let programs = Pipeline(signals: signals)
    var source = shell("exec yes")
    var first = shell("exec cat >/dev/null")
    var second = shell("exec cat >/dev/null")
    let tap = try programs.tee(
      from: &source.descriptors[1], to: &first.descriptors[0], and: &second.descriptors[0],
      limit: 100_000)
    try programs.start(source, first, second)
    try programs.run(until: .now + 20_000)
    #expect(tap.isOverLimit)
  }

  @Test func `a child has the descriptors that it was given and no other`() throws {
    let programs = Pipeline(signals: signals)
    var list = shell("echo /proc/self/fd/*")
    let output = try programs.collect(from: &list.descriptors[1], limit: 1000)
    try programs.start(list)
    try programs.run()
    // The shell itself opens the folder to list it.
    let numbers = output.text.split(separator: " ").compactMap { $0.split(separator: "/").last }
    #expect(numbers.prefix(3) == ["0", "1", "2"])
    #expect(numbers.count <= 4)
  }
}
