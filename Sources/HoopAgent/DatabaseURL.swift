/// The parts of a database's URL that may be shown: the user and the password are looked at, to see
/// that they are there, and left where they were.
///
/// It is split where Go's url.Parse splits it, since that is what the agent does (hoop 1.21.23,
/// client/cmd/run.go: setDatabaseType).
package struct DatabaseURL: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case postgres, mysql, mongodb, sqlserver

    var port: String {
      switch self {
      case .postgres: "5432"
      case .mysql: "3306"
      case .mongodb: "27017"
      case .sqlserver: "1433"
      }
    }
  }

  package let kind: Kind
  /// `HOST`, or `HOST:PORT` if the port is not the usual one.
  package let address: String
  /// The database's name, if there is one.
  package let name: String?

  /// Why a URL is refused, as the end of a sentence. It quotes nothing of the URL.
  package enum Malformed: String, Error, Hashable, Sendable, CaseIterable {
    case unprintable = "holds white space, a control character or a letter outside ASCII"
    case scheme = "does not begin with postgres://, mysql://, mongodb:// or sqlserver://"
    case credentials = "has no user or password, or a malformed one"
    case host = "has no host, or a malformed host or port"
    case database = "has a malformed database"
  }

  package init(_ text: String) throws(Malformed) {
    let bytes = Bytes(text.utf8)
    guard bytes.allSatisfy({ (0x21...0x7e).contains($0) }) else { throw .unprintable }
    guard let url = URLParts(bytes), let kind = Self.kind(of: url.scheme) else { throw .scheme }
    let (user, password) = (url.credentials ?? []).splitOnce(at: ":")
    guard let user = user.credential(), !user.isEmpty,
      let password = password?.credential(), !password.isEmpty
    else { throw .credentials }
    let address = url.address
    guard address.isAddress else { throw .host }
    guard let path = url.path.dropFirst().percentDecoded(), !path.utf8.contains(UInt8(ascii: "/"))
    else { throw .database }
    self.kind = kind
    let usual = Array(":\(kind.port)".utf8)
    self.address =
      (address.suffix(usual.count) == usual[...] ? address.dropLast(usual.count) : address).text
    // SQL Server has the name in the query (hoop: the same).
    let inQuery = kind == .sqlserver ? url.parameter("database") ?? nil : nil
    let name = inQuery ?? path
    self.name = name.isEmpty ? nil : name
  }

  private static func kind(of scheme: String) -> Kind? {
    switch scheme {
    case "postgresql": .postgres
    // As Rails writes it.
    case "mysql2": .mysql
    default: Kind(rawValue: scheme)
    }
  }

  /// The value of HOOP_DB_URI: `url` without white space around it, and with a scheme that the agent
  /// knows. It takes `postgres` and `mysql`, not `postgresql` and `mysql2`.
  package func handedOn(_ url: [UInt8]) -> [UInt8] {
    let text = String(decoding: url, as: UTF8.self).trimmed()
    return Array(kind.rawValue.utf8) + text.utf8.drop { $0 != UInt8(ascii: ":") }
  }
}

extension DatabaseURL: CustomStringConvertible {
  /// Such as `postgres at db.example.com/app`.
  package var description: String {
    "\(kind.rawValue) at \(address)" + (name.map { "/\(printable($0))" } ?? "")
  }
}
