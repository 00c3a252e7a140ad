import HoopAgent
import Posix

/// What is wrong with an agent's archive, or with the agent that came out of it.
package enum ArchiveFailure: Error, Hashable, Sendable {
  case wrongDigest(file: String, expected: ExpectedDigest, found: Digest)
  case notGzip(file: String)
  case notTar(file: String)
  case tooLarge(file: String)
  case tooManyMembers(file: String)
  case tooMuchMemory(file: String)
  case listing(file: String, ArchiveListing.Problem)
  case emptyAgent(file: String)
  case doesNotStart(AgentVersion, reason: String)
  case otherVersion(AgentVersion, found: String)

  /// The largest file that is taken out of an archive, in bytes. The agent of 1.148.0 has 130 MB.
  static let maximumMemberBytes = 1 << 30

  /// The most address space that gzip and tar may have, in bytes. With the agent of 1.148.0 they take
  /// less than 10 MB, and of an archive that is out to do harm tar has taken 3.9 GB.
  static let maximumMemory = 256 << 20

  /// The failure in words.
  package var advice: Advice {
    switch self {
    case .wrongDigest(let file, let expected, let found):
      Advice(
        code: "wrong-digest", summary: "\(file) is not what it should be.",
        meaning: [
          "Its SHA-256 digest is  \(found)",
          "\(expected.says)\(expected.digest)",
          "It was damaged on the way or replaced, and nothing of it was installed.",
        ],
        remedy: expected.isPinned
          ? "HOOP_SHA256 fits one version on one platform. Pin HOOP_VERSION with it, or unset it:"
          : "Deploy again. If it stays, do not install this release, and tell Hoop:",
        example: [
          expected.isPinned
            ? "heroku config:unset HOOP_SHA256" : "https://github.com/hoophq/hoop/issues"
        ])
    case .notGzip(let file):
      unusable("not-gzip", file, "It is not compressed by gzip, or breaks off.")
    case .notTar(let file): unusable("not-tar", file, "What is in it is no tar archive.")
    case .tooLarge(let file):
      unusable("too-large", file, "It unpacks to more than 2 GiB, which no agent has.")
    case .tooManyMembers(let file):
      unusable("too-many-members", file, "It holds far more files than an agent has.")
    case .tooMuchMemory(let file):
      unusable("too-much-memory", file, "Unpacking it takes more than 256 MiB of memory.")
    case .listing(let file, .noAgent): unusable("no-agent", file, "There is no ./hoop in it.")
    case .listing(let file, .leadsOut(let member)):
      unusable("leads-out-of-archive", file, "\(quoted(member)) in it leads out of its folder.")
    case .listing(let file, .tooLarge(let member)):
      unusable("member-too-large", file, "\(quoted(member)) in it has more than 1 GiB.")
    case .listing(let file, .isNoFile(let member, let kind)):
      unusable("agent-is-no-file", file, "\(member) in it is a \(kind.rawValue).")
    case .emptyAgent(let file): unusable("empty-agent", file, "./hoop in it is empty.")
    case .doesNotStart(let version, let reason):
      Advice(
        code: "agent-does-not-start", summary: "Hoop agent \(version) does not start.",
        meaning: ["`hoop version` \(reason)."], remedy: "Set another version:",
        example: ["heroku config:set HOOP_VERSION=VERSION"])
    case .otherVersion(let version, let found):
      Advice(
        code: "other-version", summary: "Hoop agent \(version) says that it is \(quoted(found)).",
        meaning: ["What is in the release is not what its name says."],
        remedy: "Set another version, and tell Hoop:",
        example: ["heroku config:set HOOP_VERSION=VERSION"])
    }
  }

  private func unusable(_ code: String, _ file: String, _ why: String) -> Advice {
    Advice(
      code: code, summary: "\(file) holds no agent that can be installed.",
      meaning: [why, "Its digest is right, so this is how it was released."],
      remedy: "Set another version, and tell Hoop:",
      example: ["heroku config:set HOOP_VERSION=VERSION"])
  }
}
