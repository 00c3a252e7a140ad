import HoopAgent
import Testing

/// Archives that are not what was released, or that hold no agent.
@Suite struct ArchiveFailureTests {
  @Test(arguments: digests + contents + agents)
  func endTheBuildWithWordsAndNothingElse(_ failure: FailedBuild) async { await failure.check() }

  static let digests = [
    FailedBuild(
      "an archive with another digest than the release says", code: "wrong-digest",
      output: FailedBuild.downloading,
      errors: """
         !     Error: \(AgentRelease.newest.file) is not what it should be.
         !
         !     Its SHA-256 digest is  \(AgentRelease.bare.digest)
         !     The release says       \(AgentRelease.newest.digest)
         !     It was damaged on the way or replaced, and nothing of it was installed.
         !
         !     Deploy again. If it stays, do not install this release, and tell Hoop:
         !
         !         https://github.com/hoophq/hoop/issues

        """
    ) { _, site in
      site.answer(
        "\(AgentVersion.newestKnown)/\(AgentRelease.newest.file)",
        .content(AgentRelease.bare.archive))
    },
    FailedBuild(
      "an archive with another digest than HOOP_SHA256", code: "wrong-digest",
      output: FailedBuild.downloading,
      errors: """
         !     Error: \(AgentRelease.newest.file) is not what it should be.
         !
         !     Its SHA-256 digest is  \(AgentRelease.newest.digest)
         !     HOOP_SHA256 says       \(AgentRelease.bare.digest)
         !     It was damaged on the way or replaced, and nothing of it was installed.
         !
         !     HOOP_SHA256 fits one version on one platform. Pin HOOP_VERSION with it, or unset it:
         !
         !         heroku config:unset HOOP_SHA256

        """
    ) { build, _ in build.set("HOOP_SHA256", AgentRelease.bare.digest) },
  ]

  static let contents: [FailedBuild] = [
    content("that is not gzip", "not-gzip", "It is not compressed by gzip, or breaks off.") {
      Array("<html>no</html>".utf8)
    },
    content("that breaks off", "not-gzip", "It is not compressed by gzip, or breaks off.") {
      AgentRelease.newest.archive.dropLast(9)
    },
    content("that is not tar", "not-tar", "What is in it is no tar archive.") {
      Array("no tar".utf8).gzipped
    },
    members("of no members", "no-agent", "There is no ./hoop in it.") { _ in },
    members("without ./hoop", "no-agent", "There is no ./hoop in it.") {
      $0.add("./hoop_rs", .file, [1])
    },
    members("with hoop as a folder", "agent-is-no-file", "./hoop in it is a folder.") {
      $0.add("./hoop/", .folder)
    },
    members("with hoop as a link", "agent-is-no-file", "./hoop in it is a link.") {
      $0.add("./hoop", .link, target: "./hoop_rs")
    },
    members("with hoop as a hard link", "agent-is-no-file", "./hoop in it is a link.") {
      $0.add("./hoop_rs", .file, [1])
      $0.add("./hoop", .hardLink, target: "./hoop_rs")
    },
    members("with hoop as a device", "agent-is-no-file", "./hoop in it is a device.") {
      $0.add("./hoop", .characterDevice)
    },
    members("with hoop as a pipe", "agent-is-no-file", "./hoop in it is a pipe.") {
      $0.add("./hoop", .pipe)
    },
    members("with an empty hoop", "empty-agent", "./hoop in it is empty.") { $0.add("./hoop") },
    members(
      "with a name that leads out", "leads-out-of-archive",
      "“./../../evil” in it leads out of its folder."
    ) {
      $0.addAgent()
      $0.add("./../../evil", .file, [1])
    },
    members(
      "with an absolute name", "leads-out-of-archive", "“/tmp/evil” in it leads out of its folder."
    ) {
      $0.addAgent()
      $0.add("/tmp/evil", .file, [1])
    },
    members(
      "with a link that leads out", "leads-out-of-archive",
      "“./hoop_rs” in it leads out of its folder."
    ) {
      $0.addAgent()
      $0.add("./hoop_rs", .link, target: "../../evil")
    },
    members(
      "with an absolute link", "leads-out-of-archive", "“./etc” in it leads out of its folder."
    ) {
      $0.addAgent()
      $0.add("./etc", .link, target: "/etc")
    },
    members(
      "with a member of more than 1 GiB", "member-too-large",
      "“./hoop_rs” in it has more than 1 GiB."
    ) {
      $0.addAgent()
      $0.add("./hoop_rs", .file, size: 1 << 30 + 1)
    },
    members("with hoop_rs as a folder", "agent-is-no-file", "./hoop_rs in it is a folder.") {
      $0.addAgent()
      $0.add("./hoop_rs/", .folder)
    },
    members(
      "of two thousand members", "too-many-members", "It holds far more files than an agent has."
    ) {
      $0.addAgent()
      for number in 1...2000 { $0.add("./\(number)") }
    },
  ]

