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
  /// Whether its output was longer than the limit.
  package let isOverLimit: Bool

  package var text: String { String(decoding: output, as: UTF8.self) }
  package var errorText: String { String(decoding: errors, as: UTF8.self) }
}

/// Runs programs connected by pipes until all of them have ended: the output of each is the input of
/// the next.
///
/// A stop signal or the deadline ends all of them. None is left running when this returns.
///
/// - Parameters:
///   - input: What the first program reads to its end before it prints more than a pipe takes.
///   - limit: How many bytes to keep of the last program's output and of the errors of each, if
///     `ProcessConfiguration.descriptors` says that they are collected. More errors are dropped. For
///     more output there is no reader, so it usually ends the program by SIGPIPE.
///   - deadline: When to kill them, or nil to wait as long as they take.
///   - stopGrace: How long they may take to end after a stop signal, which they get too, in
///     milliseconds. Then they are killed.
/// - Returns: A result for each program, in their order.
package func run(
  _ programs: ProcessConfiguration..., input: [UInt8] = [], limit: Int = 65_536,
  until deadline: Instant? = nil, stopGrace: Int = 0, signals: Signals
) throws(RunFailure) -> [ProgramResult] {
  let running = RunningPrograms(signals, limit: limit)
  defer { running.kill() }
  do throws(SystemError) {
    try running.start(programs, hasInput: !input.isEmpty)
    try running.feed(input)
  } catch { throw .system(error) }
  do throws(RunFailure) { try running.wait(until: deadline) } catch {
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
  private var all: [RunningProgram] = []
  /// The pipe that the first program reads.
  private var sink: Descriptor?

  init(_ signals: Signals, limit: Int) {
    (self.signals, self.limit) = (signals, limit)
  }

  func start(_ programs: [ProcessConfiguration], hasInput: Bool) throws(SystemError) {
    // The programs' own ends of their pipes.
    var ends: [Int32] = []
    defer { for end in ends { close(end) } }
    func keep(_ end: borrowing Descriptor) throws(SystemError) -> Int32 {
      let number = end.number
      ends.append(try retrying("fcntl") { fcntl(number, F_DUPFD_CLOEXEC, number) })
      return ends[ends.count - 1]
    }
    func collect(_ place: inout Int32) throws(SystemError) -> Collector? {
      guard place == ProcessConfiguration.collected else { return nil }
      let pipe = try Pipe()
      place = try keep(pipe.writeEnd)
      return try Collector(pipe.readEnd, limit: limit)
    }
    var source: Int32?
    if hasInput {
      let pipe = try Pipe()
      source = try keep(pipe.readEnd)
      let writeEnd = pipe.writeEnd
      sink = consume writeEnd
    }
    for (index, var program) in programs.enumerated() {
      while program.descriptors.count < 3 {
        program.descriptors.append(ProcessConfiguration.nullDevice)
      }
      if let source { program.descriptors[0] = source }
      var output: Collector?
      if index == programs.count - 1 {
        output = try collect(&program.descriptors[1])
      } else {
        let pipe = try Pipe()
        program.descriptors[1] = try keep(pipe.writeEnd)
        source = try keep(pipe.readEnd)
      }
      let errors = try collect(&program.descriptors[2])
      all.append(RunningProgram(try program.start(), program, output, errors))
    }
  }

  func feed(_ input: [UInt8]) throws(SystemError) {
    do throws(SystemError) { try sink?.write(input) } catch {
      // A program that stops reading has its reasons, and its exit status.
      if error.code != EPIPE { throw error }
    }
    sink = nil
  }

  func wait(until deadline: Instant?) throws(RunFailure) {
    while all.contains(where: { $0.status == nil }) {
      let rest = deadline.map { $0 - .now } ?? Int(Int32.max)
      if rest <= 0 { throw .timedOut }
      // If the kernel has no pidfds, the end of a program wakes nothing up.
      let most = all.contains { $0.mustBePolled } ? min(rest, 50) : rest
      _ = Descriptor.waitToRead(
        [signals.descriptorNumber] + all.flatMap { $0.awaited }, atMost: most)
      try advance()
      try checkSignals()
    }
    // What they wrote last is in the pipes by now, 1 MiB at most (pipe(7)). Other processes may have
    // these open, such as children of the programs: they are not waited for.
    for _ in 0..<(1_048_576 / Collector.chunk) { try advance() }
    // Ctrl-C goes to the programs too, and their end may be seen first.
    try checkSignals()
  }

  /// A second signal ends this early: the user does not want to wait.
  func stop(with signal: Int32, within milliseconds: Int) {
    for program in all where program.status == nil { _ = CPosix.kill(program.pid, signal) }
    do throws(RunFailure) { try wait(until: .now + milliseconds) } catch {}
  }

  func kill() { for program in all where program.status == nil { program.kill() } }

  var results: [ProgramResult] { all.map { $0.result } }

  private func advance() throws(RunFailure) {
    do throws(SystemError) { for program in all { try program.advance() } } catch {
      throw .system(error)
    }
  }

  private func checkSignals() throws(RunFailure) {
    do throws(Signals.Stop) { try signals.check() } catch { throw .stopped(error) }
  }
}

private final class RunningProgram {
  let pid: pid_t
  private let isGroup: Bool
  /// A pidfd, which can be read from once the program has ended, or nil if the kernel has none.
  private let end: Descriptor?
  private let output: Collector?
  private let errors: Collector?
  private(set) var status: ExitStatus?

  init(_ pid: pid_t, _ program: ProcessConfiguration, _ output: Collector?, _ errors: Collector?) {
    self.pid = pid
    isGroup = program.isInOwnGroup
    end = try? Descriptor(process: pid)
    self.output = output
    self.errors = errors
  }

  var mustBePolled: Bool { status == nil && number(of: end) == nil }

  var awaited: [Int32] {
    [status == nil ? number(of: end) : nil, output?.number, errors?.number].compactMap { $0 }
  }

  func advance() throws(SystemError) {
    try output?.advance()
    if output?.isOverLimit == true { output?.close() }
    try errors?.advance()
    if status == nil { reap(WNOHANG) }
  }

  func kill() {
    _ = CPosix.kill(isGroup ? -pid : pid, SIGKILL)
    reap(0)
  }

  private func reap(_ flags: Int32) {
    var end: Int32 = 0
    var result = waitpid(pid, &end, flags)
    while result < 0, errno == EINTR { result = waitpid(pid, &end, flags) }
    if result != 0 { status = result < 0 ? .exited(EXIT_FAILURE) : ExitStatus(waitStatus: end) }
  }

  var result: ProgramResult {
    ProgramResult(
      status: status ?? .exited(EXIT_FAILURE), output: output?.bytes ?? [],
      errors: errors?.bytes ?? [],
      isOverLimit: output?.isOverLimit == true)
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

  func close() { source = nil }

  /// Reads once, without waiting.
  func advance() throws(SystemError) {
    guard let part = try source?.readAvailable(atMost: Self.chunk) ?? nil else { return }
    if part.isEmpty { source = nil }
    if part.count > limit - bytes.count { isOverLimit = true }
    bytes += part.prefix(limit - bytes.count)
  }
}
