import HoopAgent
import LocalTools
import Posix
import Testing

/// What the slug holds after a build.
@Suite struct SlugTests {
  static let hoop = [
    "folder 755 .hoop", "folder 755 .hoop/bin", "file 755 .hoop/bin/hoop",
    "file 755 .hoop/bin/hoop_rs", "file 755 .hoop/bin/hoopstart", "file 644 .hoop/version",
    "folder 755 .profile.d", "file 644 .profile.d/hoop.sh", "file 644 Procfile",
  ]

  @Test(arguments: ["000", "077", "777"])
  func itIsReadableWhateverTheUmask(_ mask: String) async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    build.mask = mask
    await build.succeed()
    #expect(FolderSnapshot(of: build.app).listing == Self.hoop)
    #expect(
      (build.app / ".hoop/bin/hoop").content
        == AgentRelease.program(AgentVersion.newestKnown.description))
    #expect((build.app / ".hoop/bin/hoopstart").content == build.program.content)
    #expect((build.app / ".hoop/version").text == "\(AgentVersion.newestKnown)\n")
    #expect(try! (build.buildpack / "export").status()?.mode == 0o644)
  }

  @Test func aSecondBuildOnItChangesNothing() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    (build.app / "Procfile").write("web: bin/hoopstart -- bin/hoop version\n")
    await build.succeed()
    let (slug, cache) = (FolderSnapshot(of: build.app), FolderSnapshot(of: build.cache))
    await build.succeed()
    #expect(FolderSnapshot(of: build.app) == slug)
    #expect(FolderSnapshot(of: build.cache) == cache)
  }

  @Test func aBuildWithoutAnAgentTakesTheAgentOut() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    await build.succeed()
    build.set("HOOP_DISABLED", "1")
    await build.succeed()
    #expect(
      FolderSnapshot(of: build.app).listing
        == Self.hoop.filter { !["/hoop", "/hoop_rs", "version"].contains(where: $0.hasSuffix) })
  }

  @Test func programsAreLinkedWhereTheProcfileNamesThem() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    (build.app / "Procfile").write("web: bin/hoopstart -- puma\nhoop: ./bin/hoop version\n")
    await build.succeed()
    #expect(
      FolderSnapshot(of: build.app).listing.filter { $0.contains(" bin") } == [
        "folder 755 bin", "link 777 bin/hoop -> ../.hoop/bin/hoop",
        "link 777 bin/hoopstart -> ../.hoop/bin/hoopstart",
      ])
  }

  @Test func programsAreNotLinkedWhereTheProcfileDoesNotNameThem() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    (build.app / "bin/rails").write("#!/usr/bin/env ruby\n", mode: 0o755)
    (build.app / "Procfile").write("web: bin/hoopstart -- bin/rails server\n")
    await build.succeed()
    #expect(try! (build.app / "bin").names().map(\.string) == ["hoopstart", "rails"])
  }

  @Test func aFolderOfLinksInsideTheAppIsFine() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    _ = try! (build.app / "config/profile").makeFolders()
    try! (build.app / ".profile.d").makeLink(to: "config/profile")
    await build.succeed()
    #expect((build.app / "config/profile/hoop.sh").isThere)
  }

  @Test func linksLeadToTheProgramsFromAFolderThatIsALink() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    (build.app / "Procfile").write("web: bin/hoopstart -- puma\n")
    _ = try! (build.app / "tools/more/bin").makeFolders()
    try! (build.app / "bin").makeLink(to: "tools/bin")
    try! (build.app / "tools/bin").makeLink(to: "more/bin")
    for _ in 1...2 {
      await build.succeed()
      let link = build.app / "tools/more/bin/hoopstart"
      #expect(try! link.linkTarget() == Path("../../../.hoop/bin/hoopstart"))
      #expect((build.app / "bin/hoopstart").content == build.program.content)
    }
  }

  /// It would lead somewhere else from /app.
  @Test func aFolderThatIsAnAbsoluteLinkIsRefused() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    (build.app / "Procfile").write("web: bin/hoopstart -- puma\n")
    try! (build.app / "tools").makeFolder()
    try! (build.app / "bin").makeLink(to: (build.app / "tools").string)
    let outcome = await build.compile()
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("Error: bin is a link that leads out of the app."))
  }

  /// Files in the shape of Heroku's Ruby starter, with all that a copy could lose.
  @Test func everyFileOfTheAppStaysAsItIs() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    let app = build.app
    (app / "Procfile").write("web: hoopstart -- bundle exec puma -C config/puma.rb\n")
    (app / "Gemfile").write("source 'https://rubygems.org'\ngem 'rails'\n")
    (app / "Gemfile.lock").write("GEM\n  remote: https://rubygems.org/\n", mode: 0o600)
    (app / "config/puma.rb").write("threads 5, 5\n")
    (app / "config/master.key").write("0123456789abcdef", mode: 0o400)
    (app / "bin/rails").write("#!/usr/bin/env ruby\n", mode: 0o755)
    (app / "bin/hoop").write("#!/bin/sh\n# the app's own\n", mode: 0o755)
    (app / "public/\u{fc}mlaut \n.bin").write([0, 0xff, 0x0a])
    (app / ".profile.d/app.sh").write("export APP=1\n")
    try! (app / "bin/bundle").makeLink(to: "rails")
    try! (app / "dangling").makeLink(to: "/app/shared")
    (app / "tmp").makeFolders(mode: 0o1777)
    let before = FolderSnapshot(of: app)
    await build.succeed()
    #expect(FolderSnapshot(of: app).without(".hoop", ".profile.d/hoop.sh") == before)
  }
}
