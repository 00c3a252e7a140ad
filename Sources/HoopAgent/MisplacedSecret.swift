/// Secrets where none belongs: a key that was put into the wrong config var, a URL with a password.
package enum MisplacedSecret {
  /// Whether a text may hold one. Such a text is refused wherever it is not asked for, and is never
  /// quoted, not even in part. One that is longer than a config var can be is not looked through,
  /// and counts as one that does.
  package static func mayBe(in text: String) -> Bool {
    guard text.utf8.count <= AgentKey.maximumBytes else { return true }
    let bytes = Bytes(text.utf8)
    // What gateways begin every secret with, from 1.16 on (hoop: common/dsnkeys/dsnkeys.go).
    if bytes.range(of: "xagt-") != nil || hasCredentials(bytes) || hasLongPath(bytes) {
      return true
    }
    guard bytes.range(of: "://") != nil else { return false }
    return bytes.contains(UInt8(ascii: "@"))
      || Bytes(text.lowercased().utf8).range(of: "password=") != nil
      || (try? AgentKey(text.trimmed())) != nil
  }

  /// Whether a word has `NAME:SECRET@`, as in a URL of which the beginning is missing or malformed.
  private static func hasCredentials(_ bytes: Bytes) -> Bool {
    var hasColon = false
    for byte in bytes {
      switch byte {
      case UInt8(ascii: ":"): hasColon = true
      case UInt8(ascii: "@"): if hasColon { return true }
      case 0...0x20: hasColon = false
      default: break
      }
    }
    return false
  }

  /// Whether there is a slash and nearly as many hexadecimal digits as the path of a client key has,
  /// which are 64.
  private static func hasLongPath(_ bytes: Bytes) -> Bool {
    var run = 0
    for byte in bytes {
      if byte == UInt8(ascii: "/") {
        run = 1
      } else if run > 0 {
        run = ASCII.isHexDigit(byte) ? run + 1 : 0
      }
      if run > 48 { return true }
    }
    return false
  }
}
