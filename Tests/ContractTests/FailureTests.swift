import Posix
import Testing

/// Builds that end, with words for the user and nothing else.
@Suite struct FailureTests {
  @Test(arguments: settings)
  func aSettingAsksForTheImpossible(_ failure: FailedBuild) async { await failure.check() }

  @Test(arguments: transfers)
  func aServerIsDownOrSlowOrCutOff(_ failure: FailedBuild) async { await failure.check() }

  @Test(arguments: files)
  func aReleaseDoesNotSayWhatItShould(_ failure: FailedBuild) async { await failure.check() }

  @Test(arguments: archives)
  func anArchiveHoldsNoAgent(_ failure: FailedBuild) async { await failure.check() }

  @Test(arguments: machines)
  func aMachineLacksSomething(_ failure: FailedBuild) async { await failure.check() }

  static let version = Log.version
  private static let site = "http://127.0.0.1:1/release"
  private static let checksums = "\(version)/checksums.txt"
  static let archive = "\(version)/\(AgentRelease.newest.file)"
  static let asking = [Log.pinned, Log.downloading]
}

extension FailureTests {
  static let settings = [
    (
      "malformed-version", "HOOP_VERSION", "1.2.3\n\u{1b}[31m4",
      Said(
        #"HOOP_VERSION is “1.2.3\u{a}\u{1b}[31m4”, which is not a version."#,
        ["A version has three numbers, such as \(version), or is `latest`."],
        "Set a version that was released, or take the newest:",
        "heroku config:unset HOOP_VERSION HOOP_SHA256")
    ),
    (
      "unsupported-version", "HOOP_VERSION", "1.14.9",
      Said(
        "Hoop agent 1.14.9 cannot run beside an app.",
        ["Agents can from 1.14.10 on.", "No connection is published until this is fixed."],
        "Set a later version, or use the newest:", "heroku config:unset HOOP_VERSION HOOP_SHA256")
    ),
    (
      "malformed-digest", "HOOP_SHA256", String(AgentRelease.newest.digest.dropLast()),
      Said(
        "HOOP_SHA256 is “\(AgentRelease.newest.digest.prefix(60))…”, which is not a digest.",
        ["A SHA-256 digest has 64 hexadecimal digits; this has 63 characters."],
        "Set the digest of the archive, or use the release's checksums:",
        "heroku config:unset HOOP_SHA256")
    ),
    (
      "malformed-url", "HOOP_RELEASES_URL", "http://user:hunter2@releases.hoop.dev/release",
      Said(
        "HOOP_RELEASES_URL is not a URL that agents are downloaded from.",
        [
          "It must begin with https:// (or file://, or http:// to this machine only) and have no"
            + " space,",
          "quote, backslash, question mark or number sign. Only a user and a password before the"
            + " host",
          "may be followed by an @; a slash or an @ in them is written %2F or %40.",
        ], "Set the mirror's URL again, or use Hoop's own server:",
        "heroku config:unset HOOP_RELEASES_URL")
    ),
  ].map { code, name, value, said in
    FailedBuild("\(name), \(code)", code, after: [], said) { build, _ in build.set(name, value) }
  }

  private static func server(
    _ name: String, after details: [String] = [Log.pinned], _ file: String, _ why: String,
    tries: Int = 1, _ arrange: @escaping @Sendable (HerokuBuild, ReleaseSite) -> Void
  ) -> FailedBuild {
    let isLatest = file == "latest.txt"
    return FailedBuild(
      "a server \(name)", isLatest ? "no-latest" : "transfer-failed",
      after: details + Log.retries(why).prefix(tries - 1),
      Said(
        ofMirror: isLatest
          ? "Could not find the newest version of the Hoop agent."
          : "Could not download the Hoop agent.", ["\(site)/\(file): \(why)."]), arrange: arrange)
  }

