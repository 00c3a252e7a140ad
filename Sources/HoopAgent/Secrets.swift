/// What must not be shown of a program's words: keys, and the URLs of databases.
package struct Secrets: Sendable {
  /// The longer ones first: one may hold another.
  private let texts: [[UInt8]]

  /// The path of a key of the oldest form, which is its secret: a slash and 64 digits.
  private static let pathKeyLength = 65

  /// - Parameter values: URLs, each with a password, or with a path that is one.
  package init(_ values: [String]) {
    var texts: Set<[UInt8]> = []
    for value in values {
      let bytes = Bytes(value.utf8)
      texts.insert(Array(bytes))
      let rest = bytes.end(of: "://").map { bytes[$0...] } ?? bytes
      let authority = rest.prefix { !"/?#".utf8.contains($0) }
      let path = rest[authority.endIndex...].prefix { !"?#".utf8.contains($0) }
      var secrets: [Bytes] = path.count == Self.pathKeyLength ? [path.dropFirst()] : []
      // A password that should have been encoded may hold what ends the authority.
      for text in [authority, rest] {
        let at = text.lastIndex(of: UInt8(ascii: "@")) ?? text.startIndex
        if let password = text[..<at].halves(around: ":").after { secrets.append(password) }
      }
      for secret in secrets {
        texts.insert(Array(secret))
        if let decoded = secret.percentDecoded() { texts.insert(Array(decoded.utf8)) }
      }
    }
    self.texts = texts.filter { !$0.isEmpty }.sorted {
      $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count > $1.count
    }
  }

  /// `text` with `***` in the place of each.
  package func masked(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for secret in texts {
      let parts = bytes[...].parts(separatedBy: String(decoding: secret, as: UTF8.self))
      if parts.count > 1 { bytes = Array(parts.joined(separator: "***".utf8)) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
