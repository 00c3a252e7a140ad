/// The variables whose values are secrets of ours: no session gets them, and no agent but the one
/// that needs them.
///
/// A variable that HOOP_DATABASE refers to, such as DATABASE_URL, is the app's own and none of them:
/// the app's console would be of no use without it. The sessions of a database do not get it.
package enum SecretVariable {
  /// What an agent of 1.21.23 or later reads the URL of a database from (hoop: client/cmd/run.go).
  package static let agentDatabase = "HOOP_DB_URI"

  package static func isOne(_ name: String) -> Bool {
    switch ConfigVar(rawValue: name) {
    // A mirror's URL may have a password in it.
    case .key, .dsn, .database, .releasesURL: true
    default: name == agentDatabase || name.utf8.starts(with: "\(ConfigVar.database.name)_".utf8)
    }
  }
}
