/// The bytes that the formats of this project are made of.
package enum ASCII {
  package static let zero = UInt8(ascii: "0")
  package static let hyphen = UInt8(ascii: "-")
  package static let underscore = UInt8(ascii: "_")

  package static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  package static func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x61...0x66).contains(byte | 0x20)
  }

  package static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte | 0x20) }

  package static func uppercased(_ byte: UInt8) -> UInt8 {
    (0x61...0x7a).contains(byte) ? byte - 0x20 : byte
  }

  package static func lowercased(_ byte: UInt8) -> UInt8 {
    (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
  }

  package static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }

  package static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7f }
}
