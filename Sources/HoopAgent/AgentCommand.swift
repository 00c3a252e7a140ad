/// One agent process of a plan.
public struct AgentCommand: Hashable, Sendable {
  /// The words after `hoop`.
  public let arguments: [String]
  /// The names under which the dashboard shows what this process publishes; empty where the
  /// dashboard itself holds the list.
  public let publishes: [String]
  /// The value of HOOP_CONNECTION for an agent that reads it; nil for the others.
  public let connectionList: String?

  init(_ arguments: [String], publishes: [String], connectionList: String? = nil) {
    (self.arguments, self.publishes) = (arguments, publishes)
    self.connectionList = connectionList
  }
}
