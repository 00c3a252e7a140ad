import HoopStart
import Testing

/// Line 8: when an agent is started again.
@Suite struct BackoffTests {
  /// Gives the middle of every range, or one of its ends.
  private struct Fixed: RandomNumberGenerator {
    let value: UInt64
    mutating func next() -> UInt64 { value }
  }

  private func delays(_ lives: [Int], random: UInt64) -> [Int] {
    var backoff = Backoff()
    var generator = Fixed(value: random)
    return lives.map { backoff.delay(afterLifeOf: $0, using: &generator) }
  }

  @Test func `The wait doubles from one second to a minute`() {
    let delays = delays(Array(repeating: 0, count: 9), random: .max / 2)
    let expected = [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]
    for (delay, expected) in zip(delays, expected) {
      #expect(abs(delay - expected) <= expected / 200)
    }
  }

  @Test func `A life of a minute makes the next restart quick again`() {
    let delays = delays([0, 0, 0, 59_999, 60_000, 0], random: .max / 2)
    let expected = [1000, 2000, 4000, 8000, 1000, 2000]
    for (delay, expected) in zip(delays, expected) {
      #expect(abs(delay - expected) <= expected / 200)
    }
  }

  @Test func `The wait varies by a fifth and no more`() {
    var backoffs = [Backoff](repeating: Backoff(), count: 2000)
    var random = SystemRandomNumberGenerator()
    let delays = backoffs.indices.map { backoffs[$0].delay(afterLifeOf: 0, using: &random) }
    #expect(delays.allSatisfy { (800...1200).contains($0) })
    #expect(delays.contains { $0 < 900 } && delays.contains { $0 > 1100 })
  }
}
