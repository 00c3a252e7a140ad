/// The variables that a session of `hoop run` gets, by name: the value of `--export` (hoop 1.21.23,
/// client/cmd/run.go: parseHostEnvs).
///
/// An agent that is given no name of a variable that exists hands over all of its environment, the
/// key included. So there is always one, if need be one of this project's own.
struct SessionVariables: Hashable, Sendable {
  /// Never empty.
  let names: [String]
  /// Whether the one name is this project's own, which the agent's environment must have.
  let isOwn: Bool

  /// A variable of this project's own.
  static let own = AgentCommand.Variable(name: "HOOPSTART", value: "1")

  /// Linux takes no argument of more bytes, the NUL at its end not counted (MAX_ARG_STRLEN).
  static let maximumBytes = 131_071

  /// The names are longer than one argument can be: that many bytes.
  struct TooLong: Error { let bytes: Int }

  /// - Parameters:
  ///   - all: the names of the environment's variables.
  ///   - hidden: those that are kept from the sessions, beside what is a secret of ours.
  init(of all: [String], without hidden: Set<String> = []) throws(TooLong) {
    let names = all.filter {
      Self.canBeNamed($0) && !SecretVariable.isOne($0) && !hidden.contains($0)
    }
    isOwn = names.isEmpty
    self.names = names.isEmpty ? [Self.own.name] : names
    let bytes = list.utf8.count
    guard bytes <= Self.maximumBytes else { throw TooLong(bytes: bytes) }
  }

  var list: String { names.joined(separator: ",") }

  /// Whether `--export` can name it: a comma ends a name, and a name that is no UTF-8 was read as
  /// another one.
  private static func canBeNamed(_ name: String) -> Bool {
    !name.isEmpty && !name.utf8.contains(UInt8(ascii: ","))
      && !name.unicodeScalars.contains("\u{fffd}")
  }
}
