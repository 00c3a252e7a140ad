/// What the gateway made of one agent that was started to see, or why that is not known.
package enum GatewayAnswer: Hashable, Sendable {
  case connected
  /// It takes the key, and another dyno has the connection.
  case connectedElsewhere
  /// The agent has asked for long enough to have been told, and is of a version that says nothing
  /// while all is well.
  case silent
  case unknownKey
  case unreachable(String)
  case nameTaken(String)
  case refused(String)
  /// The agent has ended, and said so before.
  case ended(String, last: [String])
  case notStarted(String)
  /// It has said neither within the time, in seconds.
  case none(seconds: Int, last: [String])

  /// What a line of the agent answers; nil where it answers nothing.
  package init?(_ meaning: AgentLine.Meaning) {
    switch meaning {
    case .connected: self = .connected
    case .connectedElsewhere: self = .connectedElsewhere
    case .unknownKey: self = .unknownKey
    case .unreachable(let reason): self = .unreachable(reason)
    case .nameTaken(let name): self = .nameTaken(name)
    case .refused(let reason): self = .refused(reason)
    case .asking, .nothing: return nil
    }
  }

  package var isConnected: Bool {
    switch self {
    case .connected, .connectedElsewhere, .silent: true
    default: false
    }
  }

  /// A name for programs.
  package var code: String {
    switch self {
    case .connected: "connected"
    case .connectedElsewhere: "connected-elsewhere"
    case .silent: "silent"
    case .unknownKey: "unknown-key"
    case .unreachable: "unreachable"
    case .nameTaken: "name-taken"
    case .refused: "refused"
    case .ended: "agent-ended"
    case .notStarted: "agent-not-started"
    case .none: "no-answer"
    }
  }

  /// The answer in words: a line, and below it the agent's own where those have to speak.
  ///
  /// - Parameters:
  ///   - milliseconds: from the agent's start to the answer.
  package func words(of plan: LaunchPlan, after milliseconds: Int) -> [String] {
    let gateway = plan.key.address
    let time = "(\(milliseconds / 1000).\(milliseconds / 100 % 10) s)"
    switch self {
    case .connected: return ["\(gateway) takes the key \(time)"]
    case .connectedElsewhere:
      return ["\(gateway) takes the key \(time); another dyno has the connection now"]
    case .silent:
      return [
        "\(gateway) takes the key \(time): agent \(plan.version) would have said what is wrong, and"
          + " says nothing while all is well"
      ]
    case .unknownKey: return ["\(gateway) does not know the key, or it was revoked"]
    case .unreachable(let reason): return ["\(gateway) cannot be reached: \(printable(reason))"]
    case .nameTaken(let name):
      return [
        "\(printable(name)) is taken: the connection was made in the dashboard; choose another name"
      ]
    case .refused(let reason): return ["\(gateway) refuses: \(printable(reason))"]
    case .ended(let status, let last):
      return quote("the agent ended with \(status)", last, "its")
    case .notStarted(let reason): return ["the agent could not be started: \(reason)"]
    case .none(let seconds, let last):
      let lines = quote("no answer within \(seconds) s", last, "the agent's")
      return isUnsaid(by: plan)
        ? lines + [
          "Agent \(plan.version) may say nothing while all is well; 1.21.0 and later say so."
        ]
        : lines
    }
  }

  /// Whether no answer may as well mean that all is well.
  func isUnsaid(by plan: LaunchPlan) -> Bool {
    guard case .none = self, plan.key.mode != .standard else { return false }
    return !AgentCapabilities(plan.version).saysThatItIsConnected
  }

  private func quote(_ what: String, _ last: [String], _ whose: String) -> [String] {
    if last.isEmpty { return ["\(what); the agent said nothing"] }
    return ["\(what); \(whose) last lines:"] + last.map { "  \(printable($0))" }
  }
}
