import Glibc
import TestSupport
import Testing

@testable import Posix

/// Programs that are run, and what the system says of processes.
struct ProcessTests {
  private let signals: Signals

  init() throws { signals = try Signals() }

  private func shell(_ script: String) -> ProcessConfiguration {
    ProcessConfiguration(Path("/bin/sh"), ["-c", script], environment: Environment())
  }

  @Test func `what programs read and print is passed on and collected`() throws {
    let bytes = (0..<60_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let results = try run(
      shell("cat; echo first >&2; exit 3"), shell("cat; echo second >&2"), input: bytes,
      limit: 1 << 20, until: .now + 60_000, signals: signals)
    #expect(results.map(\.status) == [.exited(3), .exited(0)])
    #expect(results.map(\.errorText) == ["first\n", "second\n"])
    #expect(results[0].output.isEmpty && results[1].output == bytes)
    #expect(!results.contains { $0.isOverLimit })
  }

  @Test func `errors over the limit are dropped, output ends its program, input may stay unread`()
    throws
  {
    let result = try run(
      shell("head -c 300000 /dev/zero >&2; exec cat /dev/zero"),
      input: [UInt8](repeating: 7, count: 60_000), limit: 1000,
      until: .now + 60_000, signals: signals)[0]
    #expect(result.output.count == 1000 && result.isOverLimit)
    #expect(result.status == .killed(signal: SIGPIPE) && result.errors.count == 1000)
  }

  @Test func `descriptors that are given are passed on, and no others`() throws {
    let folder = TemporaryFolder()
    try (folder.path / "in").makeFile(Array("hello".utf8), mode: 0o644)
    let file = try Descriptor(opening: folder.path / "in", O_RDONLY)
    var cat = shell("cat; echo /proc/self/fd/*")
    cat.descriptors[0] = file.number
    let text = try run(cat, signals: signals)[0].text
    #expect(text.hasPrefix("hello/proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2"))
    // The shell itself opens the folder to list it.
    #expect(text.split(separator: " ").count <= 4)
  }

  @Test func `a program that takes too long is killed with its group, and so are the others`()
    throws
  {
    let pipe = try Pipe()
    var hanging = shell("sleep 1000 & exec sleep 1000")
    hanging.isInOwnGroup = true
    hanging.descriptors = [-1, -1, -1, pipe.writeEnd.number]
    #expect(throws: RunFailure.timedOut) {
      _ = try run(shell("exec sleep 1000"), hanging, until: .now + 50, signals: signals)
    }
    // Once none of them has the pipe, its end can be read.
    #expect(try pipe.withoutWriteEnd().read(atMost: 1).isEmpty)
  }

  @Test func `a program that cannot be executed leaves none running`() throws {
    #expect(throws: RunFailure.system(SystemError("exec", Path("/dev/null"), code: EACCES))) {
      let null = ProcessConfiguration(Path("/dev/null"), [], environment: Environment())
      _ = try run(shell("exec sleep 1000"), null, signals: signals)
    }
  }

  @Test func `lines are put together from pieces`() {
    var buffer = LineBuffer()
    #expect(buffer.lines(in: Array("on".utf8)).isEmpty)
    #expect(buffer.lines(in: Array("e\n\ntwo\nthr".utf8)) == ["one", "two"])
    #expect(buffer.rest() == ["thr"] && buffer.rest().isEmpty)
    let long = [UInt8](repeating: 0x61, count: LineBuffer.maximumBytes + 1)
    #expect(buffer.lines(in: long).map(\.utf8.count) == [LineBuffer.maximumBytes])
  }

  @Test func `a PATH that is unset is the one of glibc's execvp`() {
    #expect(Path.program("sh", path: nil) == Path("/bin/sh"))
    #expect(Path.program("sh", path: "/nowhere:/usr/bin") == Path("/usr/bin/sh"))
    #expect(Path.program("sh", path: "/nowhere") == nil)
    #expect(Path.program("./x", path: nil) == Path("./x"))
  }

  @Test func `reading waits although another process made the open file non-blocking`() throws {
    let pipe = try Pipe()
    try pipe.readEnd.doNotBlock()
    #expect(try pipe.readEnd.readAvailable(atMost: 9) == nil)
    var late = shell("sleep 0.1; echo x")
    late.descriptors = [-1, pipe.writeEnd.number, -1]
    let pid = try late.start()
    #expect(try pipe.readEnd.read(atMost: 9) == Array("x\n".utf8))
    #expect(Children.reap(pid) == .exited(0))
  }

  @Test(arguments: [
    ("S", 1, false), ("Z", 1, true), ("X", 1, true), ("Z", 3, false),
  ])
  func `a process has ended once all its threads have`(state: String, threads: Int, end: Bool) {
    let line = "42 (a) Z (b) \(state) 7 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 \(threads) 0 1234 5 6"
    let status = ProcessStatus(Array(line.utf8))
    #expect(status?.isZombie == end)
    #expect(status?.parent == 7 && status?.startTime == 1234)
    #expect(ProcessStatus(Array("42 (a".utf8)) == nil)
  }
}

struct EnvironmentTests {
  private func environment(_ entries: String...) -> Environment {
    Environment(entries: entries.map { Array($0.utf8) })
  }

  @Test func `a variable changes in its place, and the rest keeps its order`() {
    var variables = environment("A=1", "B=2", "AB=3")
    variables["B"] = "x=y"
    variables["C"] = ""
    variables["AB"] = nil
    #expect(variables == environment("A=1", "B=x=y", "C="))
    #expect(variables["B"] == "x=y" && variables["C"] == "" && variables["AB"] == nil)
    variables.remove { $0 != "A" }
    #expect(variables == environment("A=1"))
  }

  @Test func `names are those of variables, the first value counts, and bytes stay as given`() {
    var variables = Environment(entries: [
      Array("A=1".utf8), Array("=C:".utf8), Array("NOEQUALS".utf8), [0xff, 0x3d, 0x31],
      [0x42, 0x3d, 0xff], Array("A=2".utf8),
    ])
    #expect(variables.names == ["A", "B", "A"])
    #expect(variables.values == ["A": "1", "B": "\u{fffd}"] && variables["A"] == "1")
    #expect(variables.bytes(of: "B") == [0xff] && variables.bytes(of: "C") == nil)
    variables.remove { $0 == "A" }
    #expect(variables.names == ["B"] && variables.entries.count == 4)
  }

  @Test(arguments: [
    ("0.5", 2500), ("0.01", 50), ("0.001", 5), ("0.999", 4995), ("0.000", 5), ("1", 5000),
    (nil, 5000), ("", 5000), ("0.", 5000), ("0.0001", 5000), ("2", 5000), ("0.-1", 5000),
    ("0.٥", 5000), ("x.5", 5000),
  ])
  func `a time scale shortens a wait, and anything else leaves it alone`(
    _ text: String?, _ wait: Int
  ) {
    #expect(TimeScale(text).scaled(5000) == wait)
    #expect(TimeScale(text).scaled(.min) == 0 && TimeScale(text).scaled(.max) <= 86_400_000)
  }
}
