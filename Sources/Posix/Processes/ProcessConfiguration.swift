import CPosix

/// How a program ended.
package enum ExitStatus: Hashable, Sendable, CustomStringConvertible {
  case exited(Int32)
  case killed(signal: Int32)

  package init(waitStatus: Int32) {
    // As wait(2) has it on Linux: the signal, and above it the status.
    let signal = waitStatus & 0x7f
    self = signal == 0 ? .exited(waitStatus >> 8 & 0xff) : .killed(signal: signal)
  }

  package var isSuccess: Bool { self == .exited(0) }

  package var description: String {
    switch self {
    case .exited(let status): "exit status \(status)"
    case .killed(let signal): "signal \(signal)"
    }
  }
}

/// A program to start as a child of this process.
package struct ProcessConfiguration: Sendable {
  /// Stands for /dev/null in `descriptors`.
  package static let nullDevice: Int32 = -1
  /// Stands in `descriptors` for a pipe whose bytes `run` returns. `start` takes it for /dev/null.
  package static let collected: Int32 = -2

  /// The file to execute. PATH is not searched (`Path.program` does that).
  package var program: Path
  /// An open descriptor of the file to execute instead, by execveat(2), or nil to execute `program`.
  package var programDescriptor: Int32?
  /// What the file of `programDescriptor` must still be right before it is executed (else ESTALE).
  package var programStatus: stat?
  /// The words after the program's name.
  package var arguments: [String]
  /// More words after `arguments`: paths, byte for byte.
  package var operands: [Path] = []
  package var environment: Environment
  /// The working folder, or nil for this process's.
  package var directory: Path?
  /// What becomes the child's descriptors 0, 1, 2 and so on. All others are closed in the child.
  package var descriptors: [Int32] = [nullDevice, collected, collected]
  /// Whether it leads a session, without a terminal, and a process group.
  package var isInOwnSession = false
  package var isInOwnGroup = false
  /// Whether the kernel kills the child if this process ends first.
  package var diesWithParent = false
  /// Added to this process's niceness.
  package var niceness: Int32 = 0
  /// The size of the largest file that the child may write, in bytes, or nil for this process's limit.
  package var fileSizeLimit: Int?

  package init(
    _ program: Path, _ arguments: [String], environment: Environment, in directory: Path? = nil
  ) {
    (self.program, self.arguments) = (program, arguments)
    (self.environment, self.directory) = (environment, directory)
  }

  /// Starts the program, with an empty signal mask and every signal at its default.
  ///
  /// - Returns: Its pid. The caller must wait for it, exactly once.
  /// - Throws: Why it could not be started or executed. There is no child then.
  package func start() throws(SystemError) -> pid_t {
    let words = cStrings(
      [program.name.bytes] + arguments.map { Array($0.utf8) } + operands.map { $0.bytes })
    let variables = cStrings(environment.entries)
    let paths = cStrings([program.bytes] + [directory].compactMap { $0?.bytes })
    defer { for string in words + variables + paths { free(string) } }
    let status = programStatus.map { [$0] } ?? []
    let result = words.withUnsafeBufferPointer { words in
      variables.withUnsafeBufferPointer { variables in
        descriptors.withUnsafeBufferPointer { descriptors in
          status.withUnsafeBufferPointer { status in
            var launch = cposix_launch(
              path: paths[0], arguments: words.baseAddress, environment: variables.baseAddress,
              directory: paths[1], descriptors: descriptors.baseAddress,
              descriptor_count: Int32(descriptors.count), own_session: isInOwnSession,
              own_group: isInOwnGroup, dies_with_parent: diesWithParent, niceness: niceness,
              file_size_limit: fileSizeLimit ?? 0, program_descriptor: programDescriptor ?? -1,
              program_status: status.isEmpty ? nil : status.baseAddress)
            return cposix_launch(&launch)
          }
        }
      }
    }
    if result < 0 { throw SystemError("exec", program, code: -result) }
    return result
  }
}

extension Path {
  /// Returns the program called `name` in the folders of `path`, found as glibc's execvp(3) finds it,
  /// or nil if none of them has it. A name with a slash is a path already.
  package static func program(_ name: String, path: String?) -> Path? {
    if name.contains("/") { return Path(name) }
    let folders = (path ?? "/bin:/usr/bin").split(separator: ":", omittingEmptySubsequences: false)
    for folder in folders {
      let candidate = Path(folder.isEmpty ? "." : String(folder)) / name
      guard let status = try? candidate.status(), status.kind == .file else { continue }
      if candidate.withCString({ access($0, X_OK) }) == 0 { return candidate }
    }
    return nil
  }
}

/// Returns `texts` as C has lists of strings: copies on the heap, and NULL at the end.
private func cStrings(_ texts: [[UInt8]]) -> [UnsafeMutablePointer<CChar>?] {
  texts.map { Path(bytes: $0).withCString { strdup($0) } } + [nil]
}
