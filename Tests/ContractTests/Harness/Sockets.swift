import Glibc
import Posix

/// Reads a request's head.
///
/// - Returns: the path that it asks for, or the address after CONNECT; nil where it is none.
func requestedPath(_ connection: Int32) -> String? {
  var head: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 4096)
  while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
    let count = read(connection, &buffer, buffer.count)
    if count <= 0 { return nil }
    head += buffer.prefix(count)
  }
  let words = String(decoding: head, as: UTF8.self).split(separator: " ")
  return words.count > 1 ? String(words[1]) : nil
}

/// A socket that listens on a free port of the loopback address.
func listeningSocket() -> Descriptor {
  let descriptor = newSocket()
  let number = descriptor.number
  let result = withLoopbackAddress(port: 0) { bind(number, $0, $1) }
  precondition(result == 0 && listen(number, 128) == 0)
  return descriptor
}

/// A connection to a port of the loopback address.
func connection(to port: UInt16) -> Descriptor {
  let descriptor = newSocket()
  let number = descriptor.number
  let result = withLoopbackAddress(port: port) { connect(number, $0, $1) }
  precondition(result == 0)
  return descriptor
}

private func newSocket() -> Descriptor {
  Descriptor(owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0))
}

private func withLoopbackAddress(
  port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
) -> Int32 {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
  address.sin_port = port.bigEndian
  return withUnsafeBytes(of: &address) {
    body($0.assumingMemoryBound(to: sockaddr.self).baseAddress!, socklen_t($0.count))
  }
}

/// The port that a socket has.
func localPort(of descriptor: borrowing Descriptor) -> UInt16 {
  var address = sockaddr_in()
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  let number = descriptor.number
  _ = withUnsafeMutableBytes(of: &address) {
    getsockname(number, $0.assumingMemoryBound(to: sockaddr.self).baseAddress, &length)
  }
  return UInt16(bigEndian: address.sin_port)
}
