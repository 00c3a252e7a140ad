@_spi(_Unicode) import Swift

/// The name under which the dashboard shows what `hoop run --name NAME` publishes.
///
/// The agent lower-cases the name, takes its accents off, and makes spaces underscores (hoop:
/// client/cmd/admin/apiutils.go, NormalizeResourceName; before 1.20.6 it drops spaces, but takes no
/// organisation key).
func resourceName(_ name: String) -> String {
  // The accents of Unicode's canonical decomposition, which the standard library has only here.
  var shown = ""
  var letters = name.lowercased()._nfd.makeIterator()
  while let letter = letters.next() {
    guard letter.properties.canonicalCombiningClass == .notReordered else { continue }
    shown += letter == " " ? "_" : String(letter)
  }
  return shown
}

extension ConnectionList {
  /// The names of the list as the dashboard shows them when each has a `hoop run` of its own.
  ///
  /// - Throws: if two names become one, such as `café` and `cafe`, or nothing is left of a name.
  func resourceNames() throws(Malformed) -> [String] {
    var shown: [String] = []
    for name in names {
      let resource = resourceName(name)
      guard !resource.isEmpty else { throw .emptyName }
      guard !shown.contains(resource) else { throw .repeatedName(resource) }
      shown.append(resource)
    }
    return shown
  }
}
