/// The database that a connection leads to: what may be shown of its URL, and the variable that holds
/// it. Parsing sees that there are a user and a password, and does not keep them.
package struct ConnectionDatabase: Hashable, Sendable, CustomStringConvertible {
  /// HOOP_DATABASE, one with a connection's suffix, or the variable that it refers to.
  package let variable: String
  /// Such as `postgres at db.example.com/app`.
  package let description: String
  /// The kind of database, as the agent calls it.
  private let kind: String

  /// The kinds of the schemes. Rails writes `mysql2`.
  private static let kinds: [(scheme: String, kind: String)] = [
    ("postgres", "postgres"), ("postgresql", "postgres"), ("mysql", "mysql"), ("mysql2", "mysql"),
    ("mongodb", "mongodb"), ("sqlserver", "sqlserver"),
  ]

  /// Reads a URL, or `env.NAME` for the value of the variable NAME. It is split where Go's url.Parse
  /// splits it, since that is what the agent does (hoop 1.21.23, client/cmd/run.go: setDatabaseType).
  init(
    _ value: String, _ setting: MalformedSetting, _ variable: (String) -> String?
  ) throws(Problem) {
    try setting.checkQuotes(value)
    let reference = Reference(value, variable)
    let (text, example) = (reference?.value ?? value, reference.map { _ in "env.NAME" })
    if let reference, text.isEmpty {
      let why = reference.isKey ? "which holds the key" : "which is unset or empty"
      throw setting.problem(reference.flaw(why), example)
    }
    // Nothing of the URL is quoted.
    func refused(_ why: String) -> Problem {
      setting.problem("the URL\(reference.map { " in \($0.name)" } ?? "") \(why)", example)
    }
    let bytes = Bytes(text.utf8)
    guard bytes.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw refused("holds white space, a control character or a letter outside ASCII")
    }
    guard let url = URLParts(bytes),
      let kind = Self.kinds.first(where: { $0.scheme == url.scheme })?.kind
    else {
      throw refused("does not begin with postgres://, mysql://, mongodb:// or sqlserver://")
    }
    guard url.user?.isEmpty == false, url.password?.isEmpty == false else {
      throw refused("has no user or password, or a malformed one")
    }
    guard url.address.isAddress else { throw refused("has no host, or a malformed host or port") }
    guard let name = url.path.dropFirst().percentDecoded(), !name.utf8.contains(UInt8(ascii: "/"))
    else { throw refused("has a malformed database") }
    (self.kind, self.variable) = (kind, reference?.name ?? setting.source)
    description = "\(kind) at \(url.address.text)" + (name.isEmpty ? "" : "/\(printable(name))")
  }

  /// The value of HOOP_DB_URI: `url` without white space around it, and with a scheme that the agent
  /// knows. It takes `postgres` and `mysql`, not `postgresql` and `mysql2`.
  package func handedOn(_ url: [UInt8]) -> [UInt8] {
    let text = String(decoding: url, as: UTF8.self).trimmed()
    return Array(kind.utf8) + text.utf8.drop { $0 != UInt8(ascii: ":") }
  }
}
