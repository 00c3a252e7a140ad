import Glibc
import Posix
import TestSupport
import Testing

/// Builds that are killed or asked to stop at any moment, for a slug and for an image.
@Suite struct InterruptionTests {
  /// One build of a slug or of an image.
  private struct Run {
    let heroku: HerokuBuild
    let image: ImageBuild?

    init(isForImage: Bool) {
      heroku = HerokuBuild(from: ReleaseSite(.newest), version: Log.version)
      image = isForImage ? ImageBuild(heroku) : nil
    }

    var launch: ProcessConfiguration { image?.launch("build") ?? heroku.compiling }

    /// What the build makes.
    var results: [FolderSnapshot] {
      let folders = image.map { [$0.layers, heroku.app] } ?? [heroku.app, heroku.cache]
      // The layer says which port its archive came from.
      return folders.map { FolderSnapshot(of: $0).without("agent.toml", "agent.sbom.cdx.json") }
    }
  }

  /// What a build that nothing disturbed makes, and how long it takes in milliseconds.
  private static let undisturbed = Task {
    var found: [(results: [FolderSnapshot], duration: Int)] = []
    for isForImage in [false, true] {
      let run = Run(isForImage: isForImage)
      let start = Instant.now
      let outcome: Outcome = await run.launch.outcome()
      #expect(outcome.status == .exited(0))
      found.append((run.results, .now - start))
    }
    return found
  }

  /// What the moments come from. A test that fails prints it; HOOP_TEST_SEED sets it.
  private static let seed =
    Environment.current["HOOP_TEST_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: .min ... .max)

  private static func moment(_ number: Int, upTo duration: Int) -> Int {
    var random = SplitMix64(seed: seed &+ UInt64(number))
    return random.below(duration + 1)
  }

  @Test(arguments: 0..<12, [false, true])
  func afterOneThatWasKilledTheNextOneIsAsIfNothingHadBeen(
    _ number: Int, _ isForImage: Bool
  ) async {
    let undisturbed = await Self.undisturbed.value[isForImage ? 1 : 0]
    let moment = Self.moment(number, upTo: undisturbed.duration)
    let run = Run(isForImage: isForImage)
    let status = await run.launch.end(sending: SIGKILL, toGroup: true, after: moment)
    let comment: Comment = "seed \(Self.seed), \(moment) ms, \(status)"
    #expect(status == .killed(signal: SIGKILL) || status == .exited(0), comment)
    let outcome: Outcome = await run.launch.outcome()
    #expect(outcome.status == .exited(0), comment)
    #expect(run.results == undisturbed.results, comment)
    #expect(run.heroku.leftovers == [], comment)
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP], [(0, false), (1, false), (2, false), (3, true)])
  func oneThatIsStoppedLeavesNothingHalfMade(_ signal: Int32, _ kind: (Int, Bool)) async {
    let undisturbed = await Self.undisturbed.value[kind.1 ? 1 : 0]
    let moment = Self.moment(kind.0 + 100 * Int(signal), upTo: undisturbed.duration)
    let run = Run(isForImage: kind.1)
    let before = run.results
    // A terminal sends SIGINT to all that runs in it.
    let status = await run.launch.end(sending: signal, toGroup: signal == SIGINT, after: moment)
    let comment: Comment = "seed \(Self.seed), \(moment) ms, \(status)"
    if status == .exited(0) {
      #expect(run.results == undisturbed.results, comment)
    } else {
      #expect(status == .killed(signal: signal), comment)
      #expect(run.results.map(\.listing) == before.map(\.listing), comment)
    }
    #expect(run.heroku.leftovers == [], comment)
  }
}
