import HoopAgent
import Posix
import Testing

/// Servers that are down, slow or cut off.
@Suite struct TransferFailureTests {
  @Test(arguments: failures)
  func endTheBuildWithWordsAndNothingElse(_ failure: FailedBuild) async { await failure.check() }

  private static let archive = "\(AgentVersion.newestKnown)/\(AgentRelease.newest.file)"

  /// What the log says of three attempts that failed in a way that may pass.
  private static func retries(_ why: String) -> String {
    """
           Trying again in 1.0 s: \(why)
           Trying again in 2.0 s: \(why)
           Trying again in 4.0 s: \(why)

    """
  }

  private static func words(_ file: String, _ why: String) -> String {
    """
     !     Error: The Hoop agent could not be downloaded.
     !
     !     http://127.0.0.1:1/release/\(file): \(why).
     !
     !     Deploy again in a while. If it stays, see whether the server is up:
     !
     !         curl -I http://127.0.0.1:1/release/\(file)

    """
  }

  private static let refused = "no connection could be made (curl 7)"
  private static let slow = "the server was too slow, or sent nothing (curl 28)"
  private static let cut = "the connection was cut before all had come (curl 18)"
  private static let checksums = "\(AgentVersion.newestKnown)/checksums.txt"

  static let failures = [
    FailedBuild(
      "a server that refuses", code: "transfer-failed",
      output: FailedBuild.pinned + retries(refused), errors: words(checksums, refused)
    ) { build, _ in
      // The port of tcpmux, where nothing has listened for decades.
      build.set("HOOP_RELEASES_URL", "http://127.0.0.1:1/release")
    },
    FailedBuild(
      "a server that refuses, and no version pinned", code: "no-latest",
      output: "-----> Hoop agent\n" + retries(refused),
      errors: """
         !     Error: The newest version of the Hoop agent could not be found out.
         !
         !     http://127.0.0.1:1/release/latest.txt: no connection could be made (curl 7).
         !
         !     Deploy again in a while, or pin a version, which asks the server for less:
         !
         !         heroku config:set HOOP_VERSION=\(AgentVersion.newestKnown)

        """
    ) { build, _ in
      build.set("HOOP_RELEASES_URL", "http://127.0.0.1:1/release")
      build.set("HOOP_VERSION", nil)
      try! (build.cache / "hoop").removeTree()
    },
    FailedBuild(
      "a server that takes more time than there is", code: "transfer-failed",
      output: FailedBuild.pinned,
      errors: words(
        checksums, "the transfer was not over after 10 minutes, all attempts together")
    ) { build, site in
      build.scaleWaits(by: 0.001)
      site.answer(checksums, .stall)
    },
    FailedBuild(
      "a server at 16 kB/s, which is never too slow and would take the whole deploy",
      code: "transfer-failed", output: FailedBuild.downloading,
      errors: words(archive, "the transfer was not over after 10 minutes, all attempts together")
    ) { build, site in
      build.scaleWaits(by: 0.003)
      site.answer(archive, .trickle(AgentRelease.newest.archive, atATime: 800))
    },
    FailedBuild(
      "a server that says nothing", code: "transfer-failed",
      output: FailedBuild.pinned + retries(slow), errors: words(checksums, slow)
    ) { build, site in
      site.answer(checksums, .stall)
    },
    FailedBuild(
      "a server that is too slow", code: "transfer-failed",
      output: FailedBuild.downloading + retries(slow), errors: words(archive, slow)
    ) { build, site in
      site.answer(archive, .trickle(AgentRelease.newest.archive))
    },
    FailedBuild(
      "a server that is overloaded", code: "transfer-failed",
      output: FailedBuild.pinned + retries("the server answered 503"),
      errors: words(checksums, "the server answered 503")
    ) { _, site in site.answer(checksums, .status(503)) },
    FailedBuild(
      "a server that forbids", code: "transfer-failed", output: FailedBuild.pinned,
      errors: words(archive, "the server answered 403")
    ) { _, site in site.answer(archive, .status(403)) },
    FailedBuild(
      "a release without its archive", code: "no-such-release", output: FailedBuild.pinned,
      errors: """
         !     Error: Hoop agent \(AgentVersion.newestKnown) does not exist for Linux \(AgentRelease.architecture).
         !
         !     http://127.0.0.1:1/release/\(archive) answered 404. HOOP_VERSION asks for this version.
         !
         !     Set a version that was released, or take the newest:
         !
         !         heroku config:unset HOOP_VERSION HOOP_SHA256

        """
    ) { _, site in site.answer(archive, .status(404)) },
    FailedBuild(
      "a server that hangs up", code: "transfer-failed",
      output: FailedBuild.pinned + retries("the connection was cut (curl 52)"),
      errors: words(checksums, "the connection was cut (curl 52)")
    ) { _, site in site.answer(checksums, .nothing) },
    FailedBuild(
      "a connection that is cut half-way", code: "transfer-failed",
      output: FailedBuild.downloading + retries(cut), errors: words(archive, cut)
    ) { _, site in
      let whole = AgentRelease.newest.archive
      site.answer(archive, .cut(whole, after: whole.count / 2))
    },
    FailedBuild(
      "a redirect to plain http", code: "transfer-failed", output: FailedBuild.pinned,
      errors: words(
        archive, "it speaks no HTTP, or redirects to another kind of URL than https (curl 1)")
    ) { _, site in site.answer(archive, .redirect(to: "\(site.url)/elsewhere.tar.gz")) },
  ]
}
