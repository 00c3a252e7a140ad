import CPosix

/// A system call that failed.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The value of errno.
  package let code: Int32
  /// The call's name, such as `open`.
  package let call: String
  /// The path it failed for, if there is one.
  package let path: Path?

  package init(_ call: String, _ path: Path? = nil, code: Int32 = errno) {
    (self.code, self.call, self.path) = (code, call, path)
  }

  /// The C library's words for it, such as `No space left on device`.
  package var reason: String { String(cString: strerror(code)) }

  package var description: String { "\(call)\(path.map { " \($0)" } ?? ""): \(reason)" }
}

/// Repeats `call` while it fails with EINTR.
///
/// - Returns: Its result, never below 0.
/// - Throws: errno, if its result is below 0.
@discardableResult
func retrying<Number: SignedInteger>(
  _ name: String, _ path: Path? = nil, _ call: () -> Number
) throws(SystemError) -> Number {
  while true {
    let result = call()
    if result >= 0 { return result }
    let code = errno
    if code != EINTR { throw SystemError(name, path, code: code) }
  }
}
