import HoopStart
import Testing

/// When an agent is started again.
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

  @Test(arguments: [
    (Array(repeating: 0, count: 9), [1, 2, 4, 8, 16, 32, 60, 60, 60]),
    ([0, 0, 0, 59_999, 60_000, 0], [1, 2, 4, 8, 1, 2]),
  ])
  func `The wait doubles from a second to a minute, and anew after a life of a minute`(
    _ lives: [Int], _ seconds: [Int]
  ) {
    for (delay, expected) in zip(delays(lives, random: .max / 2), seconds) {
      #expect(abs(delay - 1000 * expected) <= 5 * expected)
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
