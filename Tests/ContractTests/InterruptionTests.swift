import Glibc
import HoopAgent
import LocalTools
import Posix
import Testing

/// Builds that are killed or asked to stop at any moment.
@Suite struct InterruptionTests {
  /// Where the moments come from. A test that fails prints it; HOOP_TEST_SEED sets it.
  private static let seed =
    Environment.current["HOOP_TEST_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: .min ... .max)

  @Test(arguments: 0..<20)
  func afterOneThatWasKilledTheNextOneIsAsIfNothingHadBeen(_ number: Int) async {
    let undisturbed = await Undisturbed.build.value
    let moment = Self.moment(number, upTo: undisturbed.duration)
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    let status = await build.compiling.end(sending: SIGKILL, toGroup: true, after: moment)
    let comment: Comment = "seed \(Self.seed), \(moment) ms, \(status)"
    #expect(status == .killed(signal: SIGKILL) || status == .exited(0), comment)

    await build.succeed()
    #expect(FolderSnapshot(of: build.app) == undisturbed.slug, comment)
    #expect(build.leftovers == [], comment)
    #expect(FolderSnapshot(of: build.cache) == undisturbed.cache, comment)
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP], 0..<6)
  func oneThatIsStoppedChangesNothing(_ signal: Int32, _ number: Int) async {
    let undisturbed = await Undisturbed.build.value
    let moment = Self.moment(number + 100 * Int(signal), upTo: undisturbed.duration)
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    (build.cache / "hoop/1.30.0-linux-\(AgentRelease.architecture)/hoop").write("an older agent")
    let before = [build.app, build.cache].map(FolderSnapshot.init)
    // A terminal sends SIGINT to all that runs in it.
    let status = await build.compiling.end(
      sending: signal, toGroup: signal == SIGINT, after: moment)
    let comment: Comment = "seed \(Self.seed), \(moment) ms, \(status)"
    if status == .exited(0) {
      #expect(FolderSnapshot(of: build.app) == undisturbed.slug, comment)
      #expect(FolderSnapshot(of: build.cache) == undisturbed.cache, comment)
    } else {
      #expect(status == .killed(signal: signal), comment)
      #expect([build.app, build.cache].map(FolderSnapshot.init) == before, comment)
    }
    #expect(build.leftovers == [], comment)
  }

  private static func moment(_ number: Int, upTo duration: Int) -> Int {
    var generator = SeededGenerator(seed: seed &+ UInt64(number))
    return Int.random(in: 0...duration, using: &generator)
  }
}
