/// What every fuzz target shares. A target is a file beside this one; libFuzzer calls its
/// `LLVMFuzzerTestOneInput` with one input after another, and a trap is a finding.

/// Runs `body` on an input.
func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int, _ body: ([UInt8]) -> Void) -> CInt {
  body(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// What must hold, whatever the input.
func must(_ isSo: Bool, _ what: @autoclosure () -> String) {
  if !isSo { fatalError(what()) }
}

extension [UInt8] {
  var text: String { String(decoding: self, as: UTF8.self) }

  /// The input's lines, for targets that take several texts.
  var lines: [String] {
    split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}

extension StringProtocol {
  /// Whether `part` is in the text, byte by byte.
  func holds(_ part: some StringProtocol) -> Bool {
    let (bytes, wanted) = (Array(utf8), Array(part.utf8))
    guard !wanted.isEmpty, bytes.count >= wanted.count else { return wanted.isEmpty }
    return (0...(bytes.count - wanted.count)).contains { bytes[$0...].starts(with: wanted) }
  }

  /// Whether a terminal shows it as one line of plain text.
  var isPlain: Bool { !unicodeScalars.contains { $0.value < 32 || (127...159).contains($0.value) } }
}
