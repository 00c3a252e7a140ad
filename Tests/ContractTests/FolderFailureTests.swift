import HoopAgent
import LocalTools
import Posix
import Testing

/// Folders that are not ours to write, or not what they seem.
@Suite struct FolderFailureTests {
  @Test(arguments: own + links + others)
  func endTheBuildWithWordsAndNothingElse(_ failure: FailedBuild) async { await failure.check() }

  static let own = [
    ("a folder .hoop", ".hoop/notes.txt", ".hoop"),
    ("a file beside what looks like ours", ".hoop/config.yml", ".hoop"),
    ("a file .hoop", ".hoop", ".hoop"),
    ("a file .profile.d", ".profile.d", ".profile.d"),
    ("a .profile.d/hoop.sh", ".profile.d/hoop.sh", ".profile.d/hoop.sh"),
  ].map { name, file, named in
    FailedBuild(
      "an app with \(name) of its own", code: "occupied", output: "-----> Hoop agent\n",
      errors: """
         !     Error: The app has a file of its own at \(named).
         !
         !     The Hoop agent needs this path, and no file of an app is ever overwritten.
         !
         !     Move the file, or remove it from the repository:
         !
         !         git rm -r \(named)

        """
    ) { build, _ in
      if file == ".hoop/config.yml" { (build.app / ".hoop/bin/hoopstart").write("# mine\n") }
      (build.app / file).write("# mine\n")
    }
  }

  static let links = [
    (".hoop", "../outside"), (".hoop", "/nowhere"), (".profile.d", "../outside"),
    (".profile.d", "/tmp"),
  ].map { name, target in
    FailedBuild(
      "\(name) as a link to \(target)", code: "leads-out", output: "-----> Hoop agent\n",
      errors: leadsOut(name)
    ) { build, _ in
      _ = build.folder("outside")
      try! (build.app / name).makeLink(to: target)
    }
  }

  static func unreadableProcfile(_ call: String) -> String {
    """
     !     Error: The app's Procfile cannot be read.
     !
     !     \(call): Permission denied
     !
     !     Give the build's user the right to read the app:
     !
     !         chmod -R u+rX BUILD_DIR

    """
  }

  private static func leadsOut(_ name: String) -> String {
    """
     !     Error: \(name) is a link that leads out of the app.
     !
     !     What is written there would not be in the slug.
     !
     !     Make it a folder, or remove it from the repository:
     !
     !         git rm \(name)

    """
  }

  static let others = [
    FailedBuild(
      "bin as a link that leads out, where the Procfile needs it", code: "leads-out",
      output: """
        \(FailedBuild.downloading)       SHA-256 verified: \(AgentRelease.newest.shortDigest)

        """, errors: leadsOut("bin")
    ) { build, _ in
      (build.app / "Procfile").write("web: bin/hoopstart -- puma\n")
      try! (build.app / "bin").makeLink(to: build.folder("outside").string)
    },
    FailedBuild(
      "a Procfile that cannot be read", code: "unreadable-procfile",
      output: "-----> Hoop agent\n", errors: unreadableProcfile("open")
    ) { build, _ in
      build.runAsAnotherUser()
      try! (build.app / "Procfile").setMode(0)
    },
    FailedBuild(
      "a BUILD_DIR that is read-only", code: "not-writable", output: "-----> Hoop agent\n",
      errors: """
         !     Error: “/tmp/app” cannot be written.
         !
         !     mkdir: Permission denied
         !
         !     Give the build's user the right to write there:
         !
         !         chmod u+rwx BUILD_DIR

        """
    ) { build, _ in
      build.runAsAnotherUser()
      try! build.app.setMode(0o555)
    },
  ]

  @Test(arguments: [
    "absent", "app/Procfile",
  ])
  func buildFolderMustBeOne(_ name: String) async {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site, version: AgentVersion.newestKnown.description)
    build.app = build.app.folder / name
    expect(await build.compile(), status: 1, errors: Self.noFolder("BUILD_DIR", "/tmp/\(name)"))
    #expect(!build.cache.isThere)
    #expect(site.requests == [])
  }

  @Test func environmentFolderMustBeOne() async {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site)
    let before = FolderSnapshot(of: build.app)
    build.configVars = build.app / "absent"
    expect(await build.compile(), status: 1, errors: Self.noFolder("ENV_DIR", "/tmp/app/absent"))
    #expect(FolderSnapshot(of: build.app) == before)
    #expect(!build.cache.isThere)
  }

  private static func noFolder(_ argument: String, _ path: String) -> String {
    """
     !     Error: \(argument) is no folder: “\(path)”.
     !
     !     Heroku passes the folders itself. By hand, they come in this order.
     !
     !     Name folders that are there:
     !
     !         bin/compile BUILD_DIR CACHE_DIR ENV_DIR

    """
  }
}
