import CPosix
import HoopAgent
import LocalTools
import Posix
import Testing

/// Builds of images that are killed or asked to stop at any moment.
@Suite struct ImageInterruptionTests {
  /// An image's build that nothing disturbed.
  private struct Undisturbed: Sendable {
    let layers: FolderSnapshot
    let duration: Int

    static let build = Task {
      let image = ImageBuild(
        from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
      let start = Instant.now
      await image.succeed()
      return Undisturbed(layers: image.comparable, duration: .now - start)
    }
  }

  /// Where the moments come from. A test that fails prints it; HOOP_TEST_SEED sets it.
  private static let seed =
    Environment.current["HOOP_TEST_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: .min ... .max)

  private static func moment(_ number: Int, upTo duration: Int) -> Int {
    var generator = SeededGenerator(seed: seed &+ UInt64(number))
    return Int.random(in: 0...duration, using: &generator)
  }

  /// Platforms that keep CNB_LAYERS_DIR build again where a build was killed.
  @Test(arguments: 0..<8)
  func afterOneThatWasKilledTheNextOneIsAsIfNothingHadBeen(_ number: Int) async {
    let undisturbed = await Undisturbed.build.value
    let moment = Self.moment(number, upTo: undisturbed.duration)
    let image = ImageBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    let status = await image.launch(.build).end(sending: SIGKILL, toGroup: true, after: moment)
    let comment: Comment = "seed \(Self.seed), \(moment) ms, \(status)"
    #expect(status == .killed(signal: SIGKILL) || status == .exited(0), comment)
    await image.succeed()
    #expect(image.comparable == undisturbed.layers, comment)
    #expect(image.leftovers == [], comment)
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP], 0..<3)
  func oneThatIsStoppedChangesNothing(_ signal: Int32, _ number: Int) async {
    let undisturbed = await Undisturbed.build.value
    let moment = Self.moment(number + 100 * Int(signal), upTo: undisturbed.duration)
    let image = ImageBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    (image.layers / "agent.toml").write("[metadata]\n  of = \"another build\"\n")
    let before = FolderSnapshot(of: image.layers)
    let status = await image.launch(.build).end(
      sending: signal, toGroup: signal == SIGINT, after: moment)
    let comment: Comment = "seed \(Self.seed), \(moment) ms, \(status)"
    if status == .exited(0) {
      #expect(image.comparable == undisturbed.layers, comment)
    } else {
      #expect(status == .killed(signal: signal), comment)
      #expect(FolderSnapshot(of: image.layers) == before, comment)
    }
    #expect(image.leftovers == [], comment)
  }
}

extension ImageBuild {
  /// What is in the layers, but for the documents that name the server's port.
  fileprivate var comparable: FolderSnapshot {
    for name in ["agent.toml", "agent.sbom.cdx.json"] {
      let file = layers / name
      file.write(file.text.replacing(#/127\.0\.0\.1:\d+/#, with: "127.0.0.1:1"))
    }
    return FolderSnapshot(of: layers)
  }
}
