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
    let text = value.trimmed()
    guard !Quotes.areAround(text) else {
      let bare = Quotes.removed(from: text)
      // Of a URL nothing is shown.
      throw .quotes(without: (try? Self.reference(bare)) == nil ? "" : bare)
    }
    var (url, holder) = (value, source)
    if let name = try Self.reference(text) {
      guard let found = variable(name), !found.isEmpty else { throw .unsetVariable(name) }
      (url, holder) = (found, name)
    }
    guard url.utf8.count <= SettingMalformed.maximumBytes else {
      throw .tooLong(bytes: url.utf8.count)
    }
    do throws(DatabaseURL.Malformed) { self.url = try DatabaseURL(url) } catch {
      throw .url(error, variable: holder == source ? nil : holder)
    }
    self.variable = holder
  }

  /// The NAME of `env.NAME`; nil of all else.
  private static func reference(_ text: String) throws(SettingMalformed) -> String? {
    guard let name = Bytes(text.utf8).rest(after: "env.")?.text else { return nil }
    guard ![ConfigVar.key.name, ConfigVar.dsn.name].contains(name) else { throw .keyVariable(name) }
    guard ConnectionList.isVariable(name) else { throw .unsetVariable(name) }
    return name
  }
}
