/// Secrets where none belongs: a key that was put into the wrong config var, a URL with a password.
package enum MisplacedSecret {
  /// Whether a text may hold one. Such a text is refused wherever it is not asked for, and is never
  /// quoted, not even in part. One that is longer than a config var can be is not looked through,
  /// and counts as one that does.
  package static func mayBe(in text: String) -> Bool {
    guard text.utf8.count <= AgentKey.maximumBytes else { return true }
    let bytes = Bytes(text.utf8)
    // What gateways begin every secret with, from 1.16 on (hoop: common/dsnkeys/dsnkeys.go).
    if bytes.range(of: "xagt-") != nil { return true }
    guard bytes.range(of: "://") != nil else { return false }
    return bytes.contains(UInt8(ascii: "@")) || longestHexRun(bytes) >= 64
      || (try? AgentKey(text.trimmed())) != nil
  }

  /// The path of a client key is 64 hexadecimal digits.
  private static func longestHexRun(_ bytes: Bytes) -> Int {
    var (longest, run) = (0, 0)
    for byte in bytes {
      run = ASCII.isHexDigit(byte) ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }
}
