/// The variables that a session of `hoop run` gets, by name: the value of `--export` (hoop 1.21.23,
/// client/cmd/run.go: parseHostEnvs).
///
/// If no name is that of a variable that exists, the agent hands over all of its environment, the key
/// included. So there is always one: if need be, this project's own.
struct SessionVariables: Hashable, Sendable {
  /// Never empty; separated by commas.
  let list: String
  /// Whether the only name is this project's own, which the agent's environment must have.
  var isOwn: Bool { list == Self.own.name }

  /// A variable of this project's own.
  static let own = AgentCommand.Variable(name: "HOOPSTART", value: "1")

  /// Linux takes no argument of more bytes, the NUL at its end not counted (MAX_ARG_STRLEN).
  static let maximumBytes = 131_071

  /// - Parameters:
  ///   - all: The names of the environment's variables.
  ///   - hidden: Those that are kept from the sessions.
  init(of all: [String], without hidden: Set<String>) throws(Problem) {
    // A comma ends a name, and a name that is not UTF-8 was read as another one.
    let names = all.filter { name in
      !name.isEmpty && !hidden.contains(name) && !name.utf8.contains(UInt8(ascii: ","))
        && !name.unicodeScalars.contains("\u{fffd}")
    }
    list = names.isEmpty ? Self.own.name : names.joined(separator: ",")
    let bytes = list.utf8.count
    guard bytes <= Self.maximumBytes else {
      throw .blocking(
        "too-many-variables",
        "The names of all config vars have \(bytes) bytes together, and the agent takes"
          + " \(Self.maximumBytes).",
        because: "If no names are given, the agent gives its sessions the key too.",
        "Unset those that the app does not need:", .unset(["NAME"]))
    }
  }
}
