import BuildpackKit
import HoopAgent
import LocalTools
import Posix
import Testing

/// Builds over an image that has the layer already.
@Suite struct ReusedLayerTests {
  private static let newest = AgentRelease.newest
  private static let latest =
    "\n## Hoop agent\n\n- Version \(AgentVersion.newestKnown), the newest (HOOP_VERSION is not set)\n"
  private static let reusing = """
    - Reusing the layer of the previous image: hoop, hoop_rs, hoopstart
    \(ImageBuildTests.publishes)\(ImageBuildTests.done)
    """

  /// An image, and the next build over it.
  private static func image(
    from site: ReleaseSite = ReleaseSite(.newest),
    version: String? = AgentVersion.newestKnown.description,
    digest: String? = nil
  ) async -> ImageBuild {
    let image = ImageBuild(from: site, version: version)
    if let digest { image.set("HOOP_SHA256", digest) }
    image.heroku.scaleWaits(by: 0.05)
    await image.succeed()
    image.export()
    return image
  }

  /// Builds, exports, and sees that the layer is the one that there was: the same files.
  private static func expectReuse(
    _ image: ImageBuild, output: String, errors: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) async {
    func files() -> [FileStatus.Identity?] {
      ["hoop", "hoop_rs", "hoopstart"].map { name in
        try! (image.image!.folder / "agent/bin" / name).linkStatus()?.identity
      }
    }
    let (before, restored) = (files(), (image.layers / "agent.sbom.cdx.json").text)
    expect(
      await image.build(), output: output, errors: errors, sourceLocation: sourceLocation)
    #expect(
      FolderSnapshot(of: image.layers).listing == [
        "file 644 agent.sbom.cdx.json", "file 644 agent.toml", "file 644 launch.toml",
      ], sourceLocation: sourceLocation)
    #expect(
      (image.layers / "agent.sbom.cdx.json").text == restored, sourceLocation: sourceLocation)
    image.export()
    #expect(image.image!.layers.map(\.isReused) == [true], sourceLocation: sourceLocation)
    #expect(files() == before, sourceLocation: sourceLocation)
  }

  @Test func pinnedByVersionAndDigestNothingIsAskedOfTheNetwork() async {
    let site = ReleaseSite(.newest)
    let image = await Self.image(from: site, digest: Self.newest.digest)
    let requests = site.requests
    image.heroku.hide(["curl", "tar", "gzip"])
    for _ in 0..<3 {
      await Self.expectReuse(image, output: ImageBuildTests.pinned + Self.reusing)
    }
    #expect(site.requests == requests)
  }

  @Test func pinnedByVersionTheDigestIsAskedFor() async {
    let site = ReleaseSite(.newest)
    let image = await Self.image(from: site)
    let before = site.requests.count
    await Self.expectReuse(image, output: ImageBuildTests.pinned + Self.reusing)
    #expect(site.requests.dropFirst(before) == ["\(AgentVersion.newestKnown)/checksums.txt"])
  }

  @Test func theNewestIsAskedForAndNotDownloaded() async {
    let site = ReleaseSite(.newest)
    let image = await Self.image(from: site, version: nil)
    let before = site.requests.count
    await Self.expectReuse(image, output: Self.latest + Self.reusing)
    #expect(
      site.requests.dropFirst(before) == [
        "latest.txt", "\(AgentVersion.newestKnown)/checksums.txt",
      ])
  }

  @Test func aServerThatDoesNotSayWhichIsTheNewestLeavesTheLayer() async {
    let site = ReleaseSite(.newest)
    let image = await Self.image(from: site, version: nil)
    site.answer("latest.txt", .status(404))
    await Self.expectReuse(
      image, output: "\n## Hoop agent\n\n" + Self.reusing,
      errors: """

        ! Warning: The newest version of the Hoop agent could not be found out.
        !
        ! http://127.0.0.1:1/release/latest.txt: the server answered 404.
        ! The layer of the previous image is kept: agent \(AgentVersion.newestKnown), SHA-256 \(Self.newest.shortDigest).
        !
        ! To ask for no other version:
        !
        !     heroku config:set HOOP_VERSION=\(AgentVersion.newestKnown)
        !     pack build APP --env HOOP_VERSION=\(AgentVersion.newestKnown)


        """)
  }

  /// The layer is whole as it is, with the hoopstart that it was made with.
  @Test func theServerIsDownAndTheBuildpackIsNewer() async {
    let site = ReleaseSite(.newest)
    let image = await Self.image(from: site, version: nil)
    site.answer("latest.txt", .status(404))
    let file = image.layers / "agent.toml"
    file.write(
      file.text.replacing("version = \"\(BuildpackVersion.current)", with: "version = \"0.0.1"))
    let outcome = await image.succeed()
    #expect(outcome.output == "\n## Hoop agent\n\n" + Self.reusing)
    #expect(file.text.contains("buildpack-version = \"0.0.1\""))
  }

  @Test(arguments: ["HOOP_SHA256", "platform"])
  func theServerIsDownAndTheLayerIsNotWhatIsAskedFor(_ what: String) async {
    let site = ReleaseSite(.newest)
    let image = await Self.image(from: site, version: nil)
    site.answer("latest.txt", .status(404))
    if what == "platform" {
      let file = image.layers / "agent.toml"
      file.write(file.text.replacing("\"Linux", with: "\"Other"))
    } else {
      image.set(what, AgentRelease.bare.digest)
    }
    let before = FolderSnapshot(of: image.layers)
    let outcome = await image.build()
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.hasPrefix("\n! Error: The newest version of the Hoop agent could not"))
    #expect(FolderSnapshot(of: image.layers) == before)
  }

  @Test func aServerThatIsDownLeavesTheLayerOfThePinnedVersion() async {
    let site = ReleaseSite(.newest)
    let image = await Self.image(from: site)
    site.answer("\(AgentVersion.newestKnown)/checksums.txt", .status(403))
    await Self.expectReuse(
      image, output: ImageBuildTests.pinned + Self.reusing,
      errors: """

        ! Warning: The Hoop agent could not be downloaded.
        !
        ! http://127.0.0.1:1/release/\(AgentVersion.newestKnown)/checksums.txt: the server answered 403.
        ! The layer of the previous image is kept: agent \(AgentVersion.newestKnown), SHA-256 \(Self.newest.shortDigest).
        !
        ! To ask for no other digest:
        !
        !     heroku config:set HOOP_SHA256=\(Self.newest.digest)
        !     pack build APP --env HOOP_SHA256=\(Self.newest.digest)


        """)
  }

  /// A layer that a changed machine, buildpack or pin makes another.
  @Test(arguments: [
    ("agent-version", "1.147.0"), ("agent-sha256", String(repeating: "0", count: 64)),
    ("platform", "Linux other"), ("hoopstart-sha256", String(repeating: "0", count: 64)),
    ("buildpack-version", "0.0.1"), ("programs", nil), ("agent-sha256", nil),
    ("platform", "\\u0041"),
  ])
  func aLayerOfOtherThingsIsMadeAnew(_ key: String, _ value: String?) async {
    let image = await Self.image()
    let file = image.layers / "agent.toml"
    let lines = file.text.split(separator: "\n").compactMap { line in
      line.contains(key) ? value.map { "\(key) = \"\($0)\"" } : String(line)
    }
    file.write(lines.map { "\($0)\n" }.joined())
    await expectAnew(image)
  }

  @Test(arguments: ["", "launch", "\u{0}", "[metadata]\n", "[[metadata]]\n"])
  func metadataThatIsNotOursIsMadeAnew(_ text: String) async {
    let image = await Self.image()
    (image.layers / "agent.toml").write(text)
    await expectAnew(image)
  }

  /// The lifecycle would take what lies there for the layer.
  @Test(arguments: ["a folder", "a file", "an empty folder", "a link"])
  func filesThatNobodyRestoredDoNotBecomeTheLayer(_ what: String) async {
    let image = await Self.image(digest: Self.newest.digest)
    let place = image.layers / "agent"
    switch what {
    case "a folder": (place / "bin/hoop").write("#!/bin/sh\necho forged\n", mode: 0o755)
    case "a file": place.write("forged")
    case "a link": try! place.makeLink(to: "/usr")
    default: try! place.makeFolder()
    }
    await image.succeed()
    image.export()
    #expect(image.image!.layers.map(\.isReused) == [false])
    #expect(
      await image.run("hoop version").output.hasPrefix(
        #"{"version":"\#(AgentVersion.newestKnown)""#))
  }

  @Test func anotherVersionIsDownloaded() async {
    let site = ReleaseSite(.newest)
    let image = await Self.image(from: site, version: nil)
    let next = AgentRelease("1.149.0", beside: ["hoop_rs"])
    site.publish(next)
    await image.succeed()
    image.export()
    #expect(image.image!.layers.map(\.isReused) == [false])
    #expect(image.image!.labels.first?.value == "1.149.0")
  }

  @Test func aReleaseThatWasReplacedIsDownloaded() async {
    let site = ReleaseSite(.newest)
    let image = await Self.image(from: site)
    site.publish(AgentRelease(AgentVersion.newestKnown.description))
    await image.succeed()
    image.export()
    #expect(image.image!.layers.map(\.isReused) == [false])
  }

  @Test func aBuildThatFailsLeavesWhatWasRestored() async {
    let site = ReleaseSite(.newest)
    let image = await Self.image(from: site)
    let before = FolderSnapshot(of: image.layers)
    image.set("HOOP_VERSION", "1.30.0")
    #expect(await image.build().status == .exited(1))
    #expect(FolderSnapshot(of: image.layers) == before)
  }

  private func expectAnew(_ image: ImageBuild) async {
    expect(await image.build(), output: ImageBuildTests.pinned + ImageBuildTests.installed)
    image.export()
    #expect(image.image!.layers.map(\.isReused) == [false])
  }
}
