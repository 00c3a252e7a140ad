import HoopAgent
import Posix
import Testing

/// Releases whose text files do not say what they should.
@Suite struct ReleaseFileFailureTests {
  @Test(arguments: latest + checksums)
  func endTheBuildWithWordsAndNothingElse(_ failure: FailedBuild) async { await failure.check() }

  static let latest = [
    ("that is empty", "", "is empty"),
    (
      "of 65 bytes", AgentVersion.newestKnown.description + String(repeating: " ", count: 58),
      "has more than the 64 bytes that a version can have"
    ),
    ("of HTML", "<html>Down</html>", "says “<html>Down</html>”, which is no version"),
    ("of two versions", "1.2.3\n1.2.4\n", #"says “1.2.3\u{a}1.2.4\u{a}”, which is no version"#),
  ].map { name, text, words in
    FailedBuild(
      "latest.txt \(name)", code: "malformed-latest", output: "-----> Hoop agent\n",
      errors: """
         !     Error: The release server does not say which version is the newest.
         !
         !     http://127.0.0.1:1/release/latest.txt \(words).
         !
         !     Deploy again in a while, or pin a version:
         !
         !         heroku config:set HOOP_VERSION=\(AgentVersion.newestKnown)

        """
    ) { build, site in
      build.set("HOOP_VERSION", "latest")
      try! (build.cache / "hoop").removeTree()
      site.answer("latest.txt", .text(text))
    }
  }

  private static let others = ReleaseSite.checksums(.bare)

  static let checksums = [
    ("without our line", others, "does not name this archive"),
    (
      "with two digests for our archive",
      AgentRelease.newest.checksum + "\(AgentRelease.bare.digest)  \(AgentRelease.newest.file)\n",
      "names this archive twice, with two digests"
    ),
    (
      "with a short digest", String(AgentRelease.newest.checksum.dropFirst()),
      "names this archive with something that is no SHA-256 digest"
    ),
  ].map { name, text, words in
    FailedBuild(
      "checksums.txt \(name)", code: "bad-checksums",
      errors: """
         !     Error: There is no digest to verify \(AgentRelease.newest.file) with.
         !
         !     http://127.0.0.1:1/release/\(AgentVersion.newestKnown)/checksums.txt \(words).
         !
         !     Tell Hoop, and set the digest yourself if you know it from elsewhere:
         !
         !         heroku config:set HOOP_SHA256=DIGEST

        """
    ) { _, site in
      site.answer("\(AgentVersion.newestKnown)/checksums.txt", .text(text))
    }
  }
}
