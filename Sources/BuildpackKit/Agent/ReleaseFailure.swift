import HoopAgent
import Posix

/// Why a release could not be named or fetched. URLs come without the user and password that they
/// may hold.
package enum ReleaseFailure: Error, Hashable, Sendable {
  case malformedVersion(String)
  case unsupportedVersion(AgentVersion)
  case unsupportedLatest(AgentVersion)
  case malformedDigest(String)
  case malformedURL
  /// The server has no such release for this platform.
  case missing(AgentVersion, Platform, url: String, TransferFailure, isVersionPinned: Bool)
  case noLatest(url: String, TransferFailure)
  /// - Parameter body: nil where more came than a version can have.
  case malformedLatest(url: String, body: String?)
  case transfer(url: String, TransferFailure)
  case checksums(Checksums.Problem, file: String, url: String)

  /// Whether the server gave no answer that could be taken for one. That there is no such release is
  /// an answer.
  package var isUnanswered: Bool { if case .transfer = self { true } else { false } }

  /// The failure in words.
  package var advice: Advice {
    switch self {
    case .malformedVersion(let value):
      Advice(
        code: "malformed-version",
        summary: "HOOP_VERSION is \(quoted(value)), which is no version.",
        meaning: [
          "A version has three numbers, such as \(AgentVersion.newestKnown), or is `latest`."
        ],
        remedy: "Set a version that was released, or take the newest:",
        example: [Advice.takingTheNewest])
    case .unsupportedVersion(let version): LaunchProblem.unsupportedVersion(version).advice
    case .unsupportedLatest(let version):
      Advice(
        code: "unsupported-version",
        summary: "The newest version is \(version), says latest.txt, and cannot run beside an app.",
        meaning: ["Versions before \(AgentVersion.oldestSupported) read no config vars in a dyno."],
        remedy: "Correct the mirror, or pin a later version that it has:",
        example: ["heroku config:set HOOP_VERSION=VERSION"])
    case .malformedDigest(let value):
      Advice(
        code: "malformed-digest", summary: "HOOP_SHA256 is \(quoted(value)), which is no digest.",
        meaning: [
          "A SHA-256 digest has 64 hexadecimal digits; this has \(value.count) characters."
        ],
        remedy: "Set the digest of the archive, or leave it to the release's checksums:",
        example: ["heroku config:unset HOOP_SHA256"])
    case .malformedURL:
      Advice(
        code: "malformed-url", summary: "HOOP_RELEASES_URL is no URL that agents are taken from.",
        meaning: [
          "It must begin with https:// (or file://, or http:// to this machine alone) and hold",
          "no space, quote, backslash, question mark or number sign. Only a user and a password before",
          "the host may have an @; a slash or an @ in them is written %2F or %40.",
        ],
        remedy: "Set the mirror's URL again, or take Hoop's own server:",
        example: ["heroku config:unset HOOP_RELEASES_URL"])
    case .missing(let version, let platform, let url, let failure, let isVersionPinned):
      Advice(
        code: "no-such-release", summary: "Hoop agent \(version) does not exist for \(platform).",
        meaning: [
          "\(url) \(failure.answer). "
            + (isVersionPinned
              ? "HOOP_VERSION asks for this version." : "It is the newest that could be found.")
        ],
        remedy: isVersionPinned
          ? "Set a version that was released, or take the newest:"
          : "Set a version that was released:",
        example: [
          isVersionPinned
            ? Advice.takingTheNewest
            : "heroku config:set HOOP_VERSION=\(AgentVersion.newestKnown)"
        ])
    case .noLatest(let url, let failure):
      Advice(
        code: "no-latest", summary: "The newest version of the Hoop agent could not be found out.",
        meaning: ["\(url): \(failure.words)."],
        remedy: "Deploy again in a while, or pin a version, which asks the server for less:",
        example: ["heroku config:set HOOP_VERSION=\(AgentVersion.newestKnown)"])
    case .malformedLatest(let url, let body):
      Advice(
        code: "malformed-latest",
        summary: "The release server does not say which version is the newest.",
        meaning: ["\(url) \(Self.words(body))."],
        remedy: "Deploy again in a while, or pin a version:",
        example: ["heroku config:set HOOP_VERSION=\(AgentVersion.newestKnown)"])
    case .transfer(let url, let failure):
      Advice(
        code: "transfer-failed", summary: "The Hoop agent could not be downloaded.",
        meaning: ["\(url): \(failure.words)."], remedy: failure.remedy,
        example: failure.example(url))
    case .checksums(let problem, let file, let url):
      Advice(
        code: "bad-checksums", summary: "There is no digest to verify \(file) with.",
        meaning: ["\(url) \(problem.words)."],
        remedy: "Tell Hoop, and set the digest yourself if you know it from elsewhere:",
        example: ["heroku config:set HOOP_SHA256=DIGEST"])
    }
  }
}

extension ReleaseFailure {
  private static func words(_ body: String?) -> String {
    guard let body else { return "has more than the 64 bytes that a version can have" }
    return body.trimmed().isEmpty ? "is empty" : "says \(quoted(body)), which is no version"
  }
}

extension Checksums.Problem {
  fileprivate var words: String {
    switch self {
    case .missing: "does not name this archive"
    case .conflicting: "names this archive twice, with two digests"
    case .malformed: "names this archive with something that is no SHA-256 digest"
    }
  }
}
