/// A small generator of random numbers. The same seed gives the same numbers on every machine
/// (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
package struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  package mutating func below(_ bound: Int) -> Int { Int(truncatingIfNeeded: next() >> 33) % bound }

  /// Returns `length` characters of `alphabet`.
  package mutating func text(of alphabet: [UInt8], length: Int) -> String {
    var bytes: [UInt8] = []
    for _ in 0..<length { bytes.append(alphabet[below(alphabet.count)]) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Random inputs for a parser: pieces of its format in any order, and damaged valid inputs.
package struct RandomText {
  package let pieces: [[UInt8]]
  package let valid: [[UInt8]]

  /// Pieces that break careless parsers of any format.
  package static let traps = [
    "\0", "\n", "\r\n", "\t", " ", "\u{7f}", "\u{301}", "\u{200d}", "\u{202e}", "\u{a0}", "é",
    "\u{212a}", "\u{ff0e}", "٣", "🧨", "%", "\\", "'", "\"", "$(id)", ";", "../",
  ]

  package init(pieces: [String], valid: [String]) {
    self.pieces = (pieces + pieces + Self.traps).map { Array($0.utf8) }
    self.valid = valid.map { Array($0.utf8) }
  }

  package func next(_ random: inout SplitMix64) -> String {
    var bytes: [UInt8] = []
    if random.below(4) == 0 {
      for _ in 0..<random.below(8) { bytes += piece(&random) }
    } else {
      bytes = valid[random.below(valid.count)]
      for _ in 0..<random.below(3) { mutate(&bytes, &random) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func piece(_ random: inout SplitMix64) -> [UInt8] { pieces[random.below(pieces.count)] }

  private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
    let index = random.below(bytes.count + 1)
    let rest = bytes.count - index
    switch random.below(4) {
    case 0: bytes.insert(contentsOf: piece(&random), at: index)
    case 1: bytes.removeSubrange(index..<(index + min(rest, 1 + random.below(4))))
    case 2: bytes.replaceSubrange(index..<(index + min(rest, 1)), with: piece(&random))
    default: bytes += bytes[index...]
    }
  }

  /// Returns the first of 10,000 random inputs that breaks `law`, or nil if none does.
  package func counterexample(seed: UInt64, to law: (String) -> Bool) -> String? {
    var random = SplitMix64(seed: seed)
    for _ in 0..<10_000 {
      let text = next(&random)
      if !law(text) { return text }
    }
    return nil
  }
}