  static let agents = [
    agent("that cannot be executed", "no script", "could not be run: Exec format error"),
    agent(
      "that fails", "#!/bin/sh\nexit 3\n", "ended with exit status 3 and named no version"),
    agent(
      "that is killed", "#!/bin/sh\nkill -9 $$\n", "ended with signal 9 and named no version"),
    agent("that says nothing", "#!/bin/sh\nexec sleep 1000\n", "said nothing for 10 s"),
    agent("without a version", "#!/bin/sh\n\(AgentRelease.answer("unknown"))\n", says: "unknown"),
    agent(
      "of another version", "#!/bin/sh\n\(AgentRelease.answer("1.147.0"))\n", says: "1.147.0"),
  ]

  private static func agent(_ name: String, _ script: String, _ why: String) -> FailedBuild {
    agent(
      name, script, code: "agent-does-not-start",
      words: """
         !     Error: Hoop agent \(AgentVersion.newestKnown) does not start.
         !
         !     `hoop version` \(why).
         !
         !     Set another version:
         !
         !         heroku config:set HOOP_VERSION=VERSION

        """)
  }

  private static func agent(_ name: String, _ script: String, says version: String) -> FailedBuild {
    agent(
      name, script, code: "other-version",
      words: """
         !     Error: Hoop agent \(AgentVersion.newestKnown) says that it is “\(version)”.
         !
         !     What is in the release is not what its name says.
         !
         !     Set another version, and tell Hoop:
         !
         !         heroku config:set HOOP_VERSION=VERSION

        """)
  }

  private static func agent(
    _ name: String, _ script: String, code: String, words: String
  ) -> FailedBuild {
    var members = TarArchive()
    members.add("./hoop", .file, Array(script.utf8))
    let release = AgentRelease(
      AgentVersion.newestKnown.description, archive: members.finished.gzipped)
    let output = """
      \(FailedBuild.downloading)       SHA-256 verified: \(release.shortDigest)

      """
    return FailedBuild("an agent \(name)", code: code, output: output, errors: words) { _, site in
      site.publish(release)
    }
  }

  private static func content(
    _ name: String, _ code: String, _ why: String, _ archive: @escaping @Sendable () -> [UInt8]
  ) -> FailedBuild {
    FailedBuild(
      "an archive \(name)", code: code, output: FailedBuild.downloading, errors: unusable(why)
    ) { _, site in
      site.publish(AgentRelease(AgentVersion.newestKnown.description, archive: archive()))
    }
  }

  private static func members(
    _ name: String, _ code: String, _ why: String,
    _ add: @escaping @Sendable (inout TarArchive) -> Void
  ) -> FailedBuild {
    content(name, code, why) {
      var archive = TarArchive()
      add(&archive)
      return archive.finished.gzipped
    }
  }

  private static func unusable(_ why: String) -> String {
    """
     !     Error: \(AgentRelease.newest.file) holds no agent that can be installed.
     !
     !     \(why)
     !     Its digest is right, so this is how it was released.
     !
     !     Set another version, and tell Hoop:
     !
     !         heroku config:set HOOP_VERSION=VERSION

    """
  }
}

extension TarArchive {
  fileprivate mutating func addAgent() {
    add(
      "./hoop", .file,
      Array("#!/bin/sh\n\(AgentRelease.answer(AgentVersion.newestKnown.description))\n".utf8))
  }
}
