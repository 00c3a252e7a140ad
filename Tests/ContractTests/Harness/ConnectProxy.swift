import Foundation
import Glibc
import Posix
import Synchronization

/// An HTTP proxy on loopback that does CONNECT and nothing else, and remembers to where.
///
/// It may refuse the first requests.
final class ConnectProxy: Sendable {
  private final class Shared: Sendable {
    let listener = listeningSocket()
    let addresses = Mutex<[String]>([])
    /// The statuses of the answers that refuse.
    let refusals: [Int]

    init(_ refusals: [Int]) { self.refusals = refusals }
  }

  let port: UInt16
  private let shared: Shared

  /// - Parameter refusals: The statuses of the first answers.
  init(answers refusals: [Int] = []) {
    shared = Shared(refusals)
    port = localPort(of: shared.listener)
    Thread.detachNewThread { [shared] in
      while case let number = accept(shared.listener.number, nil, nil), number >= 0 {
        Thread.detachNewThread {
          let client = Descriptor(owning: number)
          guard let address = requestedPath(number) else { return }
          let count = shared.addresses.withLock {
            $0.append(address)
            return $0.count
          }
          if count <= shared.refusals.count {
            let head = "HTTP/1.1 \(shared.refusals[count - 1]) Refused\r\nContent-Length: 0\r\n\r\n"
            try? client.write(Array(head.utf8))
            return
          }
          tunnel(client, to: address)
        }
      }
    }
  }

  deinit { shutdown(shared.listener.number, Int32(SHUT_RDWR)) }

  /// What came after CONNECT: HOST:PORT each.
  var addresses: [String] { shared.addresses.withLock { $0 } }
}

/// Carries bytes both ways until one side has no more.
private func tunnel(_ client: borrowing Descriptor, to address: String) {
  guard let port = address.split(separator: ":").last.flatMap({ UInt16($0) }) else { return }
  let server = connection(to: port)
  try? client.write(Array("HTTP/1.1 200 Connected\r\n\r\n".utf8))
  while true {
    var ends = [client.number, server.number].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    poll(&ends, 2, -1)
    if ends[0].revents != 0, !carry(from: client, to: server) { return }
    if ends[1].revents != 0, !carry(from: server, to: client) { return }
  }
}

private func carry(from source: borrowing Descriptor, to sink: borrowing Descriptor) -> Bool {
  guard let part = try? source.read(atMost: 65_536), !part.isEmpty else { return false }
  return (try? sink.write(part)) != nil
}
