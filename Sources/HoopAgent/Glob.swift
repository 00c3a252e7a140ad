/// A text in which `*` stands for any run of bytes.
///
/// Matching takes time in proportion to both lengths, whatever stands in them.
struct Glob: Hashable, Sendable {
  /// What stands between the stars: never empty, and one text where there is no star.
  private let parts: [[UInt8]]

  init(_ pattern: some Sequence<UInt8>) {
    parts = Array(pattern).split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
      .map { Array($0) }
  }

  func matches(_ text: some Sequence<UInt8>) -> Bool {
    let text = Array(text)
    guard let first = parts.first, let last = parts.last else { return false }
    if parts.count == 1 { return text == first }
    guard text.count >= first.count + last.count, text.starts(with: first),
      text.reversed().starts(with: last.reversed())
    else { return false }
    var rest = text[first.count..<(text.count - last.count)]
    for part in parts[1..<(parts.count - 1)] {
      guard let end = Self.end(of: part, in: rest) else { return false }
      rest = rest[end...]
    }
    return true
  }

  /// Where the first `part` in `text` ends (Knuth, Morris and Pratt).
  private static func end(of part: [UInt8], in text: Bytes) -> Int? {
    guard !part.isEmpty else { return text.startIndex }
    // How much of the part's beginning stands at the end of each of its beginnings.
    var borders = [0]
    for byte in part.dropFirst() {
      borders.append(longer(borders[borders.count - 1], by: byte, part, borders))
    }
    var length = 0
    for index in text.indices {
      length = longer(length, by: text[index], part, borders)
      if length == part.count { return index + 1 }
    }
    return nil
  }

  /// How much of the part's beginning stands at the end of a text with that much of it, and `byte`.
  private static func longer(
    _ length: Int, by byte: UInt8, _ part: [UInt8], _ borders: [Int]
  ) -> Int {
    var length = length
    while length > 0, part[length] != byte { length = borders[length - 1] }
    return part[length] == byte ? length + 1 : 0
  }
}
