import CPosix
import Posix

/// The name under which `ps` shows this process.
enum ProcessTitle {
  /// Sets the name.
  ///
  /// It goes where the kernel looks for the arguments, and over the environment where it is longer
  /// than they are. After this the process has neither, so take copies before.
  ///
  /// - Parameters:
  ///   - title: what `ps` shows as the command line.
  ///   - short: what it shows as the program's name; 15 bytes at most.
  static func set(_ title: String, short: String) {
    cposix_set_process_name(short)
    guard let arguments = Arguments.words, let start = arguments[0] else { return }
    // The kernel puts them in one piece, the environment after the arguments.
    let endOfArguments = end(of: arguments, from: start)
    let environment = cposix_environment()
    let end = environment.map { Self.end(of: $0, from: endOfArguments) } ?? endOfArguments
    let bytes = Array(title.utf8CString)
    guard bytes.count < end - start else { return }
    environment?.pointee = nil
    arguments[1] = nil
    // With something else than a NUL there the kernel takes what comes before the first NUL.
    if endOfArguments > start { endOfArguments[-1] = 1 }
    for (index, byte) in bytes.enumerated() { start[index] = byte }
  }

  /// Where the strings end, as long as each follows on the one before.
  private static func end(
    of strings: Command, from start: UnsafeMutablePointer<CChar>
  ) -> UnsafeMutablePointer<CChar> {
    var (end, next) = (start, strings)
    while let string = next.pointee, string == end {
      end += strlen(string) + 1
      next += 1
    }
    return end
  }
}
