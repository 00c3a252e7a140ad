/// Why the value of a connection's setting cannot be read.
package enum SettingMalformed: Error, Hashable, Sendable {
  case empty
  case tooLong(bytes: Int)
  /// It is a key, or a URL with a password.
  case secret
  /// Quotation marks stand around it, or around an item of a list. The value without them goes with
  /// it; it is empty where that would not do, or must not be shown.
  case quotes(without: String)
  /// A word of a command holds what a shell would make something of.
  case notPlain(String)
  /// A command begins with what is none.
  case notACommand(String)
  /// An item of a list is empty, is there twice, or holds what it must not.
  case emptyItem
  case repeatedItem(String)
  case malformedItem(String)
  /// `env.NAME` of a variable that is unset or empty.
  case unsetVariable(String)
  /// `env.NAME` of the variable that holds the key.
  case keyVariable(String)
  /// The URL, of the variable where it is another one, and why.
  case url(DatabaseURL.Malformed, variable: String?)

  /// The longest value taken, in bytes: Heroku holds 64 kB of config vars for an app (Dev Center,
  /// "Config Vars").
  static let maximumBytes = 65_536

  var words: String {
    switch self {
    case .empty: "it is empty"
    case .tooLong(let bytes): "it has \(bytes) bytes, and \(Self.maximumBytes) are taken"
    case .secret: "it holds a key, or a URL with a password"
    case .quotes: "it has quotation marks around it, or around a part of it"
    case .notPlain(let word): "the word \(quoted(word)) is not plain"
    case .notACommand(let word): "it begins with \(quoted(word)), which is no program"
    case .emptyItem: "it holds an empty name"
    case .repeatedItem(let item): "it names \(quoted(item)) twice"
    case .malformedItem(let item): "\(quoted(item)) is no name"
    case .unsetVariable(let name):
      "it refers to the config var \(quoted(name)), which is unset or empty"
    case .keyVariable(let name): "it refers to \(name), which holds the key"
    case .url(let why, nil): "the URL \(why.rawValue)"
    case .url(let why, let name?): "the URL in \(name) \(why.rawValue)"
    }
  }
}

/// The items of a list with commas between them, trimmed.
func settingList(
  _ value: String, allowing isAllowed: (UInt8) -> Bool
) throws(SettingMalformed) -> [String] {
  var items: [String] = []
  let comma = UInt8(ascii: ",")
  let parts = Bytes(value.utf8).split(separator: comma, omittingEmptySubsequences: false)
    .map { $0.text.trimmed() }
  if let bare = Quotes.removed(around: parts) {
    let isList = (try? settingList(bare, allowing: isAllowed)) != nil
    throw .quotes(without: isList ? bare : "")
  }
  for item in parts {
    guard !item.isEmpty else { throw .emptyItem }
    guard item.utf8.allSatisfy(isAllowed) else { throw .malformedItem(item) }
    guard !items.contains(item) else { throw .repeatedItem(item) }
    items.append(item)
  }
  return items
}
