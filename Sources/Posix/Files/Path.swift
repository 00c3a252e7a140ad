import CPosix

/// A file's path: bytes without NUL, as Linux has them, UTF-8 or not.
public struct Path: Hashable, Sendable {
  public let bytes: [UInt8]

  public init(bytes: some Collection<UInt8>) {
    self.bytes = Array(bytes.prefix { $0 != 0 })
  }

  public init(_ text: String) { self.init(bytes: text.utf8) }

  /// Copies a C string.
  package init(cString: UnsafePointer<CChar>) {
    bytes = Array(UnsafeRawBufferPointer(start: cString, count: strlen(cString)))
  }

  /// Returns the path of `name` in `folder`.
  public static func / (folder: Path, name: String) -> Path {
    folder / Path(name)
  }

  public static func / (folder: Path, name: Path) -> Path {
    let slash = folder.bytes.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]
    return Path(bytes: folder.bytes + slash + name.bytes)
  }

  /// The part after the last slash.
  public var name: Path {
    let end = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    return Path(bytes: bytes[end...])
  }

  /// The folder that holds it: the part before the last slash, or `.` if there is none.
  public var folder: Path {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return Path(".") }
    return slash == 0 ? Path("/") : Path(bytes: bytes[..<slash])
  }

  /// The path as text. Bytes that are not UTF-8 become U+FFFD.
  public var string: String { String(decoding: bytes, as: UTF8.self) }

  /// The path as one word of a shell command.
  package var shellQuoted: [UInt8] {
    let quote = UInt8(ascii: "'")
    return [quote] + bytes.flatMap { $0 == quote ? Array(#"'\''"#.utf8) : [$0] } + [quote]
  }

  package func withCString<Result, Failure: Error>(
    _ body: (UnsafePointer<CChar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer {
      (buffer) throws(Failure) in
      // Never empty, so there is a first element to point at.
      try body(buffer.baseAddress.unsafelyUnwrapped)
    }
  }
}

extension Path: CustomStringConvertible {
  public var description: String { string }
}
