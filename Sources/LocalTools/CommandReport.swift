import BuildpackKit
import HoopAgent

/// What check or dry-run came to, for programs: one JSON object of one shape, which docs/json.md
/// describes. A member that says nothing of this command is null or empty.
struct CommandReport {
  /// Another number where a member goes or means something else; one that is added changes nothing.
  static let schema = 1

  /// `bin/check` or `bin/dry-run`.
  let command: String
  var isOffline = false
  /// Whether the exit status is 0.
  var succeeds = false
  /// What ended the command or the deploy.
  var failure: Advice?
  var advice: [Advice] = []
  var version: AgentVersion?
  var key: String?
  var publishes: String?
  var processes: [ProcessPlan] = []
  var steps: [Step] = []
  var layers: [Layer] = []
  var added: [SlugAdditions.Entry] = []
  /// What `bin/report` said of a build that went well: one JSON object.
  var build: String?
  var boot: Boot?
  /// What the gateway said to each agent.
  var gateway: JSON.Value?

  /// A program of a buildpack that was run.
  struct Step {
    let name: String
    let buildpack: String
    let milliseconds: Int
    let isGood: Bool
  }

  /// A layer of an image.
  struct Layer {
    let name: String
    let bytes: Int
    /// Whether the second build took it from the first.
    let isReused: Bool
  }

  /// How a process ended that was started.
  struct Boot {
    let type: String
    let end: String
    let isGood: Bool
  }

  init(_ command: String) { self.command = command }

  /// A command that has ended before it came to anything.
  init(_ command: String, failure: Advice, isOffline: Bool = false) {
    (self.command, self.failure, self.isOffline) = (command, failure, isOffline)
  }

  var json: String {
    JSON.text(
      .object([
        ("schema", .number(Self.schema)), ("command", .text(command)),
        ("offline", .bool(isOffline)), ("succeeds", .bool(succeeds)),
        ("failure", failure?.json ?? .null),
        ("advice", .list(advice.map { $0.json })),
        ("version", version.map { .text($0.description) } ?? .null),
        ("key", key.map { .text($0) } ?? .null),
        ("publishes", publishes.map { .text($0) } ?? .null),
        ("processes", .list(processes.map { $0.json })), ("steps", .list(steps.map { $0.json })),
        ("added", .list(added.map { $0.json })), ("layers", .list(layers.map { $0.json })),
        ("build", build.map { .raw($0) } ?? .null),
        ("boot", boot?.json ?? .null), ("gateway", gateway ?? .list([])),
      ]))
  }
}

extension [Advice] {
  /// Those that do not say what a failure says.
  func besides(_ failure: Advice?) -> [Advice] { filter { $0.with(.error) != failure } }
}

extension CommandReport.Boot {
  var json: JSON.Value {
    .object([("type", .text(type)), ("end", .text(end)), ("succeeds", .bool(isGood))])
  }
}

extension CommandReport.Step {
  var json: JSON.Value {
    .object([
      ("step", .text(name)), ("buildpack", .text(buildpack)),
      ("seconds", .tenths(milliseconds / 100)), ("succeeds", .bool(isGood)),
    ])
  }
}

extension CommandReport.Layer {
  var json: JSON.Value {
    .object([("name", .text(name)), ("bytes", .number(bytes)), ("reused", .bool(isReused))])
  }
}
