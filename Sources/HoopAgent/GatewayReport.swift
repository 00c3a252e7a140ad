/// What the gateway made of each agent of a plan.
package struct GatewayReport: Sendable {
  package struct Entry: Sendable {
    /// What the agent publishes, in the words of a log line.
    package let connections: String
    package let answer: GatewayAnswer
    /// From the agent's start to the answer.
    package let milliseconds: Int

    package init(_ connections: String, _ answer: GatewayAnswer, after milliseconds: Int) {
      (self.connections, self.answer, self.milliseconds) = (connections, answer, milliseconds)
    }
  }

  package let entries: [Entry]

  package init(_ entries: [Entry]) { self.entries = entries }

  /// Whether every connection is there.
  package var isConnected: Bool { !entries.isEmpty && entries.allSatisfy { $0.answer.isConnected } }

  /// What comes of the plan, in a sentence.
  package func result(of plan: LaunchPlan) -> String {
    if isConnected { return "\(plan.summary)." }
    let isUnsaid = entries.allSatisfy { $0.answer.isConnected || $0.answer.isUnsaid(by: plan) }
    return isUnsaid
      ? "The agent would start, and whether every connection would be there is not known."
      : "The agent would start, and not every connection would be there."
  }

  /// An answer, and the words for it, with whose it is where others have another.
  private typealias Said = (answer: GatewayAnswer, words: [String])

  private func said(of plan: LaunchPlan) -> [Said] {
    var answers: [GatewayAnswer] = []
    for entry in entries where !answers.contains(entry.answer) { answers.append(entry.answer) }
    return answers.map { answer in
      let same = entries.filter { $0.answer == answer }
      let milliseconds = same.map { $0.milliseconds }.max() ?? 0
      var words = answer.words(of: plan, after: milliseconds)
      // Whose name is taken is said already.
      if answers.count > 1, case .nameTaken = answer {
      } else if answers.count > 1 {
        words[0] = "\(same.map { $0.connections }.asList): \(words[0])"
      }
      return (answer, words)
    }
  }

  /// A row for all connections where they have the same answer, else one for each answer.
  package func rows(of plan: LaunchPlan) -> [Row] {
    said(of: plan).map { Row("Gateway", $0.words) }
  }

  /// What to do about each answer that is no connection.
  package func problems(of plan: LaunchPlan) -> [Advice] {
    let taken = entries.compactMap { entry in
      if case .nameTaken(let name) = entry.answer { name } else { nil }
    }
    return said(of: plan).compactMap { $0.answer.advice(of: plan, $0.words, taken: taken) }
  }
}
