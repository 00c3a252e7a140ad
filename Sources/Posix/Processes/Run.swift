import CPosix

/// Why a run of programs ended early.
package enum RunFailure: Error, Hashable, Sendable {
  case stopped(Signals.Stop)
  case timedOut
  case system(SystemError)
}

/// How one program of a run ended, and what it printed.
package struct ProgramResult: Sendable {
  package let status: ExitStatus
  package let output: [UInt8]
  package let errors: [UInt8]
  /// Whether it printed more than the limit. The rest was dropped.
  package let isOverLimit: Bool

  package var text: String { String(decoding: output, as: UTF8.self) }
  package var errorText: String { String(decoding: errors, as: UTF8.self) }
}

/// Runs programs connected by pipes until all of them have ended: the output of each is the input of
/// the next.
///
///     let result = try run(ProcessConfiguration("/bin/cat", [], environment: .current),
///       input: Array("hello".utf8), signals: signals)[0]
///     result.text  // hello
///
/// A stop signal or the deadline ends all of them. No program is left running when this returns.
///
/// - Parameters:
///   - input: What the first program reads.
///   - limit: How many bytes to keep of the last program's output, and of the errors of each. Both are
///     collected if the configuration's descriptor for it is `ProcessConfiguration.collected`.
///   - deadline: When to kill them, or nil to wait as long as they take.
///   - stopGrace: After a stop signal they get the same signal, and are killed after so many
///     milliseconds.
///   - interval: How often to call `body` while they run, in milliseconds.
/// - Returns: A result for each program, in their order.
package func run(
  _ programs: ProcessConfiguration..., input: [UInt8] = [], limit: Int = 65_536,
  until deadline: Instant? = nil, stopGrace: Int = 0, every interval: Int? = nil,
  _ body: () -> Void = {}, signals: Signals
) throws(RunFailure) -> [ProgramResult] {
  let running = RunningPrograms(signals: signals, limit: limit)
  defer { running.kill() }
  do throws(SystemError) { try running.start(programs, input: input) } catch {
    throw .system(error)
  }
  do throws(RunFailure) { try running.wait(until: deadline, every: interval, body) } catch {
    if case .stopped(let stop) = error, stopGrace > 0 {
      running.stop(with: stop.signal, within: stopGrace)
    }
    throw error
  }
  return running.results
}

private final class RunningPrograms {
  private let signals: Signals
  private let limit: Int
  private var feed: Feed?
  private var all: [RunningProgram] = []

  init(signals: Signals, limit: Int) {
    self.signals = signals
    self.limit = limit
  }

  func start(_ configurations: [ProcessConfiguration], input: [UInt8]) throws(SystemError) {
    var source: Descriptor?
    if !input.isEmpty {
      let pipe = try Pipe()
      source = .some(pipe.readEnd)
      feed = try Feed(input, into: pipe.writeEnd)
    }
    for (index, var program) in configurations.enumerated() {
      while program.descriptors.count < 3 {
        program.descriptors.append(ProcessConfiguration.nullDevice)
      }
      if let number = number(of: source) { program.descriptors[0] = number }
      // The program's own ends of its pipes. They are closed here once it has started.
      var next: Descriptor?
      var outputEnd: Descriptor?
      var errorEnd: Descriptor?
      var output: Collector?
      if index + 1 < configurations.count {
        let pipe = try Pipe()
        program.descriptors[1] = pipe.writeEnd.number
        next = .some(pipe.readEnd)
        outputEnd = .some(pipe.writeEnd)
      } else {
        output = try collector(for: &program.descriptors[1], &outputEnd)
      }
      let errors = try collector(for: &program.descriptors[2], &errorEnd)
      all.append(RunningProgram(try program.start(), program, output, errors))
      source = consume next
    }
  }

  private func collector(
    for place: inout Int32, _ end: inout Descriptor?
  ) throws(SystemError) -> Collector? {
    guard place == ProcessConfiguration.collected else { return nil }
    let pipe = try Pipe()
    place = pipe.writeEnd.number
    end = .some(pipe.writeEnd)
    return try Collector(pipe.readEnd, limit: limit)
  }

  func wait(
    until deadline: Instant?, every interval: Int?, _ body: () -> Void
  ) throws(RunFailure) {
    var lastCall = Instant.now
    while isAnyRunning {
      var rest = deadline.map { $0 - .now } ?? Int(Int32.max)
      if rest <= 0 { throw .timedOut }
      if let interval {
        if .now - lastCall >= interval {
          lastCall = .now
          body()
        }
        rest = min(rest, interval)
      }
      try step(atMost: rest)
      try checkSignals()
    }
    // What they wrote last is in the pipes by now. Other processes may have these open, such as
    // children of the programs: they are not waited for.
    do throws(SystemError) { for program in all { try program.collectRest() } } catch {
      throw .system(error)
    }
    // Ctrl-C goes to the programs too, and their end may be seen first.
    try checkSignals()
  }

  func stop(with signal: Int32, within milliseconds: Int) {
    for program in all where program.status == nil { _ = CPosix.kill(program.pid, signal) }
    let deadline = Instant.now + milliseconds
    while isAnyRunning, case let rest = deadline - .now, rest > 0 {
      // A second signal means that the user does not want to wait.
      do throws(RunFailure) {
        try step(atMost: rest)
        try checkSignals()
      } catch { return }
    }
  }

