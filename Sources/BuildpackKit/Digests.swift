import Glibc
import Posix

/// The SHA-256 digests of files, computed side by side by a program each.
struct Digests {
  private let programs: Programs
  private let program: DigestProgram
  private var sources: [Source] = []

  /// A file that a program reads.
  final class Source {
    let file: Descriptor
    fileprivate let output: Gather

    fileprivate init(_ file: consuming Descriptor, _ output: Gather) {
      self.file = file
      self.output = output
    }
  }

  init(_ context: BuildContext) throws(BuildFailure) {
    programs = Programs(signals: context.signals)
    program = try DigestProgram(context.tools)
  }

  /// Has the digest of a file computed from now on. Who reads the file meanwhile must not move its
  /// offset.
  mutating func add(_ file: consuming Descriptor) throws(BuildFailure) -> Source {
    var launch = program.launch
    launch.descriptors[0] = file.number
    do throws(Programs.Failure) {
      let output = try programs.gather(
        from: &launch.descriptors[1], limit: DigestProgram.outputLimit)
      try programs.start(launch)
      let source = Source(file, output)
      sources.append(source)
      return source
    } catch { throw BuildFailure(error) }
  }

  /// Waits for the digests, in the order in which the files were added.
  func results() throws(BuildFailure) -> [Digest] {
    try BuildFailure.programs { () throws(Programs.Failure) in try programs.run() }
    let digests = sources.compactMap { DigestProgram.digest($0.output) }
    // A program that ended without one could not read its file.
    if digests.count < sources.count { throw BuildFailure(SystemError("read", code: EIO)) }
    return digests
  }
}
