/// A version of the Hoop agent, such as `1.148.0` or `1.14.11-beta1`.
///
/// `MAJOR.MINOR.PATCH`, each without leading zeros, and an optional suffix of letters, digits, dots
/// and hyphens: so a version can be a part of a URL or a path as it is.
public struct AgentVersion: Hashable, Sendable, CustomStringConvertible {
  package let major: Int
  package let minor: Int
  package let patch: Int
  /// What follows the first hyphen, if anything.
  package let suffix: String?

  /// The longest text taken, in bytes: the agent's own updater takes no more from latest.txt (hoop:
  /// client/upgrade/latest.go). The longest version ever released has 13.
  package static let maximumLength = 64

  /// The first version that can run beside an app: before it the agent reads neither HOOP_DSN nor
  /// HOOP_CONNECTION (hoop 1.14.10, agent/main.go).
  package static let oldestSupported = AgentVersion(1, 14, 10)

  /// The newest version that this buildpack was tried with: the example in messages, and the version
  /// of dry-run's practice agent if no version is asked for.
  package static let newestKnown = AgentVersion(1, 148, 0)

  package init(_ major: Int, _ minor: Int, _ patch: Int) {
    (self.major, self.minor, self.patch, suffix) = (major, minor, patch, nil)
  }

  /// Parses `text`, which must be a version and nothing else.
  package init?(_ text: some StringProtocol) {
    let text = Substring(text)
    guard text.utf8.count <= Self.maximumLength else { return nil }
    let (front, suffix) = text.splitOnce(at: "-")
    let numbers = front.split(separator: ".", omittingEmptySubsequences: false).map(Self.number)
    let identifiers = suffix?.split(separator: ".", omittingEmptySubsequences: false) ?? []
    guard numbers.count == 3, let major = numbers[0], let minor = numbers[1],
      let patch = numbers[2], !identifiers.contains(""),
      identifiers.joined().utf8.allSatisfy({ ASCII.isAlphanumeric($0) || $0 == ASCII.hyphen })
    else { return nil }
    (self.major, self.minor, self.patch) = (major, minor, patch)
    self.suffix = suffix.map { String($0) }
  }

  public var description: String {
    "\(major).\(minor).\(patch)" + (suffix.map { "-\($0)" } ?? "")
  }

  private static func number(_ digits: Substring) -> Int? {
    guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy(ASCII.isDigit),
      digits == "0" || digits.utf8.first != ASCII.zero
    else { return nil }
    return Int(digits)
  }
}

extension AgentVersion: Comparable {
  /// By number; a version with a suffix is older than the one without. Suffixes are compared as texts:
  /// only 1.14.11 ever had any.
  public static func < (left: AgentVersion, right: AgentVersion) -> Bool {
    let numbers = (left.major, left.minor, left.patch)
    let others = (right.major, right.minor, right.patch)
    if numbers != others { return numbers < others }
    guard let suffix = left.suffix else { return false }
    return right.suffix.map { suffix < $0 } ?? true
  }
}

/// What HOOP_VERSION asks for: the newest release, or one by its version.
package enum VersionRequest: Hashable, Sendable {
  case latest
  case exact(AgentVersion)

  /// Parses the value of HOOP_VERSION, or returns nil. Unset, empty and `latest` ask for the newest; a
  /// leading `v` and white space are ignored, as the agent's own updater ignores them.
  package init?(_ value: String?) {
    let text = (value ?? "").trimmed()
    let version = AgentVersion(text.hasPrefix("v") ? text.dropFirst() : text[...])
    if let version {
      self = .exact(version)
    } else if ["", "latest"].contains(text) {
      self = .latest
    } else {
      return nil
    }
  }
}
