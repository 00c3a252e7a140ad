import Foundation
import Glibc
import Posix
import Synchronization

/// A server on loopback that answers as it is told, and remembers what it was asked.
final class HTTPServer: Sendable {
  /// What becomes of a request.
  enum Answer: Sendable {
    case content([UInt8])
    case status(Int)
    case redirect(to: String)
    /// The length of all, and then only the first bytes.
    case cut([UInt8], after: Int)
    /// The connection closed without a word.
    case nothing
    /// Neither an answer nor an end.
    case stall
    /// A byte now and then.
    case trickle([UInt8], atATime: Int = 1)

    static func text(_ text: String) -> Answer { .content(Array(text.utf8)) }
  }

  /// What the server's threads share. It lives as long as one of them does.
  fileprivate final class Shared: Sendable {
    struct State {
      var answers: [String: [Answer]] = [:]
      var requests: [String] = []
      var connections: Set<Int32> = []
    }

    let listener = listeningSocket()
    let state = Mutex(State())
  }

  let port: UInt16
  private let shared = Shared()

  init() {
    port = localPort(of: shared.listener)
    Thread.detachNewThread { [shared] in
      while case let connection = accept(shared.listener.number, nil, nil), connection >= 0 {
        shared.serve(connection)
      }
    }
  }

  deinit {
    shutdown(shared.listener.number, Int32(SHUT_RDWR))
    shared.state.withLock { for number in $0.connections { shutdown(number, Int32(SHUT_RDWR)) } }
  }

  /// Says what to answer to the requests for `path`, one after the other; the last answer stays.
  func answer(_ path: String, _ answers: [Answer]) {
    shared.state.withLock { $0.answers[path] = answers }
  }

  /// The paths that were asked for, in order.
  var requests: [String] { shared.state.withLock { $0.requests } }
}

extension HTTPServer.Shared {
  fileprivate func serve(_ connection: Int32) {
    state.withLock { _ = $0.connections.insert(connection) }
    Thread.detachNewThread {
      if let path = requestedPath(connection) { self.next(path).send(on: connection) }
      self.state.withLock { _ = $0.connections.remove(connection) }
      close(connection)
    }
  }

  private func next(_ path: String) -> HTTPServer.Answer {
    state.withLock { state in
      state.requests.append(path)
      guard let answers = state.answers[path], let first = answers.first else {
        return .status(404)
      }
      if answers.count > 1 { state.answers[path]?.removeFirst() }
      return first
    }
  }
}

extension HTTPServer.Answer {
  fileprivate func send(on connection: Int32) {
    switch self {
    case .content(let bytes): send(head(200, bytes.count) + bytes, on: connection)
    case .status(let status): send(head(status, 0), on: connection)
    case .redirect(let url): send(head(302, 0, ["Location: \(url)"]), on: connection)
    case .cut(let bytes, let count):
      send(head(200, bytes.count) + bytes.prefix(count), on: connection)
    case .nothing: return
    case .stall: while !hasLeft(connection, within: -1) {}
    case .trickle(var bytes, let count):
      send(head(200, bytes.count), on: connection)
      while !bytes.isEmpty, !hasLeft(connection, within: 50) {
        send(Array(bytes.prefix(count)), on: connection)
        bytes = Array(bytes.dropFirst(count))
      }
    }
  }

  private func head(_ status: Int, _ length: Int, _ more: [String] = []) -> [UInt8] {
    let lines = ["HTTP/1.1 \(status) .", "Content-Length: \(length)", "Connection: close"] + more
    return Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
  }

  private func send(_ bytes: [UInt8], on connection: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0 { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Waits for the client to go, at most so many milliseconds; -1 is for ever.
  private func hasLeft(_ connection: Int32, within milliseconds: Int32) -> Bool {
    var wanted = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
    return poll(&wanted, 1, milliseconds) != 0
  }
}
