/// The database that a connection leads to, and the variable that holds its URL.
package struct ConnectionDatabase: Hashable, Sendable {
  package let url: DatabaseURL
  /// HOOP_DATABASE, one with the connection's name behind it, or the variable that it refers to.
  package let variable: String

  /// Reads the value of HOOP_DATABASE: a URL, or `env.NAME` for the value of the variable NAME.
  ///
  /// - Parameter source: the config var that `value` is of.
  init(
    _ value: String, of source: String, variable: (String) -> String?
  ) throws(SettingMalformed) {
    var (url, holder) = (value, source)
    guard !Quotes.begin(value.trimmed()) else {
      let bare = Quotes.removed(from: value.trimmed())
      // Of a URL nothing is shown.
      throw .quotes(without: bare.hasPrefix("env.") && !MisplacedSecret.mayBe(in: bare) ? bare : "")
    }
    if let name = Bytes(value.trimmed().utf8).rest(after: "env.") {
      holder = name.text
      let isKey = [ConfigVar.key.name, ConfigVar.dsn.name].contains(holder)
      guard !isKey else { throw .keyVariable(holder) }
      guard ConnectionList.isVariable(holder), let found = variable(holder), !found.isEmpty
      else { throw .unsetVariable(holder) }
      url = found
    }
    guard url.utf8.count <= SettingMalformed.maximumBytes else {
      throw .tooLong(bytes: url.utf8.count)
    }
    do throws(DatabaseURL.Malformed) { self.url = try DatabaseURL(url) } catch {
      throw .url(error, variable: holder == source ? nil : holder)
    }
    self.variable = holder
  }
}
