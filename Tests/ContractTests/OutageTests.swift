import Glibc
import Posix
import Testing

/// Builds after one that succeeded, while the release server cannot give what they ask for: the agent
/// of the last build is used, with a warning.
@Suite struct OutageTests {
  private static let version = Log.version
  private static let checksums = "\(version)/checksums.txt"
  private static let later = AgentRelease("1.149.0", beside: ["hoop_rs"])

  /// A server that fails, and what a build says about it.
  struct Outage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The details in the log before the agent of the last build is used.
    let details: [String]
    let summary: String
    let why: String
    /// Whether the checksums of the last build's release can still be had.
    var isVerified = false
    var pin: String?
    let fail: @Sendable (ReleaseSite) -> Void
  }

  private static let noLatest = "Could not find the newest version of the Hoop agent."

  private static func missing(_ version: String) -> String {
    "Hoop agent \(version) does not exist for Linux \(AgentRelease.architecture)."
  }

  static let outages = [
    Outage(
      testDescription: "no latest.txt", details: [], summary: noLatest,
      why: "latest.txt: the server answered 404.", isVerified: true
    ) { $0.answer("latest.txt", .status(404)) },
    Outage(
      testDescription: "403 for everything", details: [], summary: noLatest,
      why: "latest.txt: the server answered 403."
    ) { site in for file in ["latest.txt", checksums] { site.answer(file, .status(403)) } },
    Outage(
      testDescription: "503, which is not asked for a second file",
      details: Log.retries("the server answered 503"), summary: noLatest,
      why: "latest.txt: the server answered 503."
    ) { $0.answer("latest.txt", .status(503)) },
    Outage(
      testDescription: "no checksums for the pinned version", details: [Log.pinned],
      summary: missing(version),
      why: "\(checksums): the server answered 404.",
      pin: version
    ) { $0.answer(checksums, .status(404)) },
    Outage(
      testDescription: "a newest version without checksums",
      details: ["Version 1.149.0, the newest (HOOP_VERSION is not set)"],
      summary: missing("1.149.0"),
      why: "1.149.0/checksums.txt: the server answered 404.",
      isVerified: true
    ) { $0.answer("latest.txt", .text("1.149.0")) },
    Outage(
      testDescription: "a newest version whose archive is forbidden",
      details: [
        "Version 1.149.0, the newest (HOOP_VERSION is not set)", "Downloading \(later.file)",
      ], summary: "Could not download the Hoop agent.",
      why: "1.149.0/\(later.file): the server answered 403.", isVerified: true
    ) { site in
      site.publish(later)
      site.answer("1.149.0/\(later.file)", .status(403))
    },
  ]

  @Test(arguments: outages)
  func theAgentOfTheLastBuildIsUsed(_ outage: Outage) async {
    let site = ReleaseSite(.newest)
    let image = ImageBuild(from: site, version: outage.pin)
    let build = image.heroku
    await build.succeed()
    await image.succeed()
    image.export()
    let before = [build.app, build.cache].map(FolderSnapshot.init)
    build.scaleWaits(by: 0.05)
    outage.fail(site)
    let count = site.requests.count
    var warning: Said {
      Said(
        kind: "Warning", ofMirror: outage.summary,
        [
          "http://127.0.0.1:1/release/\(outage.why)",
          "This build uses the agent of the last build: \(Self.version), SHA-256"
            + " \(AgentRelease.newest.shortDigest).",
        ]
          + (outage.isVerified
            ? []
            : ["The last build noted this digest. The release could not be asked for it again."]))
    }
    let noted = "SHA-256 as noted by the last build: \(AgentRelease.newest.shortDigest)"
    expect(
      await build.compile(),
      output: Log.text(
        outage.details + [outage.isVerified ? Log.digest : noted, "Using the cached agent"]
          + Log.installed),
      errors: warning.text())
    #expect([build.app, build.cache].map(FolderSnapshot.init) == before)
    if outage.why.contains("503") { #expect(site.requests.count == count + 4) }
    #expect(await build.report().output.contains(#""code": "last-agent""#))

    expect(
      await image.build(),
      output: Log.text(
        outage.details + (outage.isVerified ? [] : [noted])
          + ["Using the agent of the previous image"] + Log.installed, forImage: true),
      errors: warning.text(forImage: true))
    #expect(image.export() == [])
  }

  /// A hoopstart of an older buildpack is never kept, whichever contract.
  @Test func hoopstartIsThatOfTheBuildpackAllTheSame() async {
    let site = ReleaseSite(.newest)
    let image = ImageBuild(from: site)
    await image.succeed()
    await image.heroku.succeed()
    image.export()
    site.answer("latest.txt", .status(404))
    (image.heroku.app / ".hoop/bin/hoopstart").write("older", mode: 0o755)
    let file = image.layers / "hoopstart.toml"
    file.write(file.text.replacing(#/hoopstart-sha256 = "../#, with: "hoopstart-sha256 = \"00"))
    await image.heroku.succeed()
    await image.succeed()
    #expect((image.heroku.app / ".hoop/bin/hoopstart").content == image.heroku.program.content)
    #expect(image.export() == ["hoopstart"])
    #expect((image.image / "hoopstart/bin/hoopstart").content == image.heroku.program.content)
  }

  @Test(arguments: ["HOOP_SHA256", "HOOP_VERSION", "platform", "no note"])
  func anotherAgentThanIsAskedForIsNotUsed(_ what: String) async {
    let site = ReleaseSite(.newest)
    let image = ImageBuild(from: site)
    await image.heroku.succeed()
    await image.succeed()
    image.export()
    site.answer("latest.txt", .status(404))
    let archive = image.heroku.cache / "hoop/\(AgentRelease.newest.file)"
    switch what {
    case "HOOP_SHA256": image.set(what, AgentRelease.bare.digest)
    case "HOOP_VERSION": image.set(what, "1.999.0")
    case "no note":
      site.answer(Self.checksums, .status(404))
      try! Path("\(archive).sha256").removeTree()
    default:
      let file = image.layers / "agent.toml"
      file.write(file.text.replacing("\"Linux", with: "\"Other"))
      try! archive.rename(to: archive.folder / "hoop_\(Self.version)_Linux_other.tar.gz")
    }
    #expect(await image.heroku.compile().status == .exited(1))
    if what != "no note" { #expect(await image.build().status == .exited(1)) }
  }
}
