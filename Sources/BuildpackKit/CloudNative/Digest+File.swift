import CPosix
import Posix

extension Digest {
  /// The digest of a file's content.
  static func of(_ file: Path, _ workspace: Workspace) throws(BuildFailure) -> Digest {
    let programs = Pipeline(signals: workspace.signals)
    var hashing = try DigestProgram(workspace.tools).launch
    let source = try BuildFailure.system(try Descriptor(opening: file, O_RDONLY))
    hashing.descriptors[0] = source.number
    let output = try BuildFailure.pipeline { () throws(Pipeline.Failure) in
      let output = try programs.collect(
        from: &hashing.descriptors[1], limit: DigestProgram.outputLimit)
      try programs.start(hashing)
      try programs.run()
      return output
    }
    guard let digest = DigestProgram.digest(output) else {
      throw .slug(.missingProgram("openssl or sha256sum that works", purpose: "check digests"))
    }
    return digest
  }
}
