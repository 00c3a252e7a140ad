import Glibc
import HoopAgent
import Posix

/// A file as it was copied: what a manifest says of it.
struct InstalledFile: Hashable {
  let name: String
  let size: Int
  let digest: Digest

  /// Copies the regular file `folder/name` to `destination/name`, as an executable that everybody
  /// may run, and computes its digest at the same time.
  static func copy(
    _ name: String, from folder: Path, to destination: Path, _ context: BuildContext
  ) throws(BuildFailure) -> InstalledFile {
    let source = try BuildFailure.system { () throws(SystemError) in
      let source = try Descriptor(opening: folder / name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
      guard try source.status().kind == .file else {
        throw SystemError("open", folder / name, code: EINVAL)
      }
      return source
    }
    let programs = Programs(signals: context.signals)
    var hashing = try DigestProgram(context.tools).launch
    hashing.descriptors[0] = source.number
    let output: Gather
    do throws(Programs.Failure) {
      output = try programs.gather(
        from: &hashing.descriptors[1], limit: DigestProgram.outputLimit)
      try programs.start(hashing)
    } catch { throw BuildFailure(error) }
    let size = try BuildFailure.system { () throws(SystemError) in
      try executable(at: destination / name, with: source)
    }
    try BuildFailure.programs { () throws(Programs.Failure) in try programs.run() }
    guard let digest = DigestProgram.digest(output) else {
      throw BuildFailure(SystemError("read", folder / name, code: EIO))
    }
    return InstalledFile(name: name, size: size, digest: digest)
  }
}

/// Makes an executable file with the content of `source`.
///
/// - Returns: its size in bytes.
@discardableResult
func executable(
  at path: Path, with source: borrowing Descriptor
) throws(SystemError) -> Int {
  let file = try Descriptor(opening: path, O_WRONLY | O_CREAT | O_EXCL)
  let size = try file.append(source)
  try path.setMode(0o755)
  return size
}
