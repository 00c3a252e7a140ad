import Posix
import Testing

/// What the slug holds after a build, and what a build leaves alone.
@Suite struct SlugTests {
  static let hoop = [
    "folder 755 .hoop", "folder 755 .hoop/bin", "file 755 .hoop/bin/hoop",
    "file 755 .hoop/bin/hoop_rs", "file 755 .hoop/bin/hoopstart", "folder 755 .hoop/tools",
    "link 777 .hoop/tools/hostname -> ../bin/hoopstart",
    "link 777 .hoop/tools/uname -> ../bin/hoopstart", "file 644 .hoop/version",
    "folder 755 .profile.d", "file 644 .profile.d/hoop.sh", "file 644 Procfile",
  ]

  @Test(arguments: ["000", "077", "777"])
  func itIsReadableWhateverTheUmask(_ mask: String) async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    build.mask = mask
    await build.succeed()
    #expect(FolderSnapshot(of: build.app).listing == Self.hoop)
    #expect((build.app / ".hoop/bin/hoop").content == AgentRelease.program(Log.version))
    #expect((build.app / ".hoop/bin/hoopstart").content == build.program.content)
    #expect((build.app / ".hoop/version").text == "\(Log.version)\n")
    #expect(try! (build.buildpack / "export").status()?.mode == 0o644)
  }

  @Test func aSecondBuildOnItChangesNothingAndOneWithoutAnAgentTakesItOut() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    await build.succeed()
    let before = [build.app, build.cache].map(FolderSnapshot.init)
    await build.succeed()
    #expect([build.app, build.cache].map(FolderSnapshot.init) == before)
    build.set("HOOP_DISABLED", "1")
    await build.succeed()
    let agent = ["/hoop", "/hoop_rs", "version"]
    let rest = Self.hoop.filter { !agent.contains(where: $0.hasSuffix) }
    #expect(FolderSnapshot(of: build.app).listing == rest)
  }

  @Test(arguments: ["bin", "tools/more/bin"])
  func programsAreLinkedIfTheProcfileNamesThem(_ folder: String) async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    (build.app / "Procfile").write("web: bin/hoopstart -- puma\nhoop: ./bin/hoop version\n")
    if folder != "bin" {
      try! (build.app / folder).makeFolders()
      try! (build.app / "bin").makeLink(to: "tools/bin")
      try! (build.app / "tools/bin").makeLink(to: "more/bin")
    }
    (build.app / folder / "rails").write("#!/usr/bin/env ruby\n", mode: 0o755)
    let up = String(repeating: "../", count: folder.split(separator: "/").count)
    for _ in 1...2 {
      await build.succeed()
      #expect(
        FolderSnapshot(of: build.app / folder).listing == [
          "link 777 hoop -> \(up).hoop/bin/hoop", "link 777 hoopstart -> \(up).hoop/bin/hoopstart",
          "file 755 rails",
        ])
      #expect((build.app / "bin/hoopstart").content == build.program.content)
    }
  }

  /// Files in the shape of Heroku's Ruby starter, with all that a copy could lose.
  @Test func everyFileOfTheAppStaysAsItIs() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    let app = build.app
    (app / "Procfile").write("web: hoopstart -- bundle exec puma -C config/puma.rb\n")
    (app / "Gemfile.lock").write("GEM\n  remote: https://rubygems.org/\n", mode: 0o600)
    (app / "config/master.key").write("0123456789abcdef", mode: 0o400)
    (app / "bin/rails").write("#!/usr/bin/env ruby\n", mode: 0o755)
    (app / "bin/hoop").write("#!/bin/sh\n# the app's own\n", mode: 0o755)
    (app / "public/\u{fc}mlaut \n.bin").write([0, 0xff, 0x0a])
    (app / "config/profile/app.sh").write("export APP=1\n")
    try! (app / ".profile.d").makeLink(to: "config/profile")
    try! (app / "bin/bundle").makeLink(to: "rails")
    try! (app / "dangling").makeLink(to: "/app/shared")
    try! (app / "tmp").makeFolder()
    try! (app / "tmp").setMode(0o1777)
    let before = FolderSnapshot(of: app)
    await build.succeed()
    #expect(FolderSnapshot(of: app).without(".hoop", "config/profile/hoop.sh") == before)
  }

  @Test(arguments: own + links)
  func aFolderThatIsNotOursToWriteEndsTheBuild(_ failure: FailedBuild) async {
    await failure.check()
  }

  private static let own = [
    (".hoop/notes.txt", ".hoop"), (".hoop/config.yml", ".hoop"), (".hoop", ".hoop"),
    (".profile.d", ".profile.d"), (".profile.d/hoop.sh", ".profile.d/hoop.sh"),
  ].map { file, named in
    FailedBuild(
      "an app with \(file) of its own", "occupied", after: [],
      Said(
        "The app has a file of its own at \(named).",
        ["The Hoop agent needs this path, and a file of the app is never overwritten."],
        "Move the file, or remove it from the repository:", "git rm -r \(named)"),
      isOfSlug: true
    ) { build, _ in
      // Beside what looks like ours.
      if file == ".hoop/config.yml" { (build.app / ".hoop/bin/hoopstart").write("# mine\n") }
      (build.app / file).write("# mine\n")
    }
  }

  private static func leadsOut(
    _ name: String, after details: [String] = [], to target: String
  ) -> FailedBuild {
    FailedBuild(
      "\(name) as a link to \(target)", "leads-out", after: details,
      Said(
        "\(name) is a link that leads out of the app.",
        ["What is written there would not be in the slug."],
        "Make it a folder, or remove it from the repository:", "git rm \(name)"), isOfSlug: true
    ) { build, _ in
      _ = build.folder("outside")
      (build.app / "Procfile").write("web: bin/hoopstart -- puma\n")
      // An absolute link would lead to another place from /app.
      try! (build.app / name).makeLink(to: target == "/app" ? build.app.string : target)
    }
  }

  private static let links = [
    leadsOut(".hoop", to: "../outside"), leadsOut(".hoop", to: "/nowhere"),
    leadsOut(".profile.d", to: "/tmp"),
    leadsOut("bin", after: [Log.pinned] + Log.downloaded, to: "/app"),
  ]

  @Test func aBuildFolderThatIsReadOnlyEndsTheBuild() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    build.runAsAnotherUser()
    try! build.app.setMode(0o555)
    expect(
      await build.compile(), status: 1,
      errors: Said(
        "“/tmp/app” cannot be written.", ["mkdir: Permission denied"],
        "Give the build's user the right to write there:", "chmod u+rwx /tmp/app"
      ).text())
  }

  @Test(arguments: [("BUILD_DIR", "absent"), ("BUILD_DIR", "app/Procfile"), ("ENV_DIR", "absent")])
  func aFolderThatIsMissingEndsTheBuild(_ argument: String, _ name: String) async {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site, version: Log.version)
    let folder = build.app.folder / name
    if argument == "BUILD_DIR" { build.app = folder } else { build.configVars = folder }
    expect(
      await build.compile(), status: 1,
      errors: Said(
        "\(argument) is not a folder: “/tmp/\(name)”.",
        ["The platform passes the folders itself. By hand, pass them in this order."],
        "Name folders that exist:", "bin/compile BUILD_DIR CACHE_DIR ENV_DIR",
        "bin/build LAYERS_DIR PLATFORM_DIR PLAN"
      ).text())
    #expect(!build.cache.isThere && site.requests == [])
  }
}