  private static let refused = "no connection could be made (curl 7)"
  private static let slow = "the server was too slow, or sent nothing (curl 28)"
  private static let cut = "the connection was cut (curl 18)"
  private static let late = "the transfer was not over after 10 minutes, all attempts together"

  static let transfers = [
    server("that refuses", checksums, refused, tries: 4) { build, _ in
      // The port of tcpmux: nothing has listened there for decades.
      build.set("HOOP_RELEASES_URL", site)
    },
    server("that refuses, with no version pinned", after: [], "latest.txt", refused, tries: 4) {
      build, _ in
      build.set("HOOP_RELEASES_URL", site)
      build.set("HOOP_VERSION", nil)
    },
    server("that takes more time than there is", checksums, late) { build, site in
      build.scaleWaits(by: 0.001)
      site.answer(checksums, .stall)
    },
    server("at 16 kB/s, which would take the whole deploy", after: asking, archive, late) {
      build, site in
      build.scaleWaits(by: 0.003)
      site.answer(archive, .trickle(AgentRelease.newest.archive, atATime: 800))
    },
    server("that says nothing", checksums, slow, tries: 4) { $1.answer(checksums, .stall) },
    server("that is too slow", after: asking, archive, slow, tries: 4) {
      $1.answer(archive, .trickle(AgentRelease.newest.archive))
    },
    server("that forbids", after: asking, archive, "the server answered 403") {
      $1.answer(archive, .status(403))
    },
    server("that is cut off half-way", after: asking, archive, cut, tries: 4) {
      let whole = AgentRelease.newest.archive
      $1.answer(archive, .cut(whole, after: whole.count / 2))
    },
  ]

  private static func missing(
    after details: [String], _ version: String, _ file: String,
    _ arrange: @escaping @Sendable (HerokuBuild, ReleaseSite) -> Void
  ) -> FailedBuild {
    FailedBuild(
      "no \(file) of \(version)", "no-such-release", after: details,
      Said(
        ofMirror: "Hoop agent \(version) does not exist for Linux \(AgentRelease.architecture).",
        ["\(site)/\(version)/\(file): the server answered 404."]), arrange: arrange)
  }

  private static let latest = [
    ("", " says “”, which is not a version from 1.14.10 on"),
    (
      version + String(repeating: " ", count: 58),
      ": it sent more than 64 bytes"
    ),
    ("<html>Down</html>", " says “<html>Down</html>”, which is not a version from 1.14.10 on"),
    ("1.2.3\n1.2.4\n", #" says “1.2.3\u{a}1.2.4\u{a}”, which is not a version from 1.14.10 on"#),
  ].map { text, words in
    FailedBuild(
      "latest.txt\(words)", "no-latest", after: [],
      Said(
        ofMirror: "Could not find the newest version of the Hoop agent.",
        ["\(site)/latest.txt\(words)."])
    ) { build, site in
      build.set("HOOP_VERSION", "latest")
      site.answer("latest.txt", .text(text))
    }
  }

  static let files =
    latest + [
      FailedBuild(
        "checksums.txt without our line", "bad-checksums",
        Said(
          ofMirror: "There is no digest to verify \(AgentRelease.newest.file) with.",
          ["\(site)/\(checksums) does not name this archive with one SHA-256 digest."])
      ) { $1.answer(checksums, .text(ReleaseSite.checksums(.bare))) },
      missing(
        after: ["Version 1.999.0, from HOOP_VERSION"], "1.999.0", "checksums.txt"
      ) { build, _ in build.set("HOOP_VERSION", "1.999.0") },
      missing(
        after: asking, version, AgentRelease.newest.file
      ) { $1.answer(archive, .status(404)) },
      missing(
        after: ["Version 1.998.0, the newest (HOOP_VERSION is latest)"], "1.998.0",
        "checksums.txt"
      ) { build, site in
        build.set("HOOP_VERSION", "latest")
        site.answer("latest.txt", .text("1.998.0"))
      },
    ]
}
