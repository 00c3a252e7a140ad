import Posix
import TestSupport
import Testing

@Suite struct TimeScaleTests {
  @Test(arguments: [
    ("1", 5000), ("1.0", 5000), ("1.000", 5000), ("0.5", 2500), (".5", 2500), ("0.01", 50),
    ("0.001", 5), ("0.0019", 5), ("0.0001", 5), ("0", 5), ("0.", 5), ("00.05", 250),
  ])
  func `A factor of at most one shortens a wait, to a thousandth and no less`(
    _ text: String, _ wait: Int
  ) { #expect(TimeScale(text).scaled(5000) == wait) }

  @Test(arguments: [
    nil, "", ".", "..", "nan", "-nan", "inf", "-1", "+1", "1.1", "2", "1e-3", "0x1", "0,5", " 0.5",
    "0.5 ", "0.5.5", "99999999999999999999", "1.00000000000000000001.", "٠.٥",
  ])
  func `Anything else leaves a wait as it is`(_ text: String?) {
    #expect(TimeScale(text).scaled(5000) == 5000)
  }

  @Test func `No text and no wait traps or lengthens`() {
    let text = RandomText(pieces: ["0", "1", "9", ".", "-", "e", "nan"], valid: ["0.01", "1"])
    for wait in [0, 1, 5000, .max, .min] {
      let counterexample = text.counterexample(seed: 14) {
        (0...max(wait, 0)).contains(TimeScale($0).scaled(wait))
      }
      #expect(counterexample == nil)
    }
  }
}
