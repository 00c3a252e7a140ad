import Posix
import Testing

// Archives and machines.
extension FailureTests {
  private static func wrongDigest(
    _ name: String, found: AgentRelease, says: String, _ remedy: String, _ step: String,
    _ arrange: @escaping @Sendable (HerokuBuild, ReleaseSite) -> Void
  ) -> FailedBuild {
    FailedBuild(
      "another digest than \(name)", "wrong-digest", after: asking,
      Said(
        "\(AgentRelease.newest.file) is not what it should be.",
        [
          "Its SHA-256 digest is  \(found.digest)", says,
          "It was damaged or replaced on the way. Nothing of it was installed.",
        ], remedy, step), arrange: arrange)
  }

  private static let digests = [
    wrongDigest(
      "the release says", found: .bare,
      says: "The release says       \(AgentRelease.newest.digest)",
      "Deploy again. If it happens again, do not install this release, and report it to Hoop:",
      "https://github.com/hoophq/hoop/issues"
    ) { $1.answer(archive, .content(AgentRelease.bare.archive)) },
    wrongDigest(
      "HOOP_SHA256", found: .newest,
      says: "HOOP_SHA256 says       \(AgentRelease.bare.digest)",
      "HOOP_SHA256 fits one version on one platform. Pin HOOP_VERSION with it, or unset it:",
      "heroku config:unset HOOP_SHA256"
    ) { build, _ in build.set("HOOP_SHA256", AgentRelease.bare.digest) },
  ]

  /// A release whose digest is right, and whose archive or agent is not.
  private static func release(
    _ name: String, _ code: String, _ release: AgentRelease, _ summary: String, _ why: [String]
  ) -> FailedBuild {
    FailedBuild(
      name, code, after: asking + ["SHA-256 verified: \(release.shortDigest) (1.5 MB)"],
      Said(
        summary, why, "Set another version, and report it to Hoop:",
        "heroku config:set HOOP_VERSION=VERSION")
    ) { $1.publish(release) }
  }

  private static let broken = release(
    "an archive that is not gzip", "not-unpacked",
    AgentRelease(version, archive: Array("<html>no</html>".utf8)),
    "\(AgentRelease.newest.file) could not be unpacked.",
    [
      "Its digest is right, so it is either released like this or one of these programs failed:",
      "/usr/bin/gzip ended with exit status 1: “gzip: stdin: not in gzip format”",
      "/usr/bin/tar ended with exit status 2: “tar: This does not look like a tar archive”",
    ])

  private static let members = [
    ("./hoop in it is missing.", "tar -cf - -T /dev/null"),
    ("./hoop in it is missing.", "echo >hoop_rs; tar -cf - ./hoop_rs"),
    ("./hoop in it is not a file.", "mkdir hoop; tar -cf - ./hoop"),
    ("./hoop in it is not a file.", "ln -s hoop_rs hoop; tar -cf - ./hoop"),
    ("./hoop in it is empty.", ": >hoop; tar -cf - ./hoop"),
    ("./hoop_rs in it is not a file.", "echo >hoop; mkdir hoop_rs; tar -cf - ."),
  ].map { why, script in
    release(
      script, "no-agent", AgentRelease(version, made: script),
      "\(AgentRelease.newest.file) does not hold an agent that can be installed.",
      [why, "Its digest is right, so this is how it was released."])
  }

  private static let agents = [
    ("no script", "could not be run: Exec format error"),
    ("#!/bin/sh\nexit 3\n", "ended with exit status 3 and printed no version"),
    ("#!/bin/sh\nkill -9 $$\n", "ended with signal 9 and printed no version"),
    ("#!/bin/sh\nexec sleep 1000\n", "printed nothing for 10 s"),
  ].map { script, why in
    release(
      "an agent that \(why)", "agent-does-not-start", AgentRelease(version, script: script),
      "Hoop agent \(version) does not start.", ["`hoop version` \(why)."])
  }

  private static let others = ["unknown", "1.147.0"].map { says in
    release(
      "an agent that is \(says)", "other-version",
      AgentRelease(version, script: "#!/bin/sh\n\(AgentRelease.answer(says))\n"),
      "Hoop agent \(version) says that it is “\(says)”.",
      ["Its digest is right, so this is how it was released."])
  }

  static let archives = digests + [broken] + members + agents + others

  private static let missingPrograms = [
    (["curl"], "download the agent", [Log.pinned]),
    (["tar"], "unpack the agent", [Log.pinned] + Log.downloaded),
    (["gzip"], "unpack the agent", [Log.pinned] + Log.downloaded),
    (["openssl", "sha256sum"], "check digests", asking),
  ].map { names, purpose, details in
    FailedBuild(
      "no \(names.joined(separator: " and no ")) on PATH", "missing-program", after: details,
      Said(
        "There is no \(names.joined(separator: " or ")) on PATH.",
        ["The build needs it to \(purpose). Every Heroku stack has it."],
        "On a machine of your own, install what the build uses:",
        "apt-get install curl tar gzip openssl")
    ) { build, _ in build.hide(names) }
  }

  private static let otherMachine = FailedBuild(
    "a machine that no agent is released for", "unsupported-machine", after: [],
    Said(
      "There is no Hoop agent for Linux i686.",
      ["Agents are released for Linux on x86_64 and arm64."],
      "Build on such a machine, or in a container:",
      "docker run --rm -it -v \"$PWD\":/app -w /app heroku/heroku:24-build bash")
  ) { build, _ in build.wrapper = Machine.another }

  static let machines =
    (Machine.canMount ? missingPrograms : []) + (Machine.canBeAnother ? [otherMachine] : [])
}
