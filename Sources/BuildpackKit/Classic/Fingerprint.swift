/// A short name for some bytes (FNV-1a, 64 bits, in base 36). It tells what differs by chance, and
/// nothing of what was made to look alike.
package func fingerprint(_ bytes: some Sequence<UInt8>) -> String {
  let hash = bytes.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
    ($0 ^ UInt64($1)) &* 0x100_0000_01b3
  }
  return String(hash, radix: 36)
}
