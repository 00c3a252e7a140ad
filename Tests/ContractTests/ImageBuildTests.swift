import HoopAgent
import LocalTools
import Posix
import TestSupport
import Testing

/// What the user of an image's build reads, and what is in the image.
@Suite struct ImageBuildTests {
  static let publishes = "- Publishes myapp from every process that starts with hoopstart\n"
  static let done = "- Done (finished in 0.0s)\n"

  static let pinned =
    "\n## Hoop agent\n\n- Version \(AgentVersion.newestKnown), from HOOP_VERSION\n"
  static let installed = """
    - Downloading \(AgentRelease.newest.file) (1.5 MB)
      - SHA-256 verified: \(AgentRelease.newest.shortDigest)
    - Installed: hoop, hoop_rs, hoopstart
    \(publishes)\(done)
    """

  @Test func takesTheNewestAgentWhereNothingIsPinned() async {
    let image = ImageBuild(from: ReleaseSite(.bare, .newest))
    expect(
      await image.build(),
      output: """

        ## Hoop agent

        - Version \(AgentVersion.newestKnown), the newest (HOOP_VERSION is not set)
        \(Self.installed)
        """)
  }

  @Test func leavesALayerAndWhatIsSaidOfIt() async {
    let site = ReleaseSite(.newest)
    let image = ImageBuild(from: site, version: AgentVersion.newestKnown.description)
    let app = FolderSnapshot(of: image.heroku.app)
    expect(await image.build(), output: Self.pinned + Self.installed)
    #expect(
      FolderSnapshot(of: image.layers).listing == [
        "folder 755 agent", "file 644 agent.sbom.cdx.json", "file 644 agent.toml",
        "folder 755 agent/bin", "file 755 agent/bin/hoop", "file 755 agent/bin/hoop_rs",
        "file 755 agent/bin/hoopstart", "file 644 agent/version", "file 644 launch.toml",
      ])
    #expect((image.layers / "agent/version").text == "\(AgentVersion.newestKnown)\n")
    #expect((image.layers / "agent/bin/hoopstart").content == image.heroku.program.content)
    let launcher = image.heroku.program.content.digest
    #expect(
      (image.layers / "agent.toml").text == """
        [types]
        launch = true

        [metadata]
        buildpack-version = "\(BuildpackVersion.current)"
        hoopstart-sha256 = "\(launcher)"
        platform = "Linux \(AgentRelease.architecture)"
        programs = "hoop hoop_rs hoopstart"
        agent-version = "\(AgentVersion.newestKnown)"
        agent-sha256 = "\(AgentRelease.newest.digest)"
        agent-source = "\(site.url)/\(AgentVersion.newestKnown)/\(AgentRelease.newest.file)"

        """)
    #expect(
      (image.layers / "launch.toml").text == """
        [[labels]]
        key = "dev.hoop.agent.version"
        value = "\(AgentVersion.newestKnown)"

        """)
    #expect(FolderSnapshot(of: image.heroku.app) == app)
  }

  @Test func theSoftwareBillNamesWhatIsInTheLayer() async throws {
    let site = ReleaseSite(.newest)
    let image = ImageBuild(from: site)
    image.set("HOOP_RELEASES_URL", site.url.replacing("//", with: "//user:password@"))
    await image.succeed()
    let bill = try #require(JSONObject((image.layers / "agent.sbom.cdx.json").text))
    #expect(bill.text("bomFormat") == "CycloneDX")
    #expect(bill.text("specVersion") == "1.5")
    let components = bill.objects("components")
    #expect(components.map { $0.text("name") } == ["hoop", "hoop_rs", "hoopstart"])
    #expect(
      components.map { $0.text("version") } == [
        AgentVersion.newestKnown.description, AgentVersion.newestKnown.description,
        BuildpackVersion.current,
      ])
    #expect(components.allSatisfy { $0.objects("licenses").count == 1 })
    let source = components[0].objects("externalReferences").first
    #expect(
      source?.text("url") == "\(site.url)/\(AgentVersion.newestKnown)/\(AgentRelease.newest.file)")
    #expect(source?.objects("hashes").first?.text("content") == AgentRelease.newest.digest)
    let launcher = components[2].objects("hashes").first?.text("content")
    #expect(launcher == image.heroku.program.content.digest)
  }

  @Test func theLayerOfAnAgentWithoutItsHelperHasNone() async {
    let image = ImageBuild(from: ReleaseSite(.bare))
    await image.succeed()
    #expect(!(image.layers / "agent/bin/hoop_rs").isThere)
    #expect(!(image.layers / "agent.sbom.cdx.json").text.contains("hoop_rs"))
  }

  @Test(arguments: ["1", " yes\n"])
  func installsNoAgentWhereItIsDisabled(_ value: String) async {
    let site = ReleaseSite(.newest)
    let image = ImageBuild(from: site)
    image.set("HOOP_DISABLED", value)
    image.set("HOOP_VERSION", "nonsense")
    expect(
      await image.build(),
      output: """

        ## Hoop agent

        - HOOP_DISABLED is on: the image gets no agent
        - Installed: hoopstart
        \(Self.done)
        """)
    image.export()
    #expect(image.image?.labels.isEmpty == true)
    #expect(await image.run("hoopstart -- echo here").output == "here\n")
    expect(
      await image.build(),
      output: """

        ## Hoop agent

        - HOOP_DISABLED is on: the image gets no agent
        - Reusing the layer of the previous image: hoopstart
        \(Self.done)
        """)
    #expect(site.requests == [])
  }

  @Test func installsForTestsWhatProductionGets() async {
    let image = ImageBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    image.heroku.environment["CNB_EXEC_ENV"] = "test"
    expect(await image.build(), output: Self.pinned + Self.installed)
  }

  @Test func anOldLifecycleNamesTheFoldersInArguments() async {
    let image = ImageBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    image.hasVariables = false
    expect(await image.build(), output: Self.pinned + Self.installed)
  }

  @Test func whatTheUserGaveComesBeforeTheEnvironment() async {
    let image = ImageBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    var launch = image.launch(.build)
    launch.environment["HOOP_VERSION"] = "1.30.0"
    expect(await image.heroku.run(launch), output: Self.pinned + Self.installed)
  }

  @Test func theEnvironmentIsReadWhereThereAreNoFiles() async throws {
    let image = ImageBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    let launch = image.launch(.build)
    try image.heroku.configVars!.removeTree()
    expect(await image.heroku.run(launch), output: Self.pinned + Self.installed)
  }

  @Test func aKeyThatIsThereAtRunTimeAloneIsNoWarning() async {
    let image = ImageBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    image.set("HOOP_KEY", nil)
    let outcome = await image.succeed()
    #expect(outcome.errors == "")
    #expect(
      outcome.output.hasSuffix(
        "- HOOP_KEY is not set here: hoopstart reads it when a process starts\n\(Self.done)"))
  }

  @Test func aPathThatOnlyASlugHasIsAWarning() async {
    let image = ImageBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    (image.heroku.app / "Procfile").write("web: exec ./bin/hoopstart -- bundle exec puma\n")
    (image.heroku.app / "bin/hoopstart").write("# the app's own\n")
    expect(
      await image.build(), output: Self.pinned + Self.installed,
      errors: """

        ! Warning: The process type web runs bin/hoopstart, which is not the buildpack's.
        !
        ! The agent has a layer of its own, and its programs are on PATH.
        !
        ! Call it by its name alone:
        !
        !     web: exec hoopstart -- bundle exec puma


        """)
  }

  @Test func dynosByNumberAreAWarning() async {
    let image = ImageBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    image.heroku.set("HOOP_DYNOS", "web.1, web.2")
    let outcome = await image.build()
    #expect(outcome.status == .exited(0))
    #expect(
      outcome.errors == """

        ! Warning: HOOP_DYNOS names dynos by number: web.1 and web.2.
        !
        ! Dynos of an image have no numbers, so that none of these carries the agent.
        !
        ! Name their process type:
        !
        !     heroku config:set HOOP_DYNOS=web


        """)
  }

  @Test func aProcessOfTheImageFindsHoopstartOnPath() async {
    let image = ImageBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    await image.succeed()
    image.export()
    #expect(image.image?.labels.first?.value == AgentVersion.newestKnown.description)
    let process = await image.run("hoopstart -- sh -c 'echo \"$DYNO\"'")
    #expect(process.output == "web-12a34b56d-e78f9\n")
    #expect(
      await image.run("hoop version").output.hasPrefix(
        #"{"version":"\#(AgentVersion.newestKnown)""#))
  }

  @Test func anotherUserWhoseFilesAreHisAloneBuildsTheSame() async {
    let heroku = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    heroku.runAsAnotherUser()
    let image = ImageBuild(heroku)
    expect(await image.build(), output: Self.pinned + Self.installed)
    #expect(FolderSnapshot(of: image.layers).listing.contains("file 755 agent/bin/hoopstart"))
    #expect(FolderSnapshot(of: image.layers).listing.contains("file 644 agent.toml"))
  }

  @Test func aFolderForLayersThatCannotBeWrittenIsAnError() async throws {
    let heroku = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    heroku.runAsAnotherUser()
    let image = ImageBuild(heroku)
    try image.layers.setMode(0o555)
    expect(
      await image.build(), status: 1, output: "\n## Hoop agent\n\n",
      errors: """

        ! Error: “/tmp/image/layers/hoophq_hoop” cannot be written.
        !
        ! mkdir: Permission denied
        !
        ! Give the build's user the right to write there:
        !
        !     chmod u+rwx "$CNB_LAYERS_DIR"

        """)
  }

  @Test func aFolderForLayersThatIsNoneIsAnError() async throws {
    let image = ImageBuild(HerokuBuild())
    try image.layers.removeTree()
    expect(
      await image.build(), status: 1,
      errors: """

        ! Error: CNB_LAYERS_DIR is no folder: “/tmp/image/layers/hoophq_hoop”.
        !
        ! The lifecycle passes the folders itself. By hand, they come in this order.
        !
        ! Name folders that are there:
        !
        !     bin/build LAYERS_DIR PLATFORM_DIR PLAN

        """)
  }
}
