import HoopAgent
import Posix
import Testing

/// A problem as a user reads it, whichever contract the build follows.
struct Said: Sendable {
  var kind = "Error"
  let summary: String
  var meaning: [String] = []
  let remedy: String
  /// The steps of the remedy in the words for a slug.
  var steps: [String] = []

  init(
    kind: String = "Error", _ summary: String, _ meaning: [String] = [], _ remedy: String,
    _ steps: String...
  ) {
    (self.kind, self.summary, self.meaning) = (kind, summary, meaning)
    (self.remedy, self.steps) = (remedy, steps)
  }

  /// What the release server's problems say to do if it is a mirror, as it is in all tests.
  init(kind: String = "Error", ofMirror summary: String, _ meaning: [String]) {
    self.init(
      kind: kind, summary, meaning,
      "Check HOOP_RELEASES_URL first, which names this mirror, or use Hoop's own server:",
      "heroku config:unset HOOP_RELEASES_URL")
  }

  func text(forImage isForImage: Bool = false) -> String {
    let (mark, space) = isForImage ? ("!", " ") : (" !", "     ")
    let steps = isForImage ? steps.flatMap(Self.forImage) : steps
    var lines = ["\(kind): \(summary)"]
    if !meaning.isEmpty { lines += [""] + meaning }
    lines += ["", remedy]
    if !steps.isEmpty { lines += [""] + steps.map { "    \($0)" } }
    let text = lines.map { $0.isEmpty ? "\(mark)\n" : "\(mark)\(space)\($0)\n" }.joined()
    return (isForImage ? "\n" : "") + text + (kind == "Error" ? "" : "\n")
  }

  /// A step in the words for an image.
  private static func forImage(_ step: String) -> [String] {
    let words = step.split(separator: " ").map(String.init)
    switch words.prefix(2) {
    case ["heroku", "config:unset"]: return words.dropFirst(2).map { "unset \($0)" }
    case ["heroku", "config:set"]:
      return ["pack build APP " + words.dropFirst(2).map { "--env \($0)" }.joined(separator: " ")]
    case ["heroku", "builds:cache:purge"]: return ["pack build APP --clear-cache"]
    default: return [step]
    }
  }
}

/// What a build prints on standard output.
enum Log {
  static let version = AgentVersion.newestKnown.description
  static let pinned = "Version \(version), from HOOP_VERSION"
  static let latest = "Version \(version), the newest (HOOP_VERSION is not set)"
  static let downloading = "Downloading \(AgentRelease.newest.file)"
  static let digest = "SHA-256 verified: \(AgentRelease.newest.shortDigest)"
  static let downloaded = [downloading, "\(digest) (1.5 MB)"]
  static let cached = [digest, "Using the cached agent"]
  static let installed = [
    "Installed in 0.0 s: hoop, hoop_rs, hoopstart",
    "Publishes myapp from every process that starts with hoopstart",
  ]

  /// A pinned agent that was downloaded.
  static let fresh = text([pinned] + downloaded + installed)

  /// The lines of three attempts that failed. The fourth is the last.
  static func retries(_ why: String) -> [String] {
    ["1.0", "2.0", "4.0"].map { "Trying again in \($0) s: \(why)" }
  }

  /// The step and its details.
  static func text(_ details: [String], forImage isForImage: Bool = false) -> String {
    if !isForImage {
      return (["-----> Hoop agent"] + details.map { "       \($0)" }).map { $0 + "\n" }.joined()
    }
    return "\n## Hoop agent\n\n"
      + details.map { ($0.hasPrefix("SHA-256") ? "  - " : "- ") + $0 + "\n" }.joined()
  }
}

/// Compares all that a program said, and how it ended, with what a user should see.
func expect(
  _ outcome: Outcome, status: Int32 = 0, output: String = "", errors: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(outcome.errors == errors, sourceLocation: sourceLocation)
  #expect(outcome.output == output, sourceLocation: sourceLocation)
  #expect(outcome.status == .exited(status), sourceLocation: sourceLocation)
}
