import Posix
import TestSupport
import Testing

/// What the user of a deploy reads if all goes well, for a slug and for an image.
@Suite struct CompileTests {
  @Test(arguments: [
    (nil, "is not set"), ("", "is empty"), (" \n", "is empty"), ("latest\n", "is latest"),
  ])
  func theNewestIsInstalled(_ value: String?, _ reason: String) async {
    let site = ReleaseSite(.bare, .newest)
    let build = HerokuBuild(from: site, version: value)
    let version = "Version \(Log.version), the newest (HOOP_VERSION \(reason))"
    expect(
      await build.compile(), output: Log.text([version] + Log.downloaded + Log.installed))
    let files = ["latest.txt", "\(Log.version)/checksums.txt"]
    #expect(site.requests == files + ["\(Log.version)/\(AgentRelease.newest.file)"])
    expect(await build.compile(), output: Log.text([version] + Log.cached + Log.installed))
    #expect(site.requests.dropFirst(3) == files[...])
  }

  @Test(arguments: [Log.version, "v\(Log.version)", "\tv\(Log.version) \r\n"])
  func aPinnedVersionIsInstalled(_ value: String) async {
    let site = ReleaseSite(.newest, .bare)
    let build = HerokuBuild(from: site, version: value)
    expect(await build.compile(), output: Log.fresh)
    expect(await build.compile(), output: Log.text([Log.pinned] + Log.cached + Log.installed))
    let files = ["checksums.txt", AgentRelease.newest.file, "checksums.txt"]
    #expect(site.requests == files.map { "\(Log.version)/\($0)" })
  }

  @Test func aDigestThatTheUserKnowsNeedsNoChecksums() async {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site, version: Log.version)
    build.set("HOOP_SHA256", " \(AgentRelease.newest.digest.uppercased())\n")
    let digest = "SHA-256 verified against HOOP_SHA256: \(AgentRelease.newest.shortDigest)"
    expect(
      await build.compile(),
      output: Log.text([Log.pinned, Log.downloading, "\(digest) (1.5 MB)"] + Log.installed))
    expect(
      await build.compile(),
      output: Log.text([Log.pinned, digest, "Using the cached agent"] + Log.installed))
    #expect(site.requests == ["\(Log.version)/\(AgentRelease.newest.file)"])
  }

  @Test func whatMayPassIsTriedAgain() async {
    let site = ReleaseSite(.newest)
    site.answer(
      "\(Log.version)/checksums.txt", .status(503), .nothing, .status(429),
      .text(ReleaseSite.checksums(.newest)))
    let archive = AgentRelease.newest.archive
    // What came of the first attempt is not in the way.
    let other = AgentRelease(Log.version).archive
    site.answer(
      "\(Log.version)/\(AgentRelease.newest.file)", .cut(other, after: other.count / 2),
      .content(archive))
    let build = HerokuBuild(from: site, version: Log.version)
    build.scaleWaits(by: 0.1)
    let tries = [
      "1.0 s: the server answered 503", "2.0 s: the connection was cut (curl 52)",
      "4.0 s: the server answered 429",
      "1.0 s: the connection was cut (curl 18)",
    ].map { "Trying again in \($0)" }
    let details =
      [Log.pinned] + tries.dropLast() + [Log.downloading, tries[3], Log.downloaded[1]]
    expect(await build.compile(), output: Log.text(details + Log.installed))
  }

  @Test(arguments: ["1", "TRUE", " yes\n", "on"])
  func noAgentIsInstalledIfItIsDisabled(_ value: String) async {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site, version: "nonsense")
    build.set("HOOP_DISABLED", value)
    expect(
      await build.compile(),
      output: Log.text([
        "HOOP_DISABLED is on: no agent is installed", "Installed in 0.0 s: hoopstart",
      ]))
    #expect(site.requests == [] && !build.cache.isThere)
    #expect((build.app / ".hoop/bin/hoopstart").isThere)
  }

  @Test func herokuCIAndOldCallersWithoutAFolderGetTheSame() async {
    let test = HerokuBuild(from: ReleaseSite(.newest), version: Log.version)
    expect(await test.testCompile(), output: Log.fresh)
    let build = HerokuBuild(from: ReleaseSite(.newest), version: Log.version)
    for name in try! build.configVars!.names() {
      build.environment[name.string] = (build.configVars! / name).text
    }
    build.configVars = nil
    expect(await build.compile(), output: Log.fresh)
  }

  @Test func releasesAreTakenFromAFolder() async {
    let build = HerokuBuild(from: ReleaseSite(), version: Log.version)
    let mirror = build.folder("a mirror")
    (mirror / "\(Log.version)/checksums.txt").write(ReleaseSite.checksums(.newest))
    (mirror / Log.version / AgentRelease.newest.file).write(AgentRelease.newest.archive)
    build.set("HOOP_RELEASES_URL", "file://\(mirror.string.replacing(" ", with: "%20"))/")
    expect(await build.compile(), output: Log.fresh)
  }

  @Test(arguments: [AgentRelease.oldest, .withWrapper, .withHoopstart, .bare, .newest])
  func agentsOfAllTimesAreInstalledWithoutTheirOwnScripts(_ release: AgentRelease) async {
    let build = HerokuBuild(from: ReleaseSite(release))
    await build.succeed()
    let helper = release.version == Log.version ? ["hoop_rs"] : []
    #expect(
      try! (build.app / ".hoop/bin").names().map(\.string) == ["hoop"] + helper + ["hoopstart"])
    #expect((build.app / ".hoop/bin/hoopstart").content == build.program.content)
    #expect((build.app / ".hoop/version").text == "\(release.version)\n")
  }

  @Test func aReportIsLeft() async throws {
    let build = HerokuBuild(from: ReleaseSite(.newest), version: "v\(Log.version)")
    expect(await build.release(), output: "--- {}\n")
    func report(_ values: KeyValuePairs<String, String>) -> String {
      let names = [
        "version_requested", "version", "source", "bytes", "seconds", "sha256", "platform",
        "warnings", "publishes", "failure",
      ]
      let members = names.map { name in
        "\"\(name)\": \(values.first { $0.0 == name }?.1 ?? (name == "warnings" ? "[]" : "null"))"
      }
      return "{\(members.joined(separator: ", "))}\n"
    }
    expect(await build.report(), output: report([:]))
    let platform = "\"Linux \(AgentRelease.architecture)\""
    for source in ["download", "cache"] {
      await build.succeed()
      let bytes = ["hoop", "hoop_rs"].map { (build.app / ".hoop/bin" / $0).content.count }
      expect(
        await build.report(),
        output: report([
          "version_requested": "\"\(Log.version)\"", "version": "\"\(Log.version)\"",
          "source": "\"\(source)\"", "bytes": "\(bytes.reduce(0, +))", "seconds": "0.0",
          "sha256": "\"\(AgentRelease.newest.digest)\"", "platform": platform,
          "publishes": "\"Publishes \(ForecastBuild.myapp)\"",
        ]))
    }
    build.set("HOOP_VERSION", "1.999.0")
    #expect(await build.compile().status == .exited(1))
    expect(
      await build.report(),
      output: report([
        "version_requested": "\"1.999.0\"", "platform": platform,
        "failure": "\"no-such-release\"",
      ]))
    // Zero-width and direction-changing characters, which a terminal must not get, are JSON too.
    build.set("HOOP_VERSION", nil)
    build.set("HOOP_CONNECTION", "my\u{200b}app\u{202e}")
    _ = await build.compile()
    let said = await build.report().output
    #expect(JSONObject(said) != nil && !said.contains("\u{202e}"), "\(said)")
  }
}
