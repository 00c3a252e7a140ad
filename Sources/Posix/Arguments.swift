import CPosix

/// The words of this process's command line, beginning with the program's own name.
///
/// They are what main got. `CommandLine` is empty if /proc cannot be read.
package enum Arguments {
  package typealias Words = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

  /// The words as C has them, where the kernel put them. The list ends with NULL.
  package static var words: Words? { cposix_arguments() }

  /// The words as paths, which may hold any byte.
  package static var paths: [Path] {
    guard let words else { return [] }
    return (0..<Int(cposix_argument_count())).compactMap { words[$0].map { Path(cString: $0) } }
  }
}
