import CPosix
import HoopAgent
import Posix

/// The SHA-256 digests of files, computed side by side by a program each.
struct Digests {
  private let tools: Tools
  private let program: DigestProgram
  private let programs: Pipeline
  private var sources: [Source] = []

  /// A file of which a program reads. It stays open for whoever reads it too.
  final class Source {
    let file: Descriptor
    fileprivate let output: OutputCollector

    fileprivate init(_ file: consuming Descriptor, _ output: OutputCollector) {
      self.file = file
      self.output = output
    }
  }

  init(_ context: BuildContext) throws(BuildFailure) {
    tools = context.workspace.tools
    program = try DigestProgram(tools)
    programs = Pipeline(signals: context.workspace.signals)
  }

  /// Has the digest of a whole file computed from now on. Who else reads the open file must not
  /// move its offset.
  mutating func add(_ file: consuming Descriptor) throws(BuildFailure) -> Source {
    var hashing = program.launch
    hashing.descriptors[0] = file.number
    let output = try start([], &hashing)
    let source = Source(file, output)
    sources.append(source)
    return source
  }

  /// Has the digest of a part of a file computed from now on.
  mutating func add(_ file: consuming Descriptor, _ range: Range<Int>) throws(BuildFailure) {
    var cutting = tools.launch(
      try tools.require("dd", for: "cache the agent"),
      [
        "iflag=skip_bytes,count_bytes", "skip=\(range.lowerBound)", "count=\(range.count)",
        "bs=1M", "status=none",
      ])
    cutting.descriptors[0] = file.number
    var hashing = program.launch
    do throws(Pipeline.Failure) {
      try programs.join(&cutting.descriptors[1], to: &hashing.descriptors[0])
    } catch { throw BuildFailure(error) }
    let output = try start([cutting], &hashing)
    sources.append(Source(file, output))
  }

  private func start(_ before: [ProcessConfiguration], _ hashing: inout ProcessConfiguration)
    throws(BuildFailure) -> OutputCollector
  {
    do throws(Pipeline.Failure) {
      let output = try programs.collect(
        from: &hashing.descriptors[1], limit: DigestProgram.outputLimit)
      try programs.start(before + [hashing])
      return output
    } catch { throw BuildFailure(error) }
  }

  /// Waits for the digests, in the order in which the files were added.
  func results() throws(BuildFailure) -> [Digest] {
    try BuildFailure.pipeline(try programs.run())
    let digests = sources.compactMap { DigestProgram.digest($0.output) }
    guard digests.count == sources.count, programs.statuses.allSatisfy({ $0?.isSuccess == true })
    else { throw BuildFailure(SystemError("read", code: EIO)) }
    return digests
  }
}
