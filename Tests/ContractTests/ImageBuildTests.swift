import HoopAgent
import Posix
import TestSupport
import Testing

/// What the user of an image's build reads, what is in the image, and what the next one uses again.
@Suite struct ImageBuildTests {
  private static let built = Log.text([Log.pinned] + Log.downloaded + Log.installed, forImage: true)
  private static let reused = Log.text(
    [Log.pinned, "Using the agent of the previous image"] + Log.installed, forImage: true)

  /// An image, and the next build over it.
  private func image(_ site: ReleaseSite = ReleaseSite(.newest)) async -> ImageBuild {
    let image = ImageBuild(from: site, version: Log.version)
    await image.succeed()
    image.export()
    return image
  }

  @Test func itHasALayerForTheAgentAndOneForHoopstart() async throws {
    let site = ReleaseSite(.newest)
    let image = ImageBuild(from: site, version: Log.version)
    let app = FolderSnapshot(of: image.heroku.app)
    // Its password is in none of the files.
    image.set("HOOP_RELEASES_URL", site.url.replacing("//", with: "//user:password@"))
    expect(await image.build(), output: Self.built)
    #expect(
      FolderSnapshot(of: image.layers).listing == [
        "folder 755 agent", "file 644 agent.sbom.cdx.json", "file 644 agent.toml",
        "folder 755 agent/bin", "file 711 agent/bin/hoop", "file 711 agent/bin/hoop_rs",
        "file 644 agent/version", "folder 755 hoopstart", "file 644 hoopstart.sbom.cdx.json",
        "file 644 hoopstart.toml", "folder 755 hoopstart/bin",
        "link 777 hoopstart/bin/hoop -> ../../agent/bin/hoop",
        "file 711 hoopstart/bin/hoopstart", "folder 755 hoopstart/tools",
        "link 777 hoopstart/tools/hostname -> ../bin/hoopstart",
        "link 777 hoopstart/tools/uname -> ../bin/hoopstart",
        "link 777 hoopstart/version -> ../agent/version",
        "file 644 launch.toml",
      ])
    #expect((image.layers / "hoopstart/version").text == "\(Log.version)\n")
    #expect((image.layers / "hoopstart/bin/hoopstart").content == image.heroku.program.content)
    let head = """
      [types]
      launch = true

      [metadata]
      layout = "2"
      platform = "Linux \(AgentRelease.architecture)"

      """
    #expect(
      (image.layers / "agent.toml").text == """
        \(head)programs = "hoop hoop_rs"
        agent-version = "\(Log.version)"
        agent-sha256 = "\(AgentRelease.newest.digest)"
        agent-source = "\(site.url)/\(Log.version)/\(AgentRelease.newest.file)"

        """)
    #expect(
      (image.layers / "hoopstart.toml").text == """
        \(head)programs = "hoopstart"
        hoopstart-sha256 = "\(image.heroku.program.content.digest)"
        buildpack-version = "\(BuildpackVersion.current)"

        """)
    #expect(
      (image.layers / "launch.toml").text
        == "[[labels]]\nkey = \"dev.hoop.agent.version\"\nvalue = \"\(Log.version)\"\n")
    #expect(FolderSnapshot(of: image.heroku.app) == app)

    // The bills of the layers name what is in them.
    let components = try ["agent", "hoopstart"].flatMap { name in
      let bill = try #require(JSONObject((image.layers / "\(name).sbom.cdx.json").text))
      #expect(bill.text("bomFormat") == "CycloneDX")
      return bill.objects("components")
    }
    #expect(components.map { $0.text("name") } == ["hoop", "hoop_rs", "hoopstart"])
    let versions = [Log.version, Log.version, BuildpackVersion.current]
    #expect(components.map { $0.text("version") } == versions)
    #expect(components[0].text("purl") == "pkg:github/hoophq/hoop@\(Log.version)")
    let source = components[0].objects("externalReferences").first
    #expect(source?.text("url") == "\(site.url)/\(Log.version)/\(AgentRelease.newest.file)")
    let digests = [source, components[2]].map { $0?.objects("hashes").first?.text("content") }
    #expect(digests == [AgentRelease.newest.digest, image.heroku.program.content.digest])

    #expect(image.export() == ["agent", "hoopstart"])
    #expect(
      await image.run("hoopstart -- sh -c 'echo \"$DYNO\"'").output == "web-12a34b56d-e78f9\n")
    #expect(await image.run("hoop version").output.hasPrefix(#"{"version":"\#(Log.version)""#))
  }

  @Test func theAgentOfThePreviousImageIsUsedAgain() async {
    let site = ReleaseSite(.newest)
    let image = await image(site)
    for digest in [nil, AgentRelease.newest.digest] {
      image.set("HOOP_SHA256", digest)
      if digest != nil, Machine.canMount { image.heroku.hide(["curl", "tar", "gzip"]) }
      expect(await image.build(), output: Self.reused)
      #expect(image.export() == [])
      #expect(site.requests.dropFirst(2) == ["\(Log.version)/checksums.txt"])
    }
    // A release that was replaced is another one.
    site.publish(AgentRelease(Log.version))
    image.heroku.wrapper = []
    image.set("HOOP_SHA256", nil)
    await image.succeed()
    #expect(image.export() == ["agent"])
    #expect(!(image.image / "agent/bin/hoop_rs").isThere)
  }

  /// What makes a layer another one. Layers without a layout are of a buildpack that let everybody
  /// read the agent.
  @Test(arguments: [
    ("agent", "agent-version", "1.147.0"), ("agent", "platform", "Linux other"),
    ("agent", "agent-sha256", String(repeating: "0", count: 64)), ("agent", "layout", nil),
    ("agent", "programs", nil), ("agent", "platform", "\\u0041"), ("agent", "[metadata]", nil),
    ("hoopstart", "hoopstart-sha256", String(repeating: "0", count: 64)),
    ("hoopstart", "buildpack-version", "0.0.1"), ("hoopstart", "layout", nil),
  ])
  func aLayerOfOtherThingsIsMadeAnew(_ layer: String, _ key: String, _ value: String?) async {
    let image = await image()
    let file = image.layers / "\(layer).toml"
    let lines = file.text.split(separator: "\n").compactMap { line in
      line.contains(key) ? value.map { "\(key) = \"\($0)\"" } : String(line)
    }
    file.write(lines.map { "\($0)\n" }.joined())
    expect(await image.build(), output: layer == "agent" ? Self.built : Self.reused)
    #expect(image.export() == [layer])
  }

  /// The lifecycle would take what is there for the layer.
  @Test(arguments: ["bin/hoop", "", "link"])
  func filesThatTheLifecycleDidNotRestoreDoNotBecomeTheLayer(_ name: String) async {
    let image = await image()
    let place = image.layers / "agent"
    if name == "link" {
      try! place.makeLink(to: "/usr")
    } else {
      (name.isEmpty ? place : place / name).write("#!/bin/sh\necho forged\n", mode: 0o755)
    }
    expect(await image.build(), output: Self.built)
    #expect(image.export() == ["agent"])
  }

  @Test func noAgentIsInstalledIfItIsDisabled() async {
    let image = await image()
    image.set("HOOP_DISABLED", " yes\n")
    expect(
      await image.build(),
      output: Log.text(
        ["HOOP_DISABLED is on: no agent is installed", "Installed in 0.0 s: hoopstart"],
        forImage: true))
    #expect((image.layers / "launch.toml").text == "")
    #expect(!(image.layers / "agent.toml").isThere)
    image.export()
    #expect(await image.run("hoopstart -- echo here").output == "here\n")
  }

  @Test(arguments: ["tests", "an old lifecycle", "an environment", "no files"])
  func itIsTheSameFor(_ what: String) async throws {
    let image = ImageBuild(from: ReleaseSite(.newest), version: Log.version)
    if what == "tests" { image.heroku.environment["CNB_EXEC_ENV"] = "test" }
    image.hasVariables = what != "an old lifecycle"
    var launch = image.launch("build")
    // The user's files come before the environment.
    if what == "an environment" { launch.environment["HOOP_VERSION"] = "1.30.0" }
    if what == "no files" { try image.heroku.configVars!.removeTree() }
    expect(await image.heroku.run(launch), output: Self.built)
  }

  @Test func anotherUserWhoseFilesAreHisOwnBuildsTheSame() async {
    let heroku = HerokuBuild(from: ReleaseSite(.newest), version: Log.version)
    heroku.runAsAnotherUser()
    let image = ImageBuild(heroku)
    expect(await image.build(), output: Self.built)
    let listing = FolderSnapshot(of: image.layers).listing
    #expect(listing.contains("file 711 hoopstart/bin/hoopstart"))
    #expect(listing.contains("file 644 agent.toml"))
  }

  @Test func aFolderForLayersThatCannotBeUsedEndsTheBuild() async throws {
    let heroku = HerokuBuild(from: ReleaseSite(.newest), version: Log.version)
    heroku.runAsAnotherUser()
    let image = ImageBuild(heroku)
    try image.layers.setMode(0o555)
    let place = "/tmp/layers/hoophq_hoop"
    expect(
      await image.build(), status: 1,
      errors: Said(
        "“\(place)” cannot be written.", ["mkdir: Permission denied"],
        "Give the build's user the right to write there:", "chmod u+rwx \(place)"
      ).text(forImage: true))
    try image.layers.removeTree()
    expect(
      await image.build(), status: 1,
      errors: Said(
        "CNB_LAYERS_DIR is not a folder: “\(place)”.",
        ["The platform passes the folders itself. By hand, pass them in this order."],
        "Name folders that exist:", "bin/compile BUILD_DIR CACHE_DIR ENV_DIR",
        "bin/build LAYERS_DIR PLATFORM_DIR PLAN"
      ).text(forImage: true))
  }
}
