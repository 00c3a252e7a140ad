import CPosix
import HoopAgent
import Posix

/// An agent that was started to see whether it connects, and what it has said.
final class TriedAgent {
  /// Nil if it could not be started, and once it has ended.
  private(set) var pid: pid_t?
  /// What the gateway made of it, or nil as long as that is open.
  private(set) var answer: GatewayAnswer?
  private(set) var milliseconds = 0
  /// When it will have been silent for as long as only an agent that is well is, or nil if silence
  /// says nothing.
  private(set) var silentMoment: Instant?

  private let start = Instant.now
  private let silence: Int?
  private var output: Descriptor?
  private var unfinished: [UInt8] = []
  private var lastLines: [String] = []
  /// What was wrong with its command line, which is followed by pages of usage.
  private var complaint: String?

  /// How many lines are kept to be shown, and how many characters of each.
  private static let (linesShown, charactersShown) = (3, 300)
  /// The longest line that is read as one, in bytes.
  private static let maximumLine = 16_384

  /// Starts the agent, with a more detailed log than in a dyno, in lines that can be read.
  ///
  /// - Parameter silence: After so many milliseconds without an answer to what it asks the answer is
  ///   a good one, or nil for agents that say so.
  init(
    _ agent: Agent, wellAfterSilence silence: Int?,
    by start: (ProcessConfiguration) throws(AgentFile.Failure) -> pid_t
  ) {
    self.silence = silence
    var configuration = agent.configuration
    configuration.environment["LOG_LEVEL"] = "debug"
    configuration.environment["LOG_ENCODING"] = "json"
    var output: Descriptor?
    do throws(SystemError) {
      let pipe = try Pipe()
      let end = pipe.writeEnd.number
      configuration.descriptors = [ProcessConfiguration.nullDevice, end, end]
      let opened = try Descriptor(duplicating: pipe.readEnd.number)
      try opened.doNotBlock()
      do throws(AgentFile.Failure) { pid = try start(configuration) } catch {
        switch error {
        case .changed: decide(.notStarted("it was changed meanwhile"))
        case .system(let error): throw error
        }
      }
      output = consume opened
    } catch { decide(.notStarted(error.description)) }
    self.output = consume output
  }

  /// Can be read from once it has said something; -1 if nothing more can come.
  var descriptorNumber: Int32 {
    switch output {
    case .some(let output): output.number
    case .none: -1
    }
  }

  /// Reads what has come, at most a piece of it: other things have to be looked at too.
  func read() {
    guard let bytes = try? output?.readAvailable(atMost: Self.maximumLine) ?? nil else { return }
    if bytes.isEmpty { output = nil }
    for byte in bytes {
      if byte == UInt8(ascii: "\n") || unfinished.count == Self.maximumLine { finishLine() }
      if byte != UInt8(ascii: "\n") { unfinished.append(byte) }
    }
  }

  /// Takes note of its end, after what it wrote before that.
  func ended(_ status: ExitStatus) {
    pid = nil
    var pieces = 0
    while descriptorNumber >= 0, pieces < 64, hasMore {
      read()
      pieces += 1
    }
    finishLine()
    decide(.ended(status.description, last: complaint.map { [$0] } ?? lastLines))
  }

  /// Takes note if it has been silent for long enough.
  func noteSilence() { if let silentMoment, silentMoment <= .now { decide(.silent) } }

  /// Takes note that its time is over, in seconds.
  func timedOut(after seconds: Int) { decide(.none(seconds: seconds, last: lastLines)) }

  private var hasMore: Bool { Descriptor.waitToRead([descriptorNumber], atMost: 0)[0] }

  private func finishLine() {
    if unfinished.isEmpty { return }
    let line = AgentLine(String(decoding: unfinished, as: UTF8.self))
    unfinished = []
    if line.isAsking, silentMoment == nil, let silence { silentMoment = .now + silence }
    let shown = String(line.message.unicodeScalars.prefix(Self.charactersShown))
    lastLines = lastLines.suffix(Self.linesShown - 1) + [shown]
    if complaint == nil, shown.hasPrefix("Error: ") { complaint = shown }
    if let answer = line.answer { decide(answer) }
  }

  private func decide(_ answer: GatewayAnswer) {
    if self.answer != nil { return }
    self.answer = answer
    milliseconds = .now - start
  }
}
