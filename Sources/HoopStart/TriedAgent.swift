import CPosix
import HoopAgent
import Posix

/// An agent that was started to see whether it connects, and what it has said.
final class TriedAgent {
  let connections: String
  /// Nil where it could not be started, and once it has ended.
  private(set) var pid: pid_t?
  /// What the gateway made of it; nil while that is open.
  private(set) var answer: GatewayAnswer?
  private(set) var milliseconds = 0
  /// When it will have been silent for as long as only one that is well is; nil where silence says
  /// nothing.
  private(set) var silentMoment: Instant?

  private let start = Instant.now
  private let silence: Int?
  private let secrets: Secrets
  private var output: Descriptor?
  private var unfinished: [UInt8] = []
  private var lastLines: [String] = []
  /// What was wrong with its command line, which is followed by pages of usage.
  private var complaint: String?

  /// How many lines are kept to be shown, and how many characters of each.
  private static let (linesShown, charactersShown) = (3, 300)
  /// The longest line that is read as one, in bytes.
  private static let maximumLine = 16_384

  /// Starts the agent, which is to say more than in a dyno, in lines that can be read.
  ///
  /// - Parameter silence: after how long without an answer to what it asks it has one that is good,
  ///   in milliseconds; nil for agents that say so.
  init(_ agent: Agent, wellAfterSilence silence: Int?) {
    self.silence = silence
    connections = agent.connections
    var launch = agent.launch
    launch.environment["LOG_LEVEL"] = "debug"
    launch.environment["LOG_ENCODING"] = "json"
    secrets = Secrets(in: launch.environment)
    do throws(SystemError) {
      let pipe = try Pipe()
      launch.descriptors = [-1, pipe.writeEnd.number, pipe.writeEnd.number]
      let output = try Descriptor(duplicating: pipe.readEnd.number)
      try output.doNotBlock()
      pid = try launch.start()
      self.output = consume output
    } catch { decide(.notStarted(error.description)) }
  }

  /// What can be read from once it has said something; -1 where nothing more can come.
  var descriptorNumber: Int32 {
    switch output {
    case .some(let output): output.number
    case .none: -1
    }
  }

  /// Reads what has come, at most a piece of it: other things have to be looked at too.
  func read() {
    guard let bytes = try? output?.read(atMost: Self.maximumLine) else { return }
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

  /// Takes note where it has been silent for long enough.
  func noteSilence() { if let silentMoment, silentMoment <= .now { decide(.silent) } }

  /// Takes note that the time is over, in seconds.
  func timedOut(after seconds: Int) { decide(.none(seconds: seconds, last: lastLines)) }

  private var hasMore: Bool { Descriptor.waitToRead([descriptorNumber], atMost: 0)[0] }

  private func finishLine() {
    if unfinished.isEmpty { return }
    let line = AgentLine(String(decoding: unfinished, as: UTF8.self), without: secrets)
    unfinished = []
    if line.meaning == .asking, silentMoment == nil, let silence { silentMoment = .now + silence }
    let shown = String(line.message.unicodeScalars.prefix(Self.charactersShown))
    lastLines = lastLines.suffix(Self.linesShown - 1) + [shown]
    if complaint == nil, shown.hasPrefix("Error: ") { complaint = shown }
    if let answer = GatewayAnswer(line.meaning) { decide(answer) }
  }

  private func decide(_ answer: GatewayAnswer) {
    if self.answer != nil { return }
    self.answer = answer
    milliseconds = .now - start
  }
}

extension Secrets {
  /// Those of an agent's environment.
  fileprivate init(in environment: Environment) {
    var values: [String] = []
    for entry in environment.entries {
      let text = String(decoding: entry, as: UTF8.self)
      guard let equals = text.firstIndex(of: "=") else { continue }
      let value = String(text[text.index(after: equals)...])
      if SecretVariable.isOne(String(text[..<equals])) || MisplacedSecret.mayBe(in: value) {
        values.append(value)
      }
    }
    self.init(values)
  }
}
