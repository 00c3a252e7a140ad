import HoopAgent
import LocalTools
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

  static let version = AgentVersion.newestKnown.description
  private static let site = "http://127.0.0.1:1/release"
  private static let checksums = "\(version)/checksums.txt"
  static let archive = "\(version)/\(AgentRelease.newest.file)"
}

extension FailureTests {
  private static func setting(
    _ name: String, _ code: String, _ said: Said, _ variable: String, _ value: String
  ) -> FailedBuild {
    FailedBuild(name, code, after: [], said) { build, _ in build.set(variable, value) }
  }

  private static let versions = [
    ("two numbers", "1.2", "1.2"), ("a path", "../../etc", "../../etc"),
    ("a shell command", "1.2.3;id", "1.2.3;id"),
    ("control characters", "1.2.3\n\u{1b}[31m4", #"1.2.3\u{a}\u{1b}[31m4"#),
    ("300 characters", String(repeating: "1", count: 300), String(repeating: "1", count: 60) + "…"),
  ].map { name, value, shown in
    setting(
      "HOOP_VERSION of \(name)", "malformed-version",
      Said(
        "HOOP_VERSION is “\(shown)”, which is not a version.",
        ["A version has three numbers, such as \(version), or is `latest`."],
        "Set a version that was released, or take the newest:",
        "heroku config:unset HOOP_VERSION HOOP_SHA256"), "HOOP_VERSION", value)
  }

  static let settings =
    versions + [
      setting(
        "a version from before agents ran beside apps", "unsupported-version",
        Said(
          "Hoop agent 1.14.9 cannot run beside an app.",
          ["Agents can from 1.14.10 on.", "No connection is published until this is fixed."],
          "Set a later version, or use the newest:",
          "heroku config:unset HOOP_VERSION HOOP_SHA256"), "HOOP_VERSION", "1.14.9"),
      setting(
        "HOOP_SHA256 of 63 digits", "malformed-digest",
        Said(
          "HOOP_SHA256 is “\(AgentRelease.newest.digest.prefix(60))…”, which is not a digest.",
          ["A SHA-256 digest has 64 hexadecimal digits; this has 63 characters."],
          "Set the digest of the archive, or use the release's checksums:",
          "heroku config:unset HOOP_SHA256"), "HOOP_SHA256",
        String(AgentRelease.newest.digest.dropLast())),
      setting(
        "HOOP_RELEASES_URL of plain http", "malformed-url",
        Said(
          "HOOP_RELEASES_URL is not a URL that agents are downloaded from.",
          [
            "It must begin with https:// (or file://, or http:// to this machine only) and have no"
              + " space,",
            "quote, backslash, question mark or number sign. Only a user and a password before the"
              + " host",
            "may be followed by an @; a slash or an @ in them is written %2F or %40.",
          ], "Set the mirror's URL again, or use Hoop's own server:",
          "heroku config:unset HOOP_RELEASES_URL"), "HOOP_RELEASES_URL",
        "http://user:hunter2@releases.hoop.dev/release"),
    ]

  private static func server(
    _ name: String, after details: [String] = [Log.pinned], _ file: String, _ why: String,
    _ arrange: @escaping @Sendable (HerokuBuild, ReleaseSite) -> Void
  ) -> FailedBuild {
    FailedBuild(
      name, "transfer-failed", after: details,
      Said(ofMirror: "Could not download the Hoop agent.", ["\(site)/\(file): \(why)."]),
      arrange: arrange)
  }

  private static func retries(_ why: String) -> [String] {
    ["1.0", "2.0", "4.0"].map { "Trying again in \($0) s: \(why)" }
  }

  private static let refused = "no connection could be made (curl 7)"
  private static let slow = "the server was too slow, or sent nothing (curl 28)"
  private static let cut = "the connection was cut before all had come (curl 18)"
  private static let busy = "the server answered 503"
  private static let late = "the transfer was not over after 10 minutes, all attempts together"
  static let asking = [Log.pinned, Log.downloading]

  static let transfers = [
    server("a server that refuses", after: [Log.pinned] + retries(refused), checksums, refused) {
      build, _ in
      // The port of tcpmux, where nothing has listened for decades.
      build.set("HOOP_RELEASES_URL", "http://127.0.0.1:1/release")
    },
    FailedBuild(
      "a server that refuses, and no version pinned", "no-latest", after: retries(refused),
      Said(
        ofMirror: "Could not find the newest version of the Hoop agent.",
        ["\(site)/latest.txt: \(refused)."])
    ) { build, _ in
      build.set("HOOP_RELEASES_URL", "http://127.0.0.1:1/release")
      build.set("HOOP_VERSION", nil)
    },
    server("a server that takes more time than there is", checksums, late) { build, site in
      build.scaleWaits(by: 0.001)
      site.answer(checksums, .stall)
    },
    server(
      "a server at 16 kB/s, which is never too slow and would take the whole deploy",
      after: asking, archive, late
    ) { build, site in
      build.scaleWaits(by: 0.003)
      site.answer(archive, .trickle(AgentRelease.newest.archive, atATime: 800))
    },
    server("a server that says nothing", after: [Log.pinned] + retries(slow), checksums, slow) {
      _, site in site.answer(checksums, .stall)
    },
    server("a server that is too slow", after: asking + retries(slow), archive, slow) { _, site in
      site.answer(archive, .trickle(AgentRelease.newest.archive))
    },
    server("a server that is overloaded", after: [Log.pinned] + retries(busy), checksums, busy) {
      _, site in site.answer(checksums, .status(503))
    },
    server("a server that forbids", after: asking, archive, "the server answered 403") { _, site in
      site.answer(archive, .status(403))
    },
    server(
      "a connection that is cut half-way", after: asking + retries(cut), archive, cut
    ) { _, site in
      let whole = AgentRelease.newest.archive
      site.answer(archive, .cut(whole, after: whole.count / 2))
    },
    server(
      "a redirect to plain http", after: asking, archive,
      "it does not speak HTTP, or redirects to another kind of URL than https (curl 1)"
    ) { _, site in site.answer(archive, .redirect(to: "\(site.url)/elsewhere.tar.gz")) },
  ]

  private static func missing(
    _ name: String, after details: [String], _ version: String, _ file: String, why: String,
    _ arrange: @escaping @Sendable (HerokuBuild, ReleaseSite) -> Void
  ) -> FailedBuild {
    FailedBuild(
      name, "no-such-release", after: details,
      Said(
        ofMirror: "Hoop agent \(version) does not exist for Linux \(AgentRelease.architecture).",
        ["\(site)/\(version)/\(file): the server answered 404. \(why)"]), arrange: arrange)
  }

  private static let latest = [
    ("that is empty", "", " says “”, which is not a version"),
    (
      "of 65 bytes", version + String(repeating: " ", count: 58),
      ": it sent more than 64 bytes"
    ),
    ("of HTML", "<html>Down</html>", " says “<html>Down</html>”, which is not a version"),
    ("of two versions", "1.2.3\n1.2.4\n", #" says “1.2.3\u{a}1.2.4\u{a}”, which is not a version"#),
  ].map { name, text, words in
    FailedBuild(
      "latest.txt \(name)", "malformed-latest", after: [],
      Said(
        ofMirror: "Could not find the newest version of the Hoop agent.",
        ["\(site)/latest.txt\(words)."])
    ) { build, site in
      build.set("HOOP_VERSION", "latest")
      site.answer("latest.txt", .text(text))
    }
  }

  private static let digests = [
    ("without our line", ReleaseSite.checksums(.bare), "does not name this archive"),
    (
      "with two digests for our archive",
      AgentRelease.newest.checksum + "\(AgentRelease.bare.digest)  \(AgentRelease.newest.file)\n",
      "names this archive twice, with two digests"
    ),
    (
      "with a short digest", String(AgentRelease.newest.checksum.dropFirst()),
      "names this archive with something that is not a SHA-256 digest"
    ),
  ].map { name, text, words in
    FailedBuild(
      "checksums.txt \(name)", "bad-checksums",
      Said(
        ofMirror: "There is no digest to verify \(AgentRelease.newest.file) with.",
        ["\(site)/\(checksums) \(words)."])
    ) { _, site in site.answer(checksums, .text(text)) }
  }

  static let files =
    latest + digests + [
      missing(
        "a version that was never released", after: ["Version 1.999.0, from HOOP_VERSION"],
        "1.999.0", "checksums.txt", why: "HOOP_VERSION asks for this version."
      ) { build, _ in build.set("HOOP_VERSION", "1.999.0") },
      missing(
        "a release without its archive", after: asking, version, AgentRelease.newest.file,
        why: "HOOP_VERSION asks for this version."
      ) { _, site in site.answer(archive, .status(404)) },
      missing(
        "a newest version that is not there yet",
        after: ["Version 1.999.0, the newest (HOOP_VERSION is latest)"], "1.999.0",
        "checksums.txt", why: "The server says that it is the newest."
      ) { build, site in
        build.set("HOOP_VERSION", "latest")
        site.answer("latest.txt", .text("1.999.0"))
      },
    ]
}
