import HoopAgent
import LocalTools
import Posix
import Testing

/// A build that nothing disturbed: what others are compared with.
struct Undisturbed: Sendable {
  let slug: FolderSnapshot
  let cache: FolderSnapshot
  /// How long it took, in milliseconds.
  let duration: Int

  static let build = Task {
    let build = HerokuBuild(
      from: ReleaseSite(.newest), version: AgentVersion.newestKnown.description)
    let start = Instant.now
    await build.succeed()
    return Undisturbed(
      slug: FolderSnapshot(of: build.app), cache: FolderSnapshot(of: build.cache),
      duration: .now - start)
  }
}

extension HerokuBuild {
  /// What a build has left beside its results.
  var leftovers: [String] {
    [app, cache, buildpack].flatMap { FolderSnapshot(of: $0).listing }
      .filter { $0.contains(".hoop.tmp.") }
  }
}

/// A generator that says the same again from the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
