import CPosix
import Posix

extension Digest {
  /// The digest of a file's content.
  static func of(_ path: Path, _ workspace: Workspace) throws(BuildFailure) -> Digest {
    let file = try BuildFailure.system(try Descriptor(opening: path, O_RDONLY))
    return try of(file, workspace)
  }
}
