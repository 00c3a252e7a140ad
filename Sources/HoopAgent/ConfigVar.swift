/// A config var of an app that the build, hoopstart or both read. Each is named here, and only here.
package enum ConfigVar: String, Hashable, Sendable, CaseIterable {
  case version = "HOOP_VERSION"
  case sha256 = "HOOP_SHA256"
  case releasesURL = "HOOP_RELEASES_URL"
  case key = "HOOP_KEY"
  case dsn = "HOOP_DSN"
  case keyName = "HOOP_KEY_NAME"
  case connection = "HOOP_CONNECTION"
  case command = "HOOP_COMMAND"
  case review = "HOOP_REVIEW"
  case dataMasking = "HOOP_DATA_MASKING"
  case database = "HOOP_DATABASE"
  case dynos = "HOOP_DYNOS"
  case disabled = "HOOP_DISABLED"
  case required = "HOOP_REQUIRED"
  case xtrace = "HOOPSTART_XTRACE"

  package var name: String { rawValue }

  /// Whether it may have the name of a connection behind it, as HOOP_REVIEW_MYAPP has, and is then
  /// for that connection alone.
  package var isForOneConnectionToo: Bool {
    switch self {
    case .command, .review, .dataMasking, .database: true
    default: false
    }
  }

  /// What `name` was probably meant to be: a config var that begins with HOOP, that is read by
  /// nobody and is nearly one that is. So HOOP_CONECTION is nearly HOOP_CONNECTION, and
  /// HOOP_REVEIW_MYAPP nearly HOOP_REVIEW_MYAPP.
  ///
  /// - Returns: nil where `name` is read, or is near nothing that is: it is the app's own.
  package static func meant(by name: String) -> String? {
    let bytes = Array(name.utf8)
    guard bytes.count <= longestMistaken, !isRead(name) else { return nil }
    let upper = bytes.map { ASCII.uppercased($0) }
    guard upper.starts(with: "HOOP".utf8),
      upper.allSatisfy({ ASCII.isAlphanumeric($0) || $0 == ASCII.underscore })
    else { return nil }
    var nearest: (name: String, distance: Int)?
    func consider(_ written: ArraySlice<UInt8>, _ meant: ConfigVar, _ rest: ArraySlice<UInt8>) {
      let distance = editDistance(written, meant.name.utf8)
      guard distance <= meant.distanceOfMistakes, distance < nearest?.distance ?? .max else {
        return
      }
      nearest = (meant.name + rest.text, distance)
    }
    for candidate in allCases { consider(upper[...], candidate, []) }
    for index in upper.indices where upper[index] == ASCII.underscore {
      for candidate in allCases where candidate.isForOneConnectionToo {
        consider(upper[..<index], candidate, upper[index...])
      }
    }
    return nearest?.name
  }

  /// Whether `name` is one of these, or one of them with something behind it that may be the name
  /// of a connection.
  package static func isRead(_ name: String) -> Bool {
    allCases.contains { candidate in
      name.utf8.elementsEqual(candidate.name.utf8)
        || candidate.isForOneConnectionToo && name.utf8.starts(with: "\(candidate.name)_".utf8)
    }
  }

  /// No name that is so long, in bytes, is a mistaken one of ours.
  private static let longestMistaken = 300

  /// How many letters a name may differ from this one and still be taken for it: one in four of
  /// what stands behind `HOOP_`, and one at least.
  private var distanceOfMistakes: Int { max(1, (name.utf8.count - "HOOP_".utf8.count) / 4) }
}
