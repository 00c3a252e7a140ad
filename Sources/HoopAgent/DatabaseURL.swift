/// The parts of a database's URL that may be shown. Parsing sees that there are a user and a
/// password, and does not keep them.
///
/// It is split where Go's url.Parse splits it, since that is what the agent does (hoop 1.21.23,
/// client/cmd/run.go: setDatabaseType).
package struct DatabaseURL: Hashable, Sendable {
  /// The kinds of database, as the agent calls them.
  private static let kinds: [(scheme: String, kind: String, port: String)] = [
    ("postgres", "postgres", ":5432"), ("postgresql", "postgres", ":5432"),
    ("mysql", "mysql", ":3306"),
    // As Rails writes it.
    ("mysql2", "mysql", ":3306"),
    ("mongodb", "mongodb", ":27017"), ("sqlserver", "sqlserver", ":1433"),
  ]

  package let kind: String
  /// `HOST`, or `HOST:PORT` if the port is not the usual one.
  package let address: String
  /// The database's name, if there is one.
  package let name: String?

  /// - Parameter malformed: Makes the problem from the end of a sentence, which quotes nothing of the
  ///   URL.
  package init(_ text: String, orElse malformed: (String) -> Problem) throws(Problem) {
    let bytes = Bytes(text.utf8)
    guard bytes.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw malformed("holds white space, a control character or a letter outside ASCII")
    }
    guard let url = URLParts(bytes),
      let known = Self.kinds.first(where: { $0.scheme == url.scheme })
    else {
      throw malformed("does not begin with postgres://, mysql://, mongodb:// or sqlserver://")
    }
    guard url.user?.isEmpty == false, url.password?.isEmpty == false else {
      throw malformed("has no user or password, or a malformed one")
    }
    guard url.address.isAddress else { throw malformed("has no host, or a malformed host or port") }
    guard let path = url.path.dropFirst().percentDecoded(), !path.utf8.contains(UInt8(ascii: "/"))
    else { throw malformed("has a malformed database") }
    let isUsual = url.address.suffix(known.port.utf8.count).elementsEqual(known.port.utf8)
    kind = known.kind
    address = url.address.dropLast(isUsual ? known.port.utf8.count : 0).text
    // SQL Server has the name in the query (hoop: the same).
    let inQuery = kind == "sqlserver" ? url.parameter("database") : ""
    let name = inQuery.isEmpty ? path : inQuery
    self.name = name.isEmpty ? nil : name
  }

  /// The value of HOOP_DB_URI: `url` without white space around it, and with a scheme that the agent
  /// knows. It takes `postgres` and `mysql`, not `postgresql` and `mysql2`.
  package func handedOn(_ url: [UInt8]) -> [UInt8] {
    let text = String(decoding: url, as: UTF8.self).trimmed()
    return Array(kind.utf8) + text.utf8.drop { $0 != UInt8(ascii: ":") }
  }
}

extension DatabaseURL: CustomStringConvertible {
  /// Such as `postgres at db.example.com/app`.
  package var description: String {
    "\(kind) at \(address)" + (name.map { "/\(printable($0))" } ?? "")
  }
}
