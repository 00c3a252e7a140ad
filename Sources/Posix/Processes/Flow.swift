import CPosix

/// Bytes on their way between programs and this process.
package protocol Flow: AnyObject {
  /// What must happen before `advance` can do something; nil once all is done.
  var awaited: (descriptor: Int32, events: Int16)? { get }
  /// Does what can be done without waiting.
  func advance() throws(SystemError)
}

/// Bytes of ours that a program reads.
package final class Feed: Flow {
  private var rest: ArraySlice<UInt8>
  private var sink: Descriptor?

  init(_ bytes: [UInt8], into sink: consuming Descriptor) throws(SystemError) {
    try sink.doNotBlock()
    rest = bytes[...]
    self.sink = consume sink
  }

  package var awaited: (descriptor: Int32, events: Int16)? {
    number(of: sink).map { ($0, Int16(POLLOUT)) }
  }

  package func advance() throws(SystemError) {
    guard let number = awaited?.descriptor else { return }
    let count = rest.withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
    if count < 0 && (errno == EAGAIN || errno == EINTR) { return }
    // A program that does not want to read on (EPIPE) has its reasons, and its exit status.
    if count < 0 { rest = [] } else { rest = rest.dropFirst(count) }
    if rest.isEmpty { sink = nil }
  }
}

/// Bytes that a program writes, kept up to a limit.
package final class OutputCollector: Flow {
  package private(set) var bytes: [UInt8] = []
  /// Whether more came than the limit. Nothing is read from then on: the program that writes on
  /// gets SIGPIPE.
  package private(set) var isOverLimit = false
  private let limit: Int
  private var source: Descriptor?
  private let onChange: (([UInt8]) -> Void)?

  init(
    from source: consuming Descriptor, limit: Int, onChange: (([UInt8]) -> Void)? = nil
  ) throws(SystemError) {
    try source.doNotBlock()
    self.source = consume source
    self.limit = limit
    self.onChange = onChange
  }

  package var text: String { String(decoding: bytes, as: UTF8.self) }

  package var awaited: (descriptor: Int32, events: Int16)? {
    number(of: source).map { ($0, Int16(POLLIN)) }
  }

  package func advance() throws(SystemError) {
    let chunk = 16_384
    while let part = try source?.read(atMost: chunk) ?? nil {
      isOverLimit = part.count > limit - bytes.count
      bytes += part.prefix(limit - bytes.count)
      if part.isEmpty || isOverLimit { source = nil }
      onChange?(bytes)
    }
  }
}
