import CPosix

/// A program to start as a child of this process.
package struct ProcessConfiguration: Sendable {
  /// The file to execute; PATH is not searched (`Path.program` does that).
  package var program: Path
  /// The words after the program's name.
  package var arguments: [String]
  /// The words after those: paths, byte for byte.
  package var operands: [Path] = []
  package var environment: Environment
  /// Nil: this process's.
  package var directory: Path?
  /// What becomes the child's descriptors 0, 1, 2 and so on; -1 is /dev/null. All others are
  /// closed in the child.
  package var descriptors: [Int32] = [-1, 1, 2]
  /// Whether it leads a session, without a terminal, and a process group.
  package var isInOwnSession = false
  package var isInOwnGroup = false
  /// Whether the kernel kills the child should this process end first.
  package var diesWithParent = false
  /// Added to this process's niceness.
  package var niceness: Int32 = 0
  /// The child's oom_score_adj, -1000 to 1000; nil: this process's.
  package var outOfMemoryScore: Int?
  /// The largest file that the child may write, in bytes; nil: what this process may.
  package var fileSizeLimit: Int?
  /// The most address space that the child may have, in bytes; nil: what this process may.
  package var memoryLimit: Int?

  package init(
    _ program: Path, _ arguments: [String], environment: Environment, in directory: Path? = nil
  ) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
  }

  /// Starts the program, with an empty signal mask and every signal at its default.
  ///
  /// - Returns: its pid. The caller waits for it, exactly once.
  /// - Throws: why it could not be started or executed; there is no child then.
  package func start() throws(SystemError) -> pid_t {
    let words = [program.name.bytes] + arguments.map { Array($0.utf8) } + operands.map { $0.bytes }
    let result = withPointers(to: words) { words in
      withPointers(to: environment.entries) { entries in
        withOptionalCString(directory) { directory in
          withOptionalCString(outOfMemoryScore.map { Path(String($0)) }) { score in
            program.withCString { path in
              descriptors.withUnsafeBufferPointer { descriptors in
                var launch = cposix_launch(
                  path: path, arguments: words, environment: entries, directory: directory,
                  descriptors: descriptors.baseAddress, descriptor_count: Int32(descriptors.count),
                  own_session: isInOwnSession,
                  own_group: isInOwnGroup, dies_with_parent: diesWithParent, niceness: niceness,
                  oom_score_adj: score, file_size_limit: fileSizeLimit ?? 0,
                  memory_limit: memoryLimit ?? 0)
                return cposix_launch(&launch)
              }
            }
          }
        }
      }
    }
    if result < 0 { throw SystemError("exec", program, code: -result) }
    return result
  }
}

extension Path {
  /// The program that `name` stands for, looked for in the folders of `path` as execvp(3) does;
  /// nil where none of them has it. A name with a slash is a path already.
  package static func program(_ name: String, path: String?) -> Path? {
    if name.contains("/") { return Path(name) }
    let folders = (path ?? "/usr/bin:/bin").split(separator: ":", omittingEmptySubsequences: false)
    for folder in folders {
      let candidate = Path(folder.isEmpty ? "." : String(folder)) / name
      guard let status = try? candidate.status(), status.kind == .file else { continue }
      if candidate.withCString({ access($0, X_OK) }) == 0 { return candidate }
    }
    return nil
  }
}

private typealias CStrings = UnsafePointer<UnsafeMutablePointer<CChar>?>

/// Calls `body` with `texts` as C has lists of strings: an array that ends with NULL.
private func withPointers<Result>(to texts: [[UInt8]], _ body: (CStrings) -> Result) -> Result {
  var bytes: [CChar] = []
  var offsets: [Int] = []
  for text in texts {
    offsets.append(bytes.count)
    bytes += text.map { CChar(bitPattern: $0) } + [0]
  }
  return bytes.withUnsafeMutableBufferPointer { buffer in
    let start = buffer.baseAddress
    let pointers = offsets.map { offset in start.map { $0 + offset } } + [nil]
    return pointers.withUnsafeBufferPointer { body($0.baseAddress.unsafelyUnwrapped) }
  }
}

private func withOptionalCString<Result>(
  _ path: Path?, _ body: (UnsafePointer<CChar>?) -> Result
) -> Result {
  guard let path else { return body(nil) }
  return path.withCString(body)
}
