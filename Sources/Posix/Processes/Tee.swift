import CPosix

/// A pipe that two programs read: all that arrives goes to both, by tee(2) and splice(2), so that
/// no byte of it comes into this process's memory.
///
/// A program that stops reading is left out from then on; the other still gets everything. The first
/// reader may be a file.
package final class Tee: Flow {
  /// How many bytes have come through.
  package private(set) var count = 0
  /// Whether more came than the limit. Nothing flows from then on.
  package private(set) var isOverLimit = false

  /// Why the file that is the first reader did not get everything; nil where it did.
  package private(set) var loss: SystemError?

  private let limit: Int
  private var source: Descriptor?
  private var first: Descriptor?
  private var second: Descriptor?
  /// Bytes at the head of the source that `second` has and `first` still lacks.
  private var ahead = 0
  private var isSourceReady = false

  package init(
    from source: consuming Descriptor, to first: consuming Descriptor,
    and second: consuming Descriptor, limit: Int
  ) {
    for end in [source.number, first.number, second.number] { cposix_enlarge_pipe(end) }
    self.source = consume source
    self.first = consume first
    self.second = consume second
    self.limit = limit
  }

  package var awaited: (descriptor: Int32, events: Int16)? {
    guard let source = number(of: source) else { return nil }
    guard ahead > 0 || isSourceReady else { return (source, Int16(POLLIN)) }
    let sink = (ahead > 0 ? nil : number(of: second)) ?? number(of: first)
    return sink.map { ($0, Int16(POLLOUT)) } ?? (source, Int16(POLLIN))
  }

  package func advance() throws(SystemError) {
    while let source = number(of: source) {
      switch (number(of: first), number(of: second)) {
      case (nil, nil): return close()
      case (let first?, _) where ahead > 0:
        let moved = try transfer(cposix_splice(source, first, ahead))
        if moved == readerHasGone { self.first = nil } else { ahead -= moved ?? 0 }
        guard moved != nil else { return }
      case (nil, _) where ahead > 0:
        guard let moved = try transfer(discard(ahead, from: source)) else { return }
        ahead -= moved
      case (_?, let second?):
        guard let moved = try transfer(cposix_tee(source, second, step)) else { return }
        if moved == readerHasGone { self.second = nil } else { pass(moved, ahead: moved) }
      case (let only?, nil), (nil, let only?):
        guard let moved = try transfer(cposix_splice(source, only, step)) else { return }
        if moved == readerHasGone { return close() }
        pass(moved, ahead: 0)
      }
    }
  }

  /// Sorts out how a call ended.
  ///
  /// - Returns: how many bytes it moved, or that the reader has gone; nil where there is nothing
  ///   to do for now, or for ever.
  private func transfer(_ result: Int) throws(SystemError) -> Int? {
    let code = errno
    isSourceReady = false
    if result > 0 { return result }
    if result == 0 {
      close()
      return nil
    }
    switch code {
    case EINTR: return 0
    case EPIPE: return readerHasGone
    // What only a file says.
    case ENOSPC, EDQUOT, EFBIG, EIO, EINVAL:
      loss = SystemError("write", code: code)
      return readerHasGone
    case EAGAIN:
      isSourceReady = hasInput
      return nil
    default: throw SystemError("splice", code: code)
    }
  }

  private func pass(_ moved: Int, ahead: Int) {
    self.ahead = ahead
    count += moved
    isOverLimit = count > limit
    if isOverLimit { close() }
  }

  /// Lets nothing through any more: the program that writes gets SIGPIPE.
  package func cut() { close() }

  private var hasInput: Bool {
    guard let number = number(of: source) else { return false }
    var wait = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
    return poll(&wait, 1, 0) > 0
  }

  private func discard(_ count: Int, from source: Int32) -> Int {
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) {
      read(source, $0.baseAddress, min(count, $0.count))
    }
  }

  private func close() {
    source = nil
    first = nil
    second = nil
    ahead = 0
  }
}

private let readerHasGone = -1

/// The most that is moved in one call, in bytes: as much as a pipe can be made to hold.
private let step = 1 << 20
