/// How long to wait before an agent that exited is started again.
///
///     var backoff = Backoff()
///     var random = SystemRandomNumberGenerator()
///     backoff.delay(afterLifeOf: 300, using: &random)  // 1 s, give or take 20 %
///     backoff.delay(afterLifeOf: 300, using: &random)  // 2 s
///
/// All times are in milliseconds.
package struct Backoff: Hashable, Sendable {
  package static let shortest = 1000
  package static let longest = 60_000
  /// An agent that lived this long was well, and its next restart is a quick one again.
  package static let calm = 60_000

  private var next = Backoff.shortest

  package init() {}

  /// The wait after one more life of this length. Each is twice the one before, give or take 20 %,
  /// so that the dynos of an app do not all come back to the gateway at the same moment.
  package mutating func delay(
    afterLifeOf life: Int, using generator: inout some RandomNumberGenerator
  ) -> Int {
    if life >= Self.calm { next = Self.shortest }
    let delay = next
    next = min(2 * next, Self.longest)
    return delay * Int.random(in: 800...1200, using: &generator) / 1000
  }
}