  func kill() { for program in all where program.status == nil { program.kill() } }

  var results: [ProgramResult] { all.compactMap(\.result) }

  private var isAnyRunning: Bool { all.contains { $0.status == nil } }

  private func checkSignals() throws(RunFailure) {
    do throws(Signals.Stop) { try signals.check() } catch { throw .stopped(error) }
  }

  /// Waits until something can be done, and does it.
  private func step(atMost milliseconds: Int) throws(RunFailure) {
    var waits = [pollfd(fd: signals.descriptorNumber, events: Int16(POLLIN), revents: 0)]
    if let number = feed?.number {
      waits.append(pollfd(fd: number, events: Int16(POLLOUT), revents: 0))
    }
    for number in all.flatMap(\.awaited) {
      waits.append(pollfd(fd: number, events: Int16(POLLIN), revents: 0))
    }
    // Without a pidfd the end of a program is not an event.
    let hasAllEnds = all.allSatisfy { $0.status != nil || $0.end != nil }
    let most = hasAllEnds ? milliseconds : min(milliseconds, 50)
    if poll(&waits, nfds_t(waits.count), Int32(clamping: most)) < 0, errno != EINTR {
      throw .system(SystemError("poll"))
    }
    do throws(SystemError) {
      feed?.advance()
      for program in all { try program.advance() }
    } catch { throw .system(error) }
  }
}

private final class RunningProgram {
  let pid: pid_t
  private let isGroup: Bool
  private let pidfd: Descriptor?
  private let output: Collector?
  private let errors: Collector?
  private(set) var status: ExitStatus?

  init(_ pid: pid_t, _ program: ProcessConfiguration, _ output: Collector?, _ errors: Collector?) {
    self.pid = pid
    isGroup = program.isInOwnGroup
    pidfd = try? Descriptor(process: pid)
    self.output = output
    self.errors = errors
  }

  /// A descriptor that can be read from once the program has ended, or nil if the kernel has none.
  var end: Int32? { number(of: pidfd) }

  /// The descriptors to wait for.
  var awaited: [Int32] {
    [status == nil ? end : nil, output?.number, errors?.number].compactMap { $0 }
  }

  func advance() throws(SystemError) {
    _ = try output?.advance()
    _ = try errors?.advance()
    if status == nil { reap(WNOHANG) }
  }

  func collectRest() throws(SystemError) {
    // No more than a pipe can hold: some other process may go on writing (pipe(7)).
    for collector in [output, errors] {
      var reads = 1_048_576 / Collector.chunk
      while reads > 0, try collector?.advance() == true { reads -= 1 }
    }
  }

  func kill() {
    _ = CPosix.kill(isGroup ? -pid : pid, SIGKILL)
    reap(0)
  }

  private func reap(_ flags: Int32) {
    var end: Int32 = 0
    var result = waitpid(pid, &end, flags)
    while result < 0, errno == EINTR { result = waitpid(pid, &end, flags) }
    // An error means that it was reaped by other code: it is not there anyway.
    if result != 0 { status = result < 0 ? .exited(EXIT_FAILURE) : ExitStatus(waitStatus: end) }
  }

  var result: ProgramResult? {
    status.map {
      ProgramResult(
        status: $0, output: output?.bytes ?? [], errors: errors?.bytes ?? [],
        isOverLimit: output?.isOverLimit == true || errors?.isOverLimit == true)
    }
  }
}

/// Bytes of this process that a program reads.
private final class Feed {
  private var rest: ArraySlice<UInt8>
  private var sink: Descriptor?

  init(_ bytes: [UInt8], into sink: consuming Descriptor) throws(SystemError) {
    try sink.doNotBlock()
    rest = bytes[...]
    self.sink = consume sink
    advance()
  }

  var number: Int32? { Posix.number(of: sink) }

  func advance() {
    guard let number else { return }
    let count = rest.withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
    if count < 0, errno == EAGAIN || errno == EINTR { return }
    // A program that stops reading (EPIPE) has its reasons, and its exit status.
    rest = count < 0 ? [] : rest.dropFirst(count)
    if rest.isEmpty { sink = nil }
  }
}

/// Bytes that a program prints, kept up to a limit.
private final class Collector {
  static let chunk = 65_536

  private(set) var bytes: [UInt8] = []
  private(set) var isOverLimit = false
  private let limit: Int
  private var source: Descriptor?

  init(_ source: consuming Descriptor, limit: Int) throws(SystemError) {
    try source.doNotBlock()
    self.source = consume source
    self.limit = limit
  }

  var number: Int32? { Posix.number(of: source) }

  /// Returns whether there was something to read.
  func advance() throws(SystemError) -> Bool {
    guard let part = try source?.readAvailable(atMost: Self.chunk) ?? nil else { return false }
    if part.isEmpty { source = nil }
    if part.count > limit - bytes.count { isOverLimit = true }
    bytes += part.prefix(limit - bytes.count)
    return !part.isEmpty
  }
}
