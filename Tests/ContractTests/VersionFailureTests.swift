import HoopAgent
import Posix
import Testing

/// Config vars that ask for what cannot be.
@Suite struct VersionFailureTests {
  @Test(arguments: failures)
  func endTheBuildWithWordsAndNothingElse(_ failure: FailedBuild) async { await failure.check() }

  static let failures =
    [
      ("two numbers", "1.2", "1.2"),
      ("a path", "../../etc", "../../etc"),
      ("a shell command", "1.2.3;id", "1.2.3;id"),
      ("control characters", "1.2.3\n\u{1b}[31m4", #"1.2.3\u{a}\u{1b}[31m4"#),
      (
        "300 characters", String(repeating: "1", count: 300),
        String(repeating: "1", count: 60) + "…"
      ),
    ].map { name, value, shown in
      FailedBuild(
        "HOOP_VERSION of \(name)", code: "malformed-version", output: "-----> Hoop agent\n",
        errors: """
           !     Error: HOOP_VERSION is “\(shown)”, which is no version.
           !
           !     A version has three numbers, such as \(AgentVersion.newestKnown), or is `latest`.
           !
           !     Set a version that was released, or take the newest:
           !
           !         heroku config:unset HOOP_VERSION HOOP_SHA256

          """
      ) { build, _ in build.set("HOOP_VERSION", value) }
    } + [
      FailedBuild(
        "a version from before agents ran beside apps", code: "unsupported-version",
        output: "-----> Hoop agent\n",
        errors: """
           !     Error: Hoop agent 1.14.9 cannot run beside an app.
           !
           !     Versions before 1.14.10 read neither HOOP_DSN nor HOOP_CONNECTION in a dyno.
           !
           !     Set a later version, or take the newest:
           !
           !         heroku config:unset HOOP_VERSION HOOP_SHA256

          """
      ) { build, _ in build.set("HOOP_VERSION", "1.14.9") },
      FailedBuild(
        "a version that was never released", code: "no-such-release",
        output: "-----> Hoop agent\n       Version 1.999.0, from HOOP_VERSION\n",
        errors: """
           !     Error: Hoop agent 1.999.0 does not exist for Linux \(AgentRelease.architecture).
           !
           !     http://127.0.0.1:1/release/1.999.0/checksums.txt answered 404. HOOP_VERSION asks for this version.
           !
           !     Set a version that was released, or take the newest:
           !
           !         heroku config:unset HOOP_VERSION HOOP_SHA256

          """
      ) { build, _ in build.set("HOOP_VERSION", "1.999.0") },
      FailedBuild(
        "HOOP_SHA256 of 63 digits", code: "malformed-digest", output: "-----> Hoop agent\n",
        errors: """
           !     Error: HOOP_SHA256 is “\(AgentRelease.newest.digest.prefix(60))…”, which is no digest.
           !
           !     A SHA-256 digest has 64 hexadecimal digits; this has 63 characters.
           !
           !     Set the digest of the archive, or leave it to the release's checksums:
           !
           !         heroku config:unset HOOP_SHA256

          """
      ) { build, _ in build.set("HOOP_SHA256", String(AgentRelease.newest.digest.dropLast())) },
      FailedBuild(
        "HOOP_RELEASES_URL of plain http", code: "malformed-url", output: "-----> Hoop agent\n",
        errors: """
           !     Error: HOOP_RELEASES_URL is no URL that agents are taken from.
           !
           !     It must begin with https:// (or file://, or http:// to this machine alone) and hold
           !     no space, quote, backslash, question mark or number sign. Only a user and a password before
           !     the host may have an @; a slash or an @ in them is written %2F or %40.
           !
           !     Set the mirror's URL again, or take Hoop's own server:
           !
           !         heroku config:unset HOOP_RELEASES_URL

          """
      ) { build, _ in
        build.set("HOOP_RELEASES_URL", "http://user:hunter2@releases.hoop.dev/release")
      },
      FailedBuild(
        "HOOP_DISABLED of neither on nor off", code: "not-a-switch",
        output: "-----> Hoop agent\n",
        errors: """
           !     Error: HOOP_DISABLED is “maybe”, which is neither on nor off.
           !
           !     No agent is started until that is clear.
           !
           !     Set it to one of 1, true, yes, on, or 0, false, no, off, or unset it:
           !
           !         heroku config:unset HOOP_DISABLED

          """
      ) { build, _ in build.set("HOOP_DISABLED", "maybe") },
      FailedBuild(
        "a config var that cannot be read", code: "unreadable-config-var",
        output: "-----> Hoop agent\n",
        errors: """
           !     Error: The config var HOOP_VERSION cannot be read.
           !
           !     Its file in ENV_DIR: Invalid argument. A value has at most 64 KiB.
           !
           !     Set it again, or unset it:
           !
           !         heroku config:unset HOOP_VERSION

          """
      ) { build, _ in
        build.set("HOOP_VERSION", nil)
        try! (build.configVars! / "HOOP_VERSION").makeFolder()
      },
    ]
}
