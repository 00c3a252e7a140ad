/// One agent process of a plan.
package struct AgentCommand: Hashable, Sendable {
  package struct Variable: Hashable, Sendable {
    package let name: String
    package let value: String
  }

  /// The words after `hoop`.
  package let arguments: [String]
  /// The names under which the dashboard shows what this process publishes; empty if the dashboard
  /// itself has the list.
  package let publishes: [String]
  /// What its environment has besides the app's, and instead of it.
  package let variables: [Variable]
  /// What was asked for its connection.
  package let settings: ConnectionSettings
  /// The names of secrets in the app's environment that this agent does not need.
  private let secrets: Set<String>

  /// What all processes of a plan have.
  struct Common {
    var variables: [Variable] = []
    var secrets: Set<String> = []
  }

  /// `hoop start agent`.
  ///
  /// - Parameter list: HOOP_CONNECTION, for an agent that reads it.
  static func start(
    publishing names: [String] = [], list: String? = nil, _ common: Common
  ) -> AgentCommand {
    let list = list.map { [Variable(name: Setting.connection.name, value: $0)] } ?? []
    return AgentCommand(
      arguments: ["start", "agent"], publishes: names, variables: list + common.variables,
      settings: ConnectionSettings(), secrets: common.secrets)
  }

  /// `hoop run`.
  ///
  /// - Parameter exports: What its sessions get; nil for an agent that hands nothing over.
  static func run(
    _ name: ConnectionList.Name, _ settings: ConnectionSettings, _ exports: String?,
    _ common: Common
  ) -> AgentCommand {
    AgentCommand(
      arguments: ["run", "--name", name.name] + settings.arguments
        + (exports.map { [exportFlag, $0] } ?? []),
      publishes: [name.shown], variables: common.variables, settings: settings,
      secrets: common.secrets)
  }

  private static let exportFlag = "--export"

  /// Whether a variable of the app is kept from this agent, which does not need it and whose sessions
  /// must not have it.
  ///
  /// HOOP_DB_URI would turn every connection of `hoop run` into that database.
  package func isKeptFrom(_ variable: String) -> Bool {
    variable == Setting.agentDatabase ? arguments.first == "run" : secrets.contains(variable)
  }

  /// As a shell needs it. The names for `--export` are as many as the environment's: NAMES.
  var words: String {
    let flag = arguments.firstIndex(of: Self.exportFlag) ?? arguments.endIndex
    let words = (["hoop"] + arguments[..<flag]).map(shellWord)
    return (words + (flag < arguments.endIndex ? ["--export NAMES"] : [])).joined(separator: " ")
  }
}

extension AgentCommand {
  /// Linux takes no argument of more bytes, the NUL at its end not counted (MAX_ARG_STRLEN).
  private static let maximumBytes = 131_071

  /// The names of the variables that a session of `hoop run` gets, for `--export` (hoop 1.21.23,
  /// client/cmd/run.go: parseHostEnvs).
  ///
  /// If no name is that of a variable that exists, the agent hands over all of its environment, the key
  /// included. HOOP_CONNECTION exists whenever there is a `hoop run`.
  ///
  /// - Parameters:
  ///   - all: The names of the environment's variables.
  ///   - hidden: Those that are kept from the sessions.
  static func exports(of all: [String], without hidden: Set<String>) throws(Problem) -> String {
    // A comma ends a name, and a name that is not UTF-8 was read as another one.
    let names = all.filter { name in
      !name.isEmpty && !hidden.contains(name) && !name.utf8.contains(UInt8(ascii: ","))
        && !name.unicodeScalars.contains("\u{fffd}")
    }
    let list = names.isEmpty ? Setting.connection.name : names.joined(separator: ",")
    let bytes = list.utf8.count
    if bytes <= maximumBytes { return list }
    throw .blocking(
      "too-many-variables",
      "The names of all config vars have \(bytes) bytes together, and the agent takes"
        + " \(maximumBytes).",
      because: "If no names are given, the agent gives its sessions the key too.",
      "Unset those that the app does not need:", .unset(["NAME"]))
  }
}
