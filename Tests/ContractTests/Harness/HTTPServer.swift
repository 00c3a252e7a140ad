import Foundation
import Glibc
import Posix
import Synchronization

/// A server on loopback that answers as it is told, and remembers what it was asked. One that answers
/// `tunnel` is a proxy.
final class HTTPServer: Sendable {
  /// What becomes of a request.
  enum Answer: Sendable {
    case content([UInt8])
    case status(Int)
    /// The length of all, and then only the first bytes.
    case cut([UInt8], after: Int)
    /// The connection closed without a word.
    case nothing
    /// Neither an answer nor an end.
    case stall
    /// Some bytes now and then.
    case trickle([UInt8], atATime: Int = 1)
    /// What CONNECT asks for: bytes go both ways until one side has no more.
    case tunnel

    static func text(_ text: String) -> Answer { .content(Array(text.utf8)) }
  }

  /// What the server's threads share. It lives as long as one of them does.
  fileprivate final class Shared: Sendable {
    struct State {
      var answers: [String: [Answer]] = [:]
      var requests: [String] = []
      var connections: Set<Int32> = []
    }

    let listener = loopbackSocket(port: 0, bind)
    let state = Mutex(State())
    /// The answer if there is no other.
    let usual: Answer

    init(_ usual: Answer) { self.usual = usual }
  }

  let port: UInt16
  private let shared: Shared

  init(answering usual: Answer = .status(404)) {
    shared = Shared(usual)
    listen(shared.listener, 128)
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutableBytes(of: &address) { [shared] in
      getsockname(
        shared.listener, $0.assumingMemoryBound(to: sockaddr.self).baseAddress, &length)
    }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [shared] in
      while case let connection = accept(shared.listener, nil, nil), connection >= 0 {
        shared.serve(connection)
      }
      close(shared.listener)
    }
  }

  deinit {
    shutdown(shared.listener, Int32(SHUT_RDWR))
    shared.state.withLock { for number in $0.connections { shutdown(number, Int32(SHUT_RDWR)) } }
  }

  /// Says what to answer to the requests for `path`, one after the other. The last answer stays.
  func answer(_ path: String, _ answers: [Answer]) {
    shared.state.withLock { $0.answers[path] = answers }
  }

  /// The paths that were asked for, or the addresses after CONNECT, in order.
  var requests: [String] { shared.state.withLock { $0.requests } }
}

extension HTTPServer.Shared {
  fileprivate func serve(_ connection: Int32) {
    state.withLock { _ = $0.connections.insert(connection) }
    Thread.detachNewThread {
      var head: [UInt8] = []
      while !head.suffix(4).elementsEqual("\r\n\r\n".utf8), let part = receive(connection) {
        head += part
      }
      let words = String(decoding: head, as: UTF8.self).split(separator: " ")
      if words.count > 1 {
        let path = String(words[1])
        self.next(path).send(on: connection, path)
      }
      self.state.withLock { _ = $0.connections.remove(connection) }
      close(connection)
    }
  }

  private func next(_ path: String) -> HTTPServer.Answer {
    state.withLock { state in
      state.requests.append(path)
      guard let answers = state.answers[path], let first = answers.first else { return usual }
      if answers.count > 1 { state.answers[path]?.removeFirst() }
      return first
    }
  }
}

extension HTTPServer.Answer {
  fileprivate func send(on connection: Int32, _ path: String) {
    func head(_ status: Int, _ length: Int) -> [UInt8] {
      Array("HTTP/1.1 \(status) .\r\nContent-Length: \(length)\r\nConnection: close\r\n\r\n".utf8)
    }
    func isQuiet(for milliseconds: Int32) -> Bool { ready([connection], milliseconds) == [false] }
    switch self {
    case .content(let bytes): transmit(head(200, bytes.count) + bytes, connection)
    case .status(let status): transmit(head(status, 0), connection)
    case .cut(let bytes, let count):
      transmit(head(200, bytes.count) + bytes.prefix(count), connection)
    case .nothing: return
    case .stall: while isQuiet(for: -1) {}
    case .trickle(var bytes, let count):
      transmit(head(200, bytes.count), connection)
      while !bytes.isEmpty, isQuiet(for: 50) {
        transmit(Array(bytes.prefix(count)), connection)
        bytes = Array(bytes.dropFirst(count))
      }
    case .tunnel:
      guard let port = path.split(separator: ":").last.flatMap({ UInt16($0) }) else { return }
      let server = loopbackSocket(port: port, connect)
      transmit(Array("HTTP/1.1 200 Connected\r\n\r\n".utf8), connection)
      let (sources, sinks) = ([connection, server], [server, connection])
      var isOpen = true
      while isOpen {
        for (index, isReady) in ready(sources, -1).enumerated() where isReady {
          guard let part = receive(sources[index]) else {
            isOpen = false
            break
          }
          transmit(part, sinks[index])
        }
      }
      close(server)
    }
  }
}

/// What has come, or nil at the end.
private func receive(_ connection: Int32) -> [UInt8]? {
  var buffer = [UInt8](repeating: 0, count: 65_536)
  let count = read(connection, &buffer, buffer.count)
  return count > 0 ? Array(buffer.prefix(count)) : nil
}

private func transmit(_ bytes: [UInt8], _ connection: Int32) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes {
      send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    if count < 0 { return }
    rest = rest.dropFirst(count)
  }
}

/// Which of the connections have something to read, or have ended.
///
/// - Parameter milliseconds: How long to wait; -1 waits without a limit.
private func ready(_ connections: [Int32], _ milliseconds: Int32) -> [Bool] {
  var wanted = connections.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
  poll(&wanted, nfds_t(wanted.count), milliseconds)
  return wanted.map { $0.revents != 0 }
}

/// A socket on which bind(2) or connect(2) was called with a loopback address.
private func loopbackSocket(
  port: UInt16, _ call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
) -> Int32 {
  let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
  address.sin_port = port.bigEndian
  let result = withUnsafeBytes(of: &address) {
    call(number, $0.assumingMemoryBound(to: sockaddr.self).baseAddress!, socklen_t($0.count))
  }
  precondition(result == 0)
  return number
}
