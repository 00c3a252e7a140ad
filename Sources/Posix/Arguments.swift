import CPosix

/// The words of this process's command line, the program's own name first.
///
/// As main gets them: `CommandLine` has none where /proc cannot be read.
package enum Arguments {
  package typealias Words = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

  /// As C has them: ends with NULL. They are where the kernel put them.
  package static var words: Words? { cposix_arguments() }

  /// The same as paths, which may hold any byte.
  package static var paths: [Path] {
    guard let words else { return [] }
    return (0..<Int(cposix_argument_count())).compactMap { words[$0].map { Path(cString: $0) } }
  }
}
